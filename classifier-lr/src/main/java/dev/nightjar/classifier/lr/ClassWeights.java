/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.Arrays;

/** How much a training text of each label counts. */
final class ClassWeights {
    private ClassWeights() {}

    /**
     * For each label, how much a text of it counts: by the inverse of the label's frequency to a power, 1 on average
     * over the texts.
     *
     * @param texts how many texts each label has
     */
    static double[] of(int[] texts, double power) {
        int all = Arrays.stream(texts).sum();
        double[] weights = new double[texts.length];
        double sum = 0;
        for (int label = 0; label < weights.length; label++) {
            weights[label] = StrictMath.pow((double) all / texts[label], power);
            sum += weights[label] * texts[label];
        }
        for (int label = 0; label < weights.length; label++) {
            weights[label] *= all / sum;
        }
        return weights;
    }

    /** How much a text of any label but this one counts on average. */
    static double ofOthers(double[] weights, int[] texts, int label) {
        double others = 0;
        int otherTexts = 0;
        for (int other = 0; other < weights.length; other++) {
            if (other != label) {
                others += weights[other] * texts[other];
                otherTexts += texts[other];
            }
        }
        return others / otherTexts;
    }
}
