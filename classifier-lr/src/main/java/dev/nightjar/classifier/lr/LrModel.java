/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A logistic regression over hashed n-grams, and the one JSON file that holds it; made by {@link LrTrainer}.
 *
 * <p>The file's layout is described in the module's README. The same model is always written as the same bytes.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class LrModel {
    static final int MIN_BITS = 6;
    static final int MAX_BITS = 24;

    private final String name;
    private final LabelSet labels;
    private final int bits;
    private final int seed;
    private final double temperature;
    private final double[] intercepts;
    private final int[] features;
    private final float[] idf;
    private final float[] weights;
    private final SortedMap<String, Double> metrics;
    private final String sha256;

    private LrModel(Parts parts, Optional<byte[]> file) {
        this.name = parts.name;
        this.labels = new LabelSet(parts.labels, ProblemType.SINGLE_LABEL);
        this.bits = parts.bits;
        this.seed = parts.seed;
        this.temperature = parts.temperature;
        this.intercepts = parts.intercepts;
        this.features = parts.features;
        this.idf = parts.idf;
        this.weights = parts.weights;
        this.metrics = Collections.unmodifiableSortedMap(new TreeMap<>(parts.metrics));
        this.sha256 = Sha256.of(file.orElseGet(() -> LrModelJson.write(this)));
    }

    /** @throws IllegalArgumentException if the parts do not make a model; it says why */
    static LrModel of(Parts parts) {
        parts.check();
        return new LrModel(parts, Optional.empty());
    }

    /**
     * Reads a model's file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    public static LrModel load(Path file) {
        try {
            return read(Files.readAllBytes(file), "'" + file + "'");
        } catch (IOException e) {
            throw new ConfigException("Could not read the model '" + file + "': " + e, e);
        }
    }

    static LrModel read(byte[] json, String origin) {
        try {
            Parts parts = LrModelJson.read(json);
            parts.check();
            return new LrModel(parts, Optional.of(json));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("The model " + origin + " is refused: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the model to a file, which is replaced as a whole or not at all.
     *
     * @throws ConfigException if the file cannot be written
     */
    public void save(Path file) {
        Path absolute = file.toAbsolutePath();
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            Files.write(part, LrModelJson.write(this));
            Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ConfigException("Could not write the model '" + file + "': " + e, e);
        }
    }

    /** A classifier with this model. */
    public LrClassifier classifier() {
        return new LrClassifier(this);
    }

    /** What the model is called in its answers, before the {@code @}. */
    public String name() {
        return name;
    }

    /** The labels, in the order of the weights. */
    public LabelSet labels() {
        return labels;
    }

    /** What names the model in its answers: the name, {@code @} and 12 digits of the file's SHA-256. */
    public String model() {
        return Sha256.model(name, sha256);
    }

    /** The SHA-256 of the file that the model was read from, or would be saved to; 64 digits. */
    public String sha256() {
        return sha256;
    }

    /** By what the logits are divided before the softmax; 1 unless it was fitted on validation texts. */
    public double temperature() {
        return temperature;
    }

    /** How many features have weights. */
    public int featureCount() {
        return features.length;
    }

    /** What was measured when the model was trained, such as {@code validation.macro-recall}, by name. */
    public SortedMap<String, Double> metrics() {
        return metrics;
    }

    @Override
    public String toString() {
        return "LrModel[" + model() + ", labels=" + labels.names() + ", features=" + features.length + ']';
    }

    int bits() {
        return bits;
    }

    int seed() {
        return seed;
    }

    /** One per label. */
    double[] intercepts() {
        return intercepts;
    }

    /** The features that have weights, ascending. */
    int[] features() {
        return features;
    }

    /** The inverse document frequency of each of {@link #features()}. */
    float[] idf() {
        return idf;
    }

    /** For each of {@link #features()} its weight for each label. */
    float[] weights() {
        return weights;
    }

    Parts parts() {
        Parts parts = new Parts();
        parts.name = name;
        parts.labels = labels.names();
        parts.bits = bits;
        parts.seed = seed;
        parts.temperature = temperature;
        parts.intercepts = intercepts;
        parts.features = features;
        parts.idf = idf;
        parts.weights = weights;
        parts.metrics = metrics;
        return parts;
    }

    /** What a model is made of, not yet checked. */
    static final class Parts {
        String name = "";
        List<String> labels = List.of();
        int bits;
        int seed;
        double temperature = 1;
        double[] intercepts = {};
        int[] features = {};
        float[] idf = {};
        float[] weights = {};
        Map<String, Double> metrics = Map.of();

        private void check() {
            require(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "the name '" + name + "' is none");
            require(labels.size() >= 2, "it has fewer than 2 labels");
            require(
                    bits >= MIN_BITS && bits <= MAX_BITS,
                    bits + " bits of hash are not " + MIN_BITS + " to " + MAX_BITS);
            require(
                    temperature > 0 && temperature < Double.POSITIVE_INFINITY,
                    "the temperature " + temperature + " is none");
            require(
                    intercepts.length == labels.size(),
                    "it has " + intercepts.length + " intercepts for " + labels.size() + " labels");
            require(
                    idf.length == features.length,
                    "it has " + idf.length + " frequencies for " + features.length + " features");
            require(
                    weights.length == (long) features.length * labels.size(),
                    "it has " + weights.length + " weights, not " + (long) features.length * labels.size());
            for (int i = 0; i < features.length; i++) {
                boolean ascends = features[i] >= (i == 0 ? 0 : features[i - 1] + 1) && features[i] < 1 << bits;
                require(ascends, "the feature " + features[i] + " repeats, goes back or is beyond 2^" + bits);
            }
            for (double intercept : intercepts) {
                require(Double.isFinite(intercept), "an intercept is " + intercept);
            }
            for (float frequency : idf) {
                require(frequency > 0 && frequency < Float.POSITIVE_INFINITY, "an inverse frequency is " + frequency);
            }
            for (float weight : weights) {
                require(Float.isFinite(weight), "a weight is " + weight);
            }
            metrics.forEach((metric, value) ->
                    require(Double.isFinite(Objects.requireNonNull(value)), "the metric '" + metric + "' is " + value));
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
