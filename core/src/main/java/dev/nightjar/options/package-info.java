/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Options of configurations, each declared once: its key, type, range, default and meaning in one {@link
 * dev.nightjar.options.Option}, from which a {@link dev.nightjar.options.Configuration} has its checks, equality, text,
 * {@code fromMap} and table in the README.
 */
@NullMarked
package dev.nightjar.options;

import org.jspecify.annotations.NullMarked;
