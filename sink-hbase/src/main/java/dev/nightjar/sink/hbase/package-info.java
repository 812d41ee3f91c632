/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Classified tweets written to HBase. A tweet written again replaces the row that holds it.
 */
@NullMarked
package dev.nightjar.sink.hbase;

import org.jspecify.annotations.NullMarked;
