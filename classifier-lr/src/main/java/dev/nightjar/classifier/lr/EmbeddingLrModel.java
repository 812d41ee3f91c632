/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import java.nio.file.Path;
import java.util.List;

/**
 * A logistic regression over the vectors of one {@link Embedder}, stored in one JSON file and made by {@link
 * EmbeddingLrTrainer}. It names the embedder, which it does not hold, and refuses any other.
 *
 * <p>The file's layout is described in the module's README. The same model is always written as the same bytes.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class EmbeddingLrModel extends LinearModel<EmbedderForm> {
    private EmbeddingLrModel(LinearLayer layer, FeatureForm<EmbedderForm> form, byte[] json) {
        super(layer, form, json);
    }

    /**
     * A model of parts that no other code writes to.
     *
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    static EmbeddingLrModel of(LinearLayer layer, FeatureForm<EmbedderForm> form) {
        return new EmbeddingLrModel(layer, form, ModelJson.write(layer, form));
    }

    /**
     * Reads a model's file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    public static EmbeddingLrModel load(Path file) {
        return load(file, new EmbedderForm(), EmbeddingLrModel::new);
    }

    static EmbeddingLrModel read(byte[] json, String origin) {
        return read(json, origin, new EmbedderForm(), EmbeddingLrModel::new);
    }

    /**
     * This model, whose temperature is 1, with the one that fits texts best, measured on them: as
     * {@link LrModel#calibrated}.
     */
    EmbeddingLrModel calibrated(Embedder embedder, Iterable<LabelledText> validation) {
        List<LabelledText> texts = LabelledText.list(validation);
        if (texts.isEmpty()) {
            return this;
        }
        try (Classifier uncalibrated = classifier(embedder)) {
            return of(layer.calibrated(Calibration.of(uncalibrated, texts)), form);
        }
    }

    /**
     * A classifier with this model.
     *
     * @param embedder the embedder that the model was trained with; the caller closes it, after the classifier
     * @throws ConfigException if it is another one
     */
    public Classifier classifier(Embedder embedder) {
        checkEmbedder(embedder);
        return new EmbeddingLrClassifier(this, embedder, () -> {}, Answers.ANY);
    }

    /**
     * The {@linkplain Embedder#model() name} of the embedder that the model was trained with; it is known by the digits
     * after the {@code @}.
     */
    public String embedder() {
        return features.embedder;
    }

    /** How many numbers a vector of the embedder has. */
    public int dimension() {
        return features.dimension;
    }

    @Override
    public String toString() {
        return "EmbeddingLrModel[" + model() + ", labels=" + labels().names() + ", embedder=" + features.embedder + ']';
    }

    void checkEmbedder(Embedder embedder) {
        // Whoever opens the same files from another folder may have given them another name.
        if (!digits(embedder.model()).equals(digits(features.embedder)) || embedder.dimension() != features.dimension) {
            throw new ConfigException("The model " + model() + " was trained with the embedder '" + features.embedder
                    + "' of " + features.dimension + " dimensions, not with '" + embedder.model() + "' of "
                    + embedder.dimension() + "; open it with that one or train it again");
        }
    }

    private static String digits(String model) {
        return model.substring(model.indexOf('@') + 1);
    }

    /** The logits of a vector. */
    double[] logits(float[] vector) {
        double[] logits = new double[layer.intercepts.length];
        for (int label = 0; label < logits.length; label++) {
            double sum = layer.intercepts[label];
            int from = label * features.dimension;
            for (int i = 0; i < features.dimension; i++) {
                sum += (double) layer.weights[from + i] * vector[i];
            }
            logits[label] = sum;
        }
        return logits;
    }
}
