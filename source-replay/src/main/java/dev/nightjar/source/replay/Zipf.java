/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.Arrays;
import java.util.Random;

/**
 * Draws ranks from 0, of which the first are frequent and the many last are rare.
 *
 * <p>Safe for use by multiple threads.
 */
final class Zipf {
    /** The sum of the weights up to each rank, of all. */
    private final double[] cumulated;

    /** Draws from so many ranks, each with the weight {@code 1 / (rank + 1)^exponent}. */
    Zipf(int ranks, double exponent) {
        this(weights(ranks, exponent));
    }

    private Zipf(double[] weights) {
        cumulated = weights.clone();
        for (int i = 1; i < cumulated.length; i++) {
            cumulated[i] += cumulated[i - 1];
        }
    }

    /** Draws ranks with any weights. */
    static Zipf of(double[] weights) {
        return new Zipf(weights);
    }

    int next(Random random) {
        int found = Arrays.binarySearch(cumulated, random.nextDouble() * cumulated[cumulated.length - 1]);
        return Math.min(found >= 0 ? found + 1 : -found - 1, cumulated.length - 1);
    }

    private static double[] weights(int ranks, double exponent) {
        double[] weights = new double[ranks];
        for (int i = 0; i < ranks; i++) {
            weights[i] = 1 / StrictMath.pow(i + 1.0, exponent);
        }
        return weights;
    }
}
