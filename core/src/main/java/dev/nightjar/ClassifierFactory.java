/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.Set;

/**
 * Opens a {@link Classifier}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface ClassifierFactory extends Factory<Classifier> {
    /**
     * The languages that the classifier reads, in the letters of {@link Tweet#lang()}, such as {@code en}. A pipeline does
     * not ask it about a tweet that is known to be in another: that has no label, but is {@link
     * Classification.Reason#LANGUAGE}. Empty unless it is overridden, which stands for any.
     */
    default Set<String> languages() {
        return Set.of();
    }
}
