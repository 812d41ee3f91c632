/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A logistic regression over hashed n-grams, and the one JSON file that holds it; made by {@link LrTrainer}.
 *
 * <p>The file's layout is described in the module's README. The same model is always written as the same bytes.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class LrModel extends LinearModel<LrFeatures> {
    private LrModel(LinearLayer layer, FeatureForm<LrFeatures> form, byte[] json) {
        super(layer, form, json);
    }

    /**
     * A model of parts that no other code writes to.
     *
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    static LrModel of(LinearLayer layer, FeatureForm<LrFeatures> form) {
        return new LrModel(layer, form, ModelJson.write(layer, form));
    }

    /**
     * A model that was trained elsewhere on the vectors of {@link LrFeatures}, such as by Spark; its temperature is 1.
     *
     * @param name the model's name in its answers, before the {@code @}
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
        LinearLayer layer = new LinearLayer();
        layer.name = name;
        layer.labels = List.copyOf(labels);
        layer.intercepts = intercepts.clone();
        layer.weights = weights.clone();
        layer.metrics = Map.copyOf(metrics);
        return of(layer, new NgramForm(features));
    }

    /**
     * Reads a model's file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    public static LrModel load(Path file) {
        return load(file, new NgramForm(), LrModel::new);
    }

    static LrModel read(byte[] json, String origin) {
        return read(json, origin, new NgramForm(), LrModel::new);
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
        try (LrClassifier uncalibrated = of(layer.withTemperature(1), form).classifier()) {
            return of(layer.calibrated(Calibration.of(uncalibrated, texts)), form);
        }
    }

    /** A classifier with this model. */
    public LrClassifier classifier() {
        return classifier(Answers.ANY);
    }

    /** A classifier with this model that has no answer where the best label's score is lower. */
    LrClassifier classifier(double abstainBelow) {
        return new LrClassifier(this, abstainBelow);
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
        return layer.intercepts[label];
    }

    /** The factor of a feature's value in a label's logit. */
    public float weight(int feature, int label) {
        return layer.weights[feature * labels().size() + label];
    }

    @Override
    public String toString() {
        return "LrModel[" + model() + ", labels=" + labels().names() + ", features=" + features.size() + ']';
    }
}
