/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Classification by logistic regression over hashed words.
 * A model is trained on one machine or on Spark and read back without either.
 */
@NullMarked
package dev.nightjar.classifier.lr;

import org.jspecify.annotations.NullMarked;
