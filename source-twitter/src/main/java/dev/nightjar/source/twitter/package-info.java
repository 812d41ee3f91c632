/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tweets from the X API v2, and what it answers at once: {@linkplain dev.nightjar.source.twitter.TwitterSearchConfig
 * searches}, and {@linkplain dev.nightjar.source.twitter.TwitterApi rules, counts and usage}. The filtered stream is in
 * {@code .stream}, spending limits are in {@code .spending}.
 *
 * <p>All is read over HTTP with the JDK's own client, so the module brings no HTTP library. {@code GapSearch} is public
 * for the stream alone.
 */
@NullMarked
package dev.nightjar.source.twitter;

import org.jspecify.annotations.NullMarked;
