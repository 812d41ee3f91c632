/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** The commands about classifiers: label, train, evaluate, verify. */
@NullMarked
package dev.nightjar.command.model;

import org.jspecify.annotations.NullMarked;
