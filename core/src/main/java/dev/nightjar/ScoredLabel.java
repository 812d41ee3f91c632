/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;

/**
 * A label and how strongly the model gives it.
 *
 * <p>Immutable.
 *
 * @param label the label's name; not blank
 * @param score from 0 to 1
 * @since 0.1.0
 */
public record ScoredLabel(String label, double score) implements Serializable {
    /** Checks the score. */
    public ScoredLabel {
        if (label.isBlank()) {
            throw new IllegalArgumentException("A label has a name");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("The score of '" + label + "' is " + score + ", not from 0 to 1");
        }
    }
}
