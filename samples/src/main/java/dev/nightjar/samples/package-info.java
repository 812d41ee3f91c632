/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Complete programs that use the library. Each is run to its end by a test.
 */
@NullMarked
package dev.nightjar.samples;

import org.jspecify.annotations.NullMarked;
