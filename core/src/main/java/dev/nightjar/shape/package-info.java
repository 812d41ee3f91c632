/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The fields of a tweet, declared once, in {@link dev.nightjar.shape.TweetShape}: JSON, MongoDB's documents and Spark's
 * rows are written from it and read by it.
 */
@NullMarked
package dev.nightjar.shape;

import org.jspecify.annotations.NullMarked;
