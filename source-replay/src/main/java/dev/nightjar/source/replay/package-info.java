/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tweets replayed from a file. They arrive at the pace they were written, or faster by a factor.
 */
@NullMarked
package dev.nightjar.source.replay;

import org.jspecify.annotations.NullMarked;
