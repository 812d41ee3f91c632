/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Classified tweets written to InfluxDB. A tweet written again replaces the points that hold it.
 */
@NullMarked
package dev.nightjar.sink.influx;

import org.jspecify.annotations.NullMarked;
