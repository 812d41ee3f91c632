/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The filtered stream of the X API v2, begun by {@link dev.nightjar.source.twitter.stream.TwitterStreamConfig}, with
 * its {@linkplain dev.nightjar.source.twitter.stream.StreamStatus status} and its {@linkplain
 * dev.nightjar.source.twitter.stream.GapLedger ledger of gaps}.
 */
@NullMarked
package dev.nightjar.source.twitter.stream;

import org.jspecify.annotations.NullMarked;
