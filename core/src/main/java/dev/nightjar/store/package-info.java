/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * For authors of sinks: {@link dev.nightjar.store.KeyedSink} turns a store that replaces rows by their key into a
 * {@link dev.nightjar.Sink}, with requests of a bounded size, collected rejections and erasing. {@link
 * dev.nightjar.store.StoredTweets} reads a store back.
 */
@NullMarked
package dev.nightjar.store;

import org.jspecify.annotations.NullMarked;
