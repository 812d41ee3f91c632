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
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    private final Parts parts;
    private final LabelSet labels;
    private final LrFeatures features;
    private final SortedMap<String, Double> metrics;
    private final String sha256;

    private LrModel(Parts parts, Optional<byte[]> file) {
        this.features = parts.check();
        this.parts = parts;
        this.labels = new LabelSet(parts.labels, ProblemType.SINGLE_LABEL);
        this.metrics = Collections.unmodifiableSortedMap(new TreeMap<>(parts.metrics));
        this.sha256 = Sha256.of(file.orElseGet(() -> LrModelJson.write(this)));
    }

    /**
     * A model of parts that nobody else writes to.
     *
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    static LrModel of(Parts parts) {
        return new LrModel(parts, Optional.empty());
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
        parts.metrics = Map.copyOf(metrics);
        return of(parts);
    }

    /**
     * Reads a model's file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    public static LrModel load(Path file) {
        return ModelFile.load(file, LrModel::parse);
    }

    static LrModel read(byte[] json, String origin) {
        return ModelFile.parse(json, origin, LrModel::parse);
    }

    private static LrModel parse(byte[] json) throws IOException {
        return new LrModel(LrModelJson.read(json), Optional.of(json));
    }

    /**
     * Writes the model to a file, which is replaced as a whole or not at all.
     *
     * @throws ConfigException if the file cannot be written
     */
    public void save(Path file) {
        ModelFile.save(file, LrModelJson.write(this));
    }

    /**
     * This model with the temperature that fits texts best, measured on them: metrics named {@code validation.}...
     *
     * @param validation texts that it was not trained on; without any, the model stays as it is
     * @throws ConfigException if a text has a label that the model does not have
     */
    public LrModel calibrated(Iterable<LabelledText> validation) {
        List<LabelledText> texts = LabelledText.list(validation);
        if (texts.isEmpty()) {
            return this;
        }
        Parts uncalibrated = parts.copy();
        uncalibrated.temperature = 1;
        Parts calibrated = parts.copy();
        try (LrClassifier classifier = of(uncalibrated).classifier()) {
            calibrated.calibrate(Calibration.of(classifier, texts));
        }
        return of(calibrated);
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
        return parts.name;
    }

    /** The labels, in the order of the weights. */
    public LabelSet labels() {
        return labels;
    }

    /** What names the model in its answers: the name, {@code @} and 12 digits of the file's SHA-256. */
    public String model() {
        return Sha256.model(parts.name, sha256);
    }

    /** The SHA-256 of the file that the model was read from, or would be saved to; 64 digits. */
    public String sha256() {
        return sha256;
    }

    /** By what the logits are divided before the softmax; 1 unless it was fitted on validation texts. */
    public double temperature() {
        return parts.temperature;
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
        return parts.intercepts[label];
    }

    /** By what the value of a feature is multiplied in a label's logit. */
    public float weight(int feature, int label) {
        return parts.weights[feature * labels.size() + label];
    }

    /** What was measured when the model was trained, such as {@code validation.macro-recall}, by name. */
    public SortedMap<String, Double> metrics() {
        return metrics;
    }

    @Override
    public String toString() {
        return "LrModel[" + model() + ", labels=" + labels.names() + ", features=" + features.size() + ']';
    }

    /** One per label; not to be changed. */
    double[] intercepts() {
        return parts.intercepts;
    }

    /** For each of {@link #features()} its weight for each label; not to be changed. */
    float[] weights() {
        return parts.weights;
    }

    /** What it is made of; not to be changed. */
    Parts parts() {
        return parts;
    }

    /** What such a model is made of, not yet checked; the weights are in the order of the features. */
    static final class Parts extends ModelParts {
        int bits;
        int seed;
        int[] features = {};
        float[] idf = {};

        Parts() {}

        private Parts(Parts other) {
            super(other);
            this.bits = other.bits;
            this.seed = other.seed;
            this.features = other.features.clone();
            this.idf = other.idf.clone();
        }

        /** A copy, which can be changed. */
        Parts copy() {
            return new Parts(this);
        }

        void features(LrFeatures all) {
            this.bits = all.bits();
            this.seed = all.seed();
            this.features = all.buckets();
            this.idf = all.idf();
        }

        private LrFeatures check() {
            LrFeatures checked = LrFeatures.checked(bits, seed, features, idf);
            check(checked.size());
            return checked;
        }
    }
}
