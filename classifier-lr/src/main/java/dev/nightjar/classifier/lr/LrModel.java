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
import java.util.ArrayList;
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
    private final String name;
    private final LabelSet labels;
    private final LrFeatures features;
    private final double temperature;
    private final double[] intercepts;
    private final float[] weights;
    private final SortedMap<String, Double> metrics;
    private final String sha256;

    private LrModel(Parts parts, LrFeatures features, Optional<byte[]> file) {
        this.name = parts.name;
        this.labels = new LabelSet(parts.labels, ProblemType.SINGLE_LABEL);
        this.features = features;
        this.temperature = parts.temperature;
        this.intercepts = parts.intercepts;
        this.weights = parts.weights;
        this.metrics = Collections.unmodifiableSortedMap(new TreeMap<>(parts.metrics));
        this.sha256 = Sha256.of(file.orElseGet(() -> LrModelJson.write(this)));
    }

    /** @throws IllegalArgumentException if the parts do not make a model; it says why */
    static LrModel of(Parts parts) {
        return new LrModel(parts, parts.check(), Optional.empty());
    }

    /**
     * A model that was trained elsewhere on the vectors of {@link LrFeatures}, such as by Spark; its temperature is 1.
     *
     * @param name what the model is called in its answers, before the {@code @}
     * @param labels the labels, at least two, in the order of the weights
     * @param features what the weights belong to
     * @param intercepts one per label
     * @param weights for each feature its weight for each label, feature by feature
     * @param metrics what was measured, by name
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    public static LrModel of(
            String name,
            List<String> labels,
            LrFeatures features,
            double[] intercepts,
            float[] weights,
            Map<String, Double> metrics) {
        Parts parts = new Parts();
        parts.name = name;
        parts.labels = List.copyOf(labels);
        parts.features(features);
        parts.intercepts = intercepts.clone();
        parts.weights = weights.clone();
        parts.metrics = metrics;
        return of(parts);
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
            return new LrModel(parts, parts.check(), Optional.of(json));
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

    /**
     * This model with the temperature that fits texts best, measured on them: metrics named {@code validation.}...
     *
     * @param validation texts that it was not trained on; without any, the model stays as it is
     * @throws ConfigException if a text has a label that the model does not have
     */
    public LrModel calibrated(Iterable<LabelledText> validation) {
        List<LabelledText> texts = new ArrayList<>();
        validation.forEach(texts::add);
        if (texts.isEmpty()) {
            return this;
        }
        Parts parts = parts();
        parts.temperature = 1;
        try (LrClassifier uncalibrated = of(parts).classifier()) {
            Calibration calibration = Calibration.of(uncalibrated, texts);
            parts.temperature = calibration.temperature();
            parts.metrics = calibration.addedTo(metrics);
        }
        return of(parts);
    }

    /** A classifier with this model. */
    public LrClassifier classifier() {
        return classifier(Answers.ANY);
    }

    /** A classifier with this model that has no answer where the best label's score is lower. */
    LrClassifier classifier(double abstainBelow) {
        return new LrClassifier(this, abstainBelow);
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
        return features.size();
    }

    /** How a text becomes the numbers that the weights belong to. */
    public LrFeatures features() {
        return features;
    }

    /** What is added to a label's logit. */
    public double intercept(int label) {
        return intercepts[label];
    }

    /** By what the value of a feature is multiplied in a label's logit. */
    public float weight(int feature, int label) {
        return weights[feature * labels.size() + label];
    }

    /** What was measured when the model was trained, such as {@code validation.macro-recall}, by name. */
    public SortedMap<String, Double> metrics() {
        return metrics;
    }

    @Override
    public String toString() {
        return "LrModel[" + model() + ", labels=" + labels.names() + ", features=" + features.size() + ']';
    }

    /** One per label. */
    double[] intercepts() {
        return intercepts;
    }

    /** For each of {@link #features()} its weight for each label. */
    float[] weights() {
        return weights;
    }

    Parts parts() {
        Parts parts = new Parts();
        parts.name = name;
        parts.labels = labels.names();
        parts.features(features);
        parts.temperature = temperature;
        parts.intercepts = intercepts;
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

        private void features(LrFeatures all) {
            bits = all.bits();
            seed = all.seed();
            features = all.buckets();
            idf = all.idf();
        }

        private LrFeatures check() {
            require(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"), "the name '" + name + "' is none");
            require(labels.size() >= 2, "it has fewer than 2 labels");
            require(
                    temperature > 0 && temperature < Double.POSITIVE_INFINITY,
                    "the temperature " + temperature + " is none");
            require(
                    intercepts.length == labels.size(),
                    "it has " + intercepts.length + " intercepts for " + labels.size() + " labels");
            LrFeatures checked = LrFeatures.checked(bits, seed, features, idf);
            require(
                    weights.length == (long) features.length * labels.size(),
                    "it has " + weights.length + " weights, not " + (long) features.length * labels.size());
            for (double intercept : intercepts) {
                require(Double.isFinite(intercept), "an intercept is " + intercept);
            }
            for (float weight : weights) {
                require(Float.isFinite(weight), "a weight is " + weight);
            }
            metrics.forEach((metric, value) ->
                    require(Double.isFinite(Objects.requireNonNull(value)), "the metric '" + metric + "' is " + value));
            return checked;
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
