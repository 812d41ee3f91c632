/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Embedder;
import dev.nightjar.EmbedderFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to open a classifier that is a logistic regression over embeddings: from which model, and with which embedder.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class EmbeddingLrClassifierConfig implements ClassifierFactory {
    private static final long serialVersionUID = 1L;

    private final String model;
    private final EmbedderFactory embedder;
    private final Requirements requirements;

    private EmbeddingLrClassifierConfig(Builder builder) {
        this.model = builder.model;
        this.embedder = builder.embedder;
        this.requirements = builder.requirements;
    }

    /**
     * Begins a configuration.
     *
     * @param file the model's file
     * @param embedder what opens the embedder that the model was trained with
     */
    public static Builder builder(Path file, EmbedderFactory embedder) {
        return new Builder(file.toString(), embedder);
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required: the path of a model's file) and those of
     * {@link Builder} in kebab-case.
     *
     * @param embedder what opens the embedder that the model was trained with
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static EmbeddingLrClassifierConfig fromMap(Map<String, String> options, EmbedderFactory embedder) {
        ConfigReader reader = ConfigReader.of("classifier-embedding-lr", options);
        reader.required("model");
        Builder builder = new Builder("", embedder);
        reader.path("model", file -> builder.model = file.toString());
        reader.string("sha256", builder::sha256);
        reader.number("abstain-below", builder::abstainBelow);
        reader.finish();
        return builder.build();
    }

    /**
     * Reads and checks the model and opens the embedder, which closing the classifier closes.
     *
     * @throws ConfigException if the file is missing or damaged, is not the one that was asked for, or was trained with
     *     another embedder
     */
    @Override
    public Classifier open() {
        EmbeddingLrModel opened = EmbeddingLrModel.load(Path.of(model));
        requirements.checkDigest(model, opened.sha256());
        Embedder live = embedder.open();
        try {
            opened.checkEmbedder(live);
        } catch (RuntimeException e) {
            live.close();
            throw e;
        }
        return new EmbeddingLrClassifier(opened, live, live::close, requirements.abstainBelow());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EmbeddingLrClassifierConfig that
                && model.equals(that.model)
                && embedder.equals(that.embedder)
                && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, embedder, requirements);
    }

    @Override
    public String toString() {
        return "EmbeddingLrClassifierConfig[model=" + model + ", embedder=" + embedder + requirements + ']';
    }

    /**
     * Collects a configuration. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private String model;
        private final EmbedderFactory embedder;
        private Requirements requirements = Requirements.NONE;

        private Builder(String model, EmbedderFactory embedder) {
            this.model = model;
            this.embedder = Objects.requireNonNull(embedder, "embedder");
        }

        /** The SHA-256 that the model's file must have; any unless set. */
        public Builder sha256(String digits) {
            this.requirements = requirements.withSha256(digits);
            return this;
        }

        /**
         * The score that the best label must have; below it the text is rejected as
         * {@link dev.nightjar.Classification.Reason#UNCERTAIN}. From 0 to 1; 0, which rejects nothing, unless set.
         */
        public Builder abstainBelow(double score) {
            this.requirements = requirements.withAbstainBelow(score);
            return this;
        }

        /** The configuration. */
        public EmbeddingLrClassifierConfig build() {
            return new EmbeddingLrClassifierConfig(this);
        }
    }
}
