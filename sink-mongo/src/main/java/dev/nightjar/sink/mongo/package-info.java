/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Classified tweets written to MongoDB. A tweet written again replaces the document that holds it.
 */
@NullMarked
package dev.nightjar.sink.mongo;

import org.jspecify.annotations.NullMarked;
