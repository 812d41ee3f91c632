/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What reading costs: {@link dev.nightjar.source.twitter.spending.SpendLimits}, which no run exceeds, and their counts.
 *
 * <p>All but the limits is public for the other packages of this module alone, and may change at any time.
 */
@NullMarked
package dev.nightjar.source.twitter.spending;

import org.jspecify.annotations.NullMarked;
