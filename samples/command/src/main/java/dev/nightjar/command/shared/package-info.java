/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** What several commands share: exit codes, the folder for files, models by name, progress, a way to stop. */
@NullMarked
package dev.nightjar.command.shared;

import org.jspecify.annotations.NullMarked;
