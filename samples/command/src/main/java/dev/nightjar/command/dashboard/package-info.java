/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The page on localhost that shows what a store of classified tweets holds, and how a run does that fills it. */
@NullMarked
package dev.nightjar.command.dashboard;

import org.jspecify.annotations.NullMarked;
