/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tweets from the filtered stream of the X API v2.
 * The stream is read over HTTP with the JDK's own client, so the module brings no HTTP library.
 */
@NullMarked
package dev.nightjar.source.twitter;

import org.jspecify.annotations.NullMarked;
