/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Small things of files and HTTP that several modules need, each written once. */
@NullMarked
package dev.nightjar.io;

import org.jspecify.annotations.NullMarked;
