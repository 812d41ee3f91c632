/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tweets from the X API v2: its {@linkplain dev.nightjar.source.twitter.TwitterStreamConfig filtered stream}, its
 * {@linkplain dev.nightjar.source.twitter.TwitterSearchConfig searches}, and its
 * {@linkplain dev.nightjar.source.twitter.TwitterApi rules, counts and usage}.
 * All is read over HTTP with the JDK's own client, so the module brings no HTTP library.
 */
@NullMarked
package dev.nightjar.source.twitter;

import org.jspecify.annotations.NullMarked;
