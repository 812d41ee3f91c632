/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a delivery does, for Micrometer; {@code micrometer-core} is the caller's to add. */
@NullMarked
package dev.nightjar.micrometer;

import org.jspecify.annotations.NullMarked;
