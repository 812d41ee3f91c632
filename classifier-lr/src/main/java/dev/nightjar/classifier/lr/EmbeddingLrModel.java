/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A logistic regression over the vectors of one {@link Embedder}, and the one JSON file that holds it; made by
 * {@link EmbeddingLrTrainer}. It names the embedder, which it does not hold, and refuses any other.
 *
 * <p>The file's layout is described in the module's README. The same model is always written as the same bytes.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class EmbeddingLrModel {
    private static final int LARGEST_DIMENSION = 1 << 16;

    private final Parts parts;
    private final LabelSet labels;
    private final SortedMap<String, Double> metrics;
    private final String sha256;

    private EmbeddingLrModel(Parts parts, Optional<byte[]> file) {
        parts.check();
        this.parts = parts;
        this.labels = new LabelSet(parts.labels, ProblemType.SINGLE_LABEL);
        this.metrics = Collections.unmodifiableSortedMap(new TreeMap<>(parts.metrics));
        this.sha256 = Sha256.of(file.orElseGet(() -> EmbeddingLrModelJson.write(this)));
    }

    /**
     * A model of parts that nobody else writes to.
     *
     * @throws IllegalArgumentException if they do not make a model; it says why
     */
    static EmbeddingLrModel of(Parts parts) {
        return new EmbeddingLrModel(parts, Optional.empty());
    }

    /**
     * Reads a model's file.
     *
     * @throws ConfigException if the file is missing, is not such a file or is damaged; it says in what
     */
    public static EmbeddingLrModel load(Path file) {
        return ModelFile.load(file, EmbeddingLrModel::parse);
    }

    static EmbeddingLrModel read(byte[] json, String origin) {
        return ModelFile.parse(json, origin, EmbeddingLrModel::parse);
    }

    private static EmbeddingLrModel parse(byte[] json) throws IOException {
        return new EmbeddingLrModel(EmbeddingLrModelJson.read(json), Optional.of(json));
    }

    /**
     * Writes the model to a file, which is replaced as a whole or not at all.
     *
     * @throws ConfigException if the file cannot be written
     */
    public void save(Path file) {
        ModelFile.save(file, EmbeddingLrModelJson.write(this));
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
        Parts calibrated = parts.copy();
        try (Classifier uncalibrated = classifier(embedder)) {
            calibrated.calibrate(Calibration.of(uncalibrated, texts));
        }
        return of(calibrated);
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

    /**
     * The {@linkplain Embedder#model() name} of the embedder that the model was trained with; it is known by the digits after
     * the {@code @}.
     */
    public String embedder() {
        return parts.embedder;
    }

    /** How many numbers a vector of the embedder has. */
    public int dimension() {
        return parts.dimension;
    }

    /** By what the logits are divided before the softmax; 1 unless it was fitted on validation texts. */
    public double temperature() {
        return parts.temperature;
    }

    /** What was measured when the model was trained, such as {@code validation.macro-recall}, by name. */
    public SortedMap<String, Double> metrics() {
        return metrics;
    }

    @Override
    public String toString() {
        return "EmbeddingLrModel[" + model() + ", labels=" + labels.names() + ", embedder=" + parts.embedder + ']';
    }

    void checkEmbedder(Embedder embedder) {
        // Whoever opens the same files from another folder may have given them another name.
        if (!digits(embedder.model()).equals(digits(parts.embedder)) || embedder.dimension() != parts.dimension) {
            throw new ConfigException("The model " + model() + " was trained with the embedder '" + parts.embedder
                    + "' of " + parts.dimension + " dimensions, not with '" + embedder.model() + "' of "
                    + embedder.dimension() + "; open it with that one or train it again");
        }
    }

    private static String digits(String model) {
        return model.substring(model.indexOf('@') + 1);
    }

    /** The logits of a vector. */
    double[] logits(float[] vector) {
        double[] logits = new double[parts.intercepts.length];
        for (int label = 0; label < logits.length; label++) {
            double sum = parts.intercepts[label];
            int from = label * parts.dimension;
            for (int i = 0; i < parts.dimension; i++) {
                sum += (double) parts.weights[from + i] * vector[i];
            }
            logits[label] = sum;
        }
        return logits;
    }

    /** What it is made of; not to be changed. */
    Parts parts() {
        return parts;
    }

    /** What such a model is made of, not yet checked; the weights are in the order of the labels. */
    static final class Parts extends ModelParts {
        String embedder = "";
        int dimension;

        Parts() {}

        private Parts(Parts other) {
            super(other);
            this.embedder = other.embedder;
            this.dimension = other.dimension;
        }

        /** A copy, which can be changed. */
        Parts copy() {
            return new Parts(this);
        }

        private void check() {
            require(embedder.matches("[^@\\s]+@[0-9a-f]{12}"), "the embedder '" + embedder + "' is none");
            require(
                    dimension >= 1 && dimension <= LARGEST_DIMENSION,
                    "the dimension " + dimension + " is not 1 to " + LARGEST_DIMENSION);
            check(dimension);
        }
    }
}
