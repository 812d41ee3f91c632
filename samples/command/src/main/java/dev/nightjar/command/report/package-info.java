/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** A command's measurements of a classifier, as text, JSON or a page: {@link dev.nightjar.command.report.Report}. */
@NullMarked
package dev.nightjar.command.report;

import org.jspecify.annotations.NullMarked;
