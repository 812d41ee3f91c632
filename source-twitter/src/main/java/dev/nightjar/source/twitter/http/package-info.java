/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * How the X API is asked: requests that are sent once, tokens, the pace that it wants, and what its refusals mean.
 *
 * <p>For users there is {@link dev.nightjar.source.twitter.http.TwitterRefusedException}. All else is public for the
 * other packages of this module alone, and may change at any time.
 */
@NullMarked
package dev.nightjar.source.twitter.http;

import org.jspecify.annotations.NullMarked;
