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
    MULTI_LABEL
}
