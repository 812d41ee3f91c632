/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import org.jspecify.annotations.Nullable;

/** A rule of the filtered stream. */
record Rule(String id, String value, @Nullable String tag, Query query) {}
