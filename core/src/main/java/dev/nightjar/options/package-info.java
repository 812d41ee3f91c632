/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Options of configurations, each declared once, as an {@link dev.nightjar.options.Option} with its key, type, range,
 * default and meaning. A {@link dev.nightjar.options.Configuration} derives from it the checks, equality, text form,
 * {@code fromMap} and the table in the README.
 */
@NullMarked
package dev.nightjar.options;

import org.jspecify.annotations.NullMarked;
