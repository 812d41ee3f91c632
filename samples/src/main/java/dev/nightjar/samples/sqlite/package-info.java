/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A sink of one's own, from its options to its errors: {@link dev.nightjar.samples.sqlite.SqliteSinkConfig} keeps
 * classified tweets in a SQLite file. {@code CONTRIBUTING.md} walks through it.
 */
@NullMarked
package dev.nightjar.samples.sqlite;

import org.jspecify.annotations.NullMarked;
