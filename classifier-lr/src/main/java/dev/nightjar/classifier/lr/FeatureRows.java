/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.io.Serializable;

/**
 * Which features a model has, and the row of each in its weights: a bit set with running counts per group of bits,
 * small enough for a processor's cache, which a table of rows is not.
 *
 * <p>Immutable.
 */
final class FeatureRows implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int GROUP = 32;

    private final int mask;

    /** For every 32 features one bit each, set for those with rows; above these bits, the number of earlier rows. */
    private final long[] groups;

    private final int size;

    /** The rows of features that ascend and lie within the dimension, a power of two of at least 32. */
    FeatureRows(int dimension, int[] features) {
        this.mask = dimension - 1;
        this.groups = new long[dimension / GROUP];
        this.size = features.length;
        for (int feature : features) {
            groups[feature / GROUP] |= 1L << feature % GROUP;
        }
        long before = 0;
        for (int i = 0; i < groups.length; i++) {
            int present = Long.bitCount(groups[i]);
            groups[i] |= before << GROUP;
            before += present;
        }
    }

    /** The row of the feature with a hash; {@link #size()} if the model lacks that feature. No branch, for speed. */
    int row(int hash) {
        int feature = hash & mask;
        long group = groups[feature >>> 5];
        int present = (int) group >>> feature;
        int row = (int) (group >>> GROUP) + Integer.bitCount((int) group & ((1 << feature) - 1));
        int absent = (present & 1) - 1;
        return (row & ~absent) | (size & absent);
    }

    int size() {
        return size;
    }
}
