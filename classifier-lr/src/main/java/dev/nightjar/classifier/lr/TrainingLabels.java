/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import java.util.Arrays;
import java.util.List;

/**
 * The labels of the training texts: which there are, which each text has, and how many texts each has.
 *
 * <p>Immutable.
 */
final class TrainingLabels {
    private final List<String> names;
    private final int[] ofTexts;
    private final int[] counts;

    private TrainingLabels(List<String> names, int[] ofTexts) {
        this.names = names;
        this.ofTexts = ofTexts;
        this.counts = new int[names.size()];
        for (int label : ofTexts) {
            counts[label]++;
        }
    }

    /**
     * The labels of some texts.
     *
     * @param ofTexts the label of each text
     * @throws ConfigException if there are fewer than two labels
     */
    static TrainingLabels of(List<String> ofTexts) {
        List<String> names = ofTexts.stream().distinct().sorted().toList();
        if (names.size() < 2) {
            throw new ConfigException("The training texts have the labels " + names + "; there must be at least two");
        }
        return new TrainingLabels(
                names, ofTexts.stream().mapToInt(names::indexOf).toArray());
    }

    /** The labels, in their order. */
    List<String> names() {
        return names;
    }

    int size() {
        return names.size();
    }

    /** The label of a text. */
    int of(int text) {
        return ofTexts[text];
    }

    /** For each label how many texts have it; not to be changed. */
    int[] counts() {
        return counts;
    }

    /** For each text whether it has a label, as 1 or 0. */
    double[] indicators(int label) {
        return Arrays.stream(ofTexts)
                .mapToDouble(actual -> actual == label ? 1 : 0)
                .toArray();
    }
}
