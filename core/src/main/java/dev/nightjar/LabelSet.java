/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * The labels of a model, in the order of its outputs (Hugging Face {@code id2label}).
 *
 * <p>Immutable.
 *
 * @param names the labels' names, distinct, at least one
 * @param problemType how the scores of a text belong together
 * @since 0.1.0
 */
public record LabelSet(List<String> names, ProblemType problemType) implements Serializable {
    /** Copies and checks the names. */
    public LabelSet {
        names = List.copyOf(names);
        java.util.Objects.requireNonNull(problemType, "problemType");
        if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("A label set needs names that are not blank, has " + names);
        }
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("The label names are not distinct: " + names);
        }
    }

    /** How many labels there are. */
    public int size() {
        return names.size();
    }

    /** The index of a label, -1 for a name that is not a label. */
    public int indexOf(String name) {
        return names.indexOf(name);
    }
}
