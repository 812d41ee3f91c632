/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** {@link dev.nightjar.filter.TweetFilter} says which tweets to keep, on any source, in Spark, and in text. */
@NullMarked
package dev.nightjar.filter;

import org.jspecify.annotations.NullMarked;
