/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

/**
 * How the scores of a text belong together, in the words of a Hugging Face {@code problem_type}.
 *
 * @since 0.1.0
 */
public enum ProblemType {
    /** Exactly one label holds: the scores of a text sum to 1 (softmax). */
    SINGLE_LABEL,
    /** Any number of labels hold: each score stands for itself (sigmoid). */
    MULTI_LABEL;

    /**
     * The scores of a text.
     *
     * @param logits the model's logits of the labels; overwritten
     * @param temperature the divisor that is applied to the logits first; positive
     * @return the same array, with the scores; if they sum to 1 and a logit is not a number, none of them is
     */
    public double[] scores(double[] logits, double temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < logits.length; label++) {
            logits[label] /= temperature;
            largest = Math.max(largest, logits[label]);
        }
        if (this == MULTI_LABEL) {
            for (int label = 0; label < logits.length; label++) {
                logits[label] = 1 / (1 + Math.exp(-logits[label]));
            }
            return logits;
        }
        double sum = 0;
        for (int label = 0; label < logits.length; label++) {
            logits[label] = Math.exp(logits[label] - largest);
            sum += logits[label];
        }
        for (int label = 0; label < logits.length; label++) {
            logits[label] /= sum;
        }
        return logits;
    }
}
