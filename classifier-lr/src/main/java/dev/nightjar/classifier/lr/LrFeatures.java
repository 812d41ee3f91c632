/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a text becomes numbers: its hashed n-grams, which of them count, and how much each of these weighs. Training and
 * scoring use the same, wherever the training runs.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class LrFeatures implements Serializable {
    /** How many bits of an n-gram's hash tell it from others at least: {@value}. */
    public static final int MIN_BITS = 6;

    /** How many bits of an n-gram's hash tell it from others at most: {@value}. */
    public static final int MAX_BITS = 24;

    private static final long serialVersionUID = 2L;

    /** Of the rules by which a text is read. */
    private final int version;

    private final int bits;
    private final int seed;
    private final int[] buckets;
    private final float[] idf;
    private final FeatureRows rows;

    private LrFeatures(int version, int bits, int seed, int[] buckets, float[] idf) {
        this.version = version;
        this.bits = bits;
        this.seed = seed;
        this.buckets = buckets;
        this.idf = idf;
        this.rows = new FeatureRows(1 << bits, buckets);
    }

    /**
     * The features of these buckets.
     *
     * @param bits how many of the low bits of an n-gram's hash are its bucket
     * @param seed the seed of the hash
     * @param buckets the buckets that count, ascending; others are skipped
     * @param idf for each of these buckets how much an n-gram in it weighs, such as its inverse document frequency
     * @throws IllegalArgumentException if they do not fit together; it says why
     */
    public static LrFeatures of(int bits, int seed, int[] buckets, float[] idf) {
        return checked(TextFeatures.PLAIN, bits, seed, buckets.clone(), idf.clone());
    }

    /**
     * Features that keep every bucket and weigh all alike, to count n-grams with.
     *
     * @throws IllegalArgumentException if the bits are not {@link #MIN_BITS} to {@link #MAX_BITS}
     */
    public static LrFeatures all(int bits, int seed) {
        return all(TextFeatures.PLAIN, bits, seed);
    }

    static LrFeatures all(int version, int bits, int seed) {
        checkBits(bits);
        int[] buckets = new int[1 << bits];
        Arrays.setAll(buckets, bucket -> bucket);
        float[] idf = new float[buckets.length];
        Arrays.fill(idf, 1);
        return new LrFeatures(version, bits, seed, buckets, idf);
    }

    /** As {@link #of}, but of arrays that no other code writes to. */
    static LrFeatures checked(int version, int bits, int seed, int[] buckets, float[] idf) {
        checkBits(bits);
        require(
                idf.length == buckets.length,
                "it has " + idf.length + " frequencies for " + buckets.length + " features");
        for (int i = 0; i < buckets.length; i++) {
            boolean ascends = buckets[i] >= (i == 0 ? 0 : buckets[i - 1] + 1) && buckets[i] < 1 << bits;
            require(ascends, "the feature " + buckets[i] + " repeats, goes back or is beyond 2^" + bits);
        }
        for (float frequency : idf) {
            require(frequency > 0 && frequency < Float.POSITIVE_INFINITY, "an inverse frequency is " + frequency);
        }
        return new LrFeatures(version, bits, seed, buckets, idf);
    }

    /** How many features there are: the length of a vector. */
    public int size() {
        return buckets.length;
    }

    /** How many of the low bits of an n-gram's hash are its bucket. */
    public int bits() {
        return bits;
    }

    /** The seed of the hash. */
    public int seed() {
        return seed;
    }

    /** The bucket of a feature. */
    public int bucket(int feature) {
        return buckets[feature];
    }

    /** The inverse document frequency of a feature. */
    public float idf(int feature) {
        return idf[feature];
    }

    /**
     * The features of a text, of Euclidean length 1: one that occurs <i>n</i> times weighs (1 + ln <i>n</i>) times its
     * inverse document frequency, <i>n</i> counting to 255. Empty for a text that has none of them.
     */
    public Vector vector(String text) {
        TextFeatures reader = reader();
        reader.read(text);
        return vector(Arrays.copyOf(reader.hashes(), reader.count()));
    }

    /** The features of a text whose n-grams have these hashes, or at least these low bits of them. */
    Vector vector(int[] hashes) {
        int[] found = new int[hashes.length];
        int count = 0;
        for (int hash : hashes) {
            int row = rows.row(hash);
            if (row < rows.size()) {
                found[count++] = row;
            }
        }
        Arrays.sort(found, 0, count);
        int[] indices = new int[count];
        double[] values = new double[count];
        int size = 0;
        double square = 0;
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && found[to] == found[from]) {
                to++;
            }
            double value = LrClassifier.frequencyWeight(to - from) * idf[found[from]];
            square += value * value;
            indices[size] = found[from];
            values[size++] = value;
            from = to;
        }
        for (int i = 0; i < size; i++) {
            values[i] /= Math.sqrt(square);
        }
        return new Vector(Arrays.copyOf(indices, size), Arrays.copyOf(values, size));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LrFeatures that
                && version == that.version
                && bits == that.bits
                && seed == that.seed
                && Arrays.equals(buckets, that.buckets)
                && Arrays.equals(idf, that.idf);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * bits + seed) + Arrays.hashCode(buckets);
    }

    @Override
    public String toString() {
        return "LrFeatures[bits=" + bits + ", seed=" + seed + ", size=" + buckets.length + ']';
    }

    int version() {
        return version;
    }

    /** What reads texts by the rules of these features. */
    TextFeatures reader() {
        return new TextFeatures(seed, version);
    }

    int[] buckets() {
        return buckets;
    }

    float[] idf() {
        return idf;
    }

    FeatureRows rows() {
        return rows;
    }

    private static void checkBits(int bits) {
        require(bits >= MIN_BITS && bits <= MAX_BITS, bits + " bits of hash are not " + MIN_BITS + " to " + MAX_BITS);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * The non-zero features of one text.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Vector {
        private final int[] indices;
        private final double[] values;

        private Vector(int[] indices, double[] values) {
            this.indices = indices;
            this.values = values;
        }

        /** Which features these are, ascending, from 0 on; the caller's to keep. */
        public int[] indices() {
            return indices;
        }

        /** The value of each of {@link #indices()}; the caller's to keep. */
        public double[] values() {
            return values;
        }
    }
}
