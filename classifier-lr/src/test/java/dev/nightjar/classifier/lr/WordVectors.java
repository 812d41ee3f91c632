/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Embedder;
import dev.nightjar.EmbedderFactory;
import dev.nightjar.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** An embedder for these tests: the mean of a random vector per word, which is the same every time. */
final class WordVectors implements Embedder {
    /** A text that the embedder fails on. */
    static final String POISON = "poison";

    private final String model;
    private final int dimension;
    private final AtomicInteger open;
    private volatile boolean closed;

    private WordVectors(String model, int dimension, AtomicInteger open) {
        this.model = model;
        this.dimension = dimension;
        this.open = open;
        open.incrementAndGet();
    }

    static WordVectors open(String name, int dimension) {
        return new WordVectors(model(name), dimension, new AtomicInteger());
    }

    /** The same vectors by another name. */
    WordVectors renamed(String name) {
        return new WordVectors(name + model.substring(model.indexOf('@')), dimension, new AtomicInteger());
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public float[][] embedAll(List<String> texts) {
        if (closed) {
            throw new IllegalStateException("The embedder is closed");
        }
        return texts.stream().map(this::vector).toArray(float[][]::new);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            open.decrementAndGet();
        }
    }

    private static String model(String name) {
        return Sha256.model(name, Sha256.of(name.getBytes(StandardCharsets.UTF_8)));
    }

    private float[] vector(String text) {
        float[] vector = new float[dimension];
        if (text.equals(POISON)) {
            Arrays.fill(vector, Float.NaN);
            return vector;
        }
        String[] words = text.toLowerCase(Locale.ROOT).split("[^\\p{IsAlphabetic}]+");
        for (String word : words) {
            if (!word.isEmpty()) {
                Random random = new Random(word.hashCode());
                for (int i = 0; i < dimension; i++) {
                    vector[i] += (float) (random.nextGaussian() / words.length);
                }
            }
        }
        return vector;
    }

    /** Opens them, and knows how many are open. */
    record Factory(String name, int dimension) implements EmbedderFactory {
        private static final long serialVersionUID = 1L;

        static final AtomicInteger OPEN = new AtomicInteger();

        @Override
        public Embedder open() {
            return new WordVectors(model(name), dimension, OPEN);
        }
    }
}
