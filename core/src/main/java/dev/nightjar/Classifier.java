/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Gives texts labels, a batch at a time.
 *
 * <p>A text never makes it throw: the answer for each text is a value, {@link Classification.Scored} or {@link
 * Classification.Rejected}. The other texts in a batch do not change the answer for a text beyond the noise of the
 * model's arithmetic (1e-5 for a float model; a dynamically quantised model is coarser and says so).
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface Classifier extends AutoCloseable {
    /** The labels that this classifier gives, in the order of the model's outputs. */
    LabelSet labels();

    /** Which model answers, as {@code name@} and the first 12 hexadecimal digits of its SHA-256. */
    String model();

    /**
     * Classifies texts.
     *
     * @param texts any texts, empty and blank ones included; no null
     * @return one classification per text, in the order of the texts; empty for no texts
     * @throws IllegalStateException if the classifier is closed
     */
    List<Classification> classifyAll(List<String> texts);

    /**
     * Classifies one text; a batch is faster.
     *
     * @throws IllegalStateException if the classifier is closed
     */
    default Classification classify(String text) {
        return classifyAll(List.of(text)).get(0);
    }

    /** Waits for running calls, then frees the classifier's resources; closing again does nothing. */
    @Override
    void close();
}
