/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The commands about topics, and the options of all that write to or read from one. */
@NullMarked
package dev.nightjar.command.kafka;

import org.jspecify.annotations.NullMarked;
