/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * How the X API is called: requests that are sent once, tokens, the pace that X wants, and the meaning of its refusals.
 *
 * <p>For users there are {@link dev.nightjar.source.twitter.http.TwitterRefusedException} and {@link
 * dev.nightjar.source.twitter.http.Vocabulary}. All else is public for the other packages of this module alone, and may
 * change at any time.
 */
@NullMarked
package dev.nightjar.source.twitter.http;

import org.jspecify.annotations.NullMarked;
