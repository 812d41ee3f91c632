/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Measurements of the library with JMH. They are compiled in every build and run by hand.
 */
@NullMarked
package dev.nightjar.benchmarks;

import org.jspecify.annotations.NullMarked;
