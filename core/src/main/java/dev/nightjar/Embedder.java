/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Turns texts into vectors of one length, a batch at a time, for training a classifier that is not itself a
 * transformer.
 *
 * <p>A text never makes it throw. The other texts in a batch do not change a text's vector beyond the noise of the
 * model's arithmetic.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface Embedder extends AutoCloseable {
    /** How many numbers a vector has. */
    int dimension();

    /** Which model embeds, as {@code name@} and the first 12 hexadecimal digits of its SHA-256. */
    String model();

    /**
     * Embeds texts. Of a text that is longer than the model reads, the beginning counts.
     *
     * @param texts any texts, empty and blank ones included; no null
     * @return one vector per text, in the order of the texts: all zeros for a text in which the model can read nothing,
     *     all {@link Float#NaN} if the model failed on this text only; no two share an array
     * @throws IllegalStateException if the embedder is closed
     */
    float[][] embedAll(List<String> texts);

    /** Waits for running calls, then frees the embedder's resources; closing again does nothing. */
    @Override
    void close();
}
