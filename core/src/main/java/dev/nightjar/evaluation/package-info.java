/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** How good a classifier is on labelled texts, and how far its scores can be believed. */
@NullMarked
package dev.nightjar.evaluation;

import org.jspecify.annotations.NullMarked;
