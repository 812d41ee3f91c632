/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

/**
 * Opens a {@link Classifier}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface ClassifierFactory extends Factory<Classifier> {}
