/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The posts of Bluesky, which has nothing to do with X, as an experiment: it begins with
 * {@link dev.nightjar.source.twitter.jetstream.JetstreamConfig}.
 */
@NullMarked
package dev.nightjar.source.twitter.jetstream;

import org.jspecify.annotations.NullMarked;
