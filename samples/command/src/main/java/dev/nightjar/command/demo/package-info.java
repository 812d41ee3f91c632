/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The demo with its page and its ledger, and the check of its requirements. */
@NullMarked
package dev.nightjar.command.demo;

import org.jspecify.annotations.NullMarked;
