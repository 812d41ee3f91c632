/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Stores classified tweets and windowed counts in HBase, one row per tweet id. {@link
 * dev.nightjar.sink.hbase.HBaseSinkConfig} is the way in.
 */
@NullMarked
package dev.nightjar.sink.hbase;

import org.jspecify.annotations.NullMarked;
