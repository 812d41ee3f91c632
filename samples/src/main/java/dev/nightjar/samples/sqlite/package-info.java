/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A user's own sink, from its options to its errors: {@link dev.nightjar.samples.sqlite.SqliteSinkConfig} keeps
 * classified tweets in a SQLite file. {@code CONTRIBUTING.md} walks through it.
 */
@NullMarked
package dev.nightjar.samples.sqlite;

import org.jspecify.annotations.NullMarked;
