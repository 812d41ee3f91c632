/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Two classifiers as one: a fast one that answers where it is sure, and a better one that is asked for the rest. */
@NullMarked
package dev.nightjar.cascade;

import org.jspecify.annotations.NullMarked;
