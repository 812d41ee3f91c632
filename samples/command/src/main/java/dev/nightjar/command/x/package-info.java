/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The commands that ask the X API, or play it. */
@NullMarked
package dev.nightjar.command.x;

import org.jspecify.annotations.NullMarked;
