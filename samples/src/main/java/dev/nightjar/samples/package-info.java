/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Small programs on the library, each to copy from and run by a test of its own: {@code samples/README.md} lists them.
 */
@NullMarked
package dev.nightjar.samples;

import org.jspecify.annotations.NullMarked;
