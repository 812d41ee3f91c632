/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Small things of files, servers and closing that several modules need, each written once. */
@NullMarked
package dev.nightjar.io;

import org.jspecify.annotations.NullMarked;
