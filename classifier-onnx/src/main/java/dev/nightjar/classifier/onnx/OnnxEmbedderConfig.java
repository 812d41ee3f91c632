/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.EmbedderFactory;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * How to open an {@link OnnxEmbedder}: which model, how its vectors are made, and how it is run.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class OnnxEmbedderConfig extends RunOptions implements EmbedderFactory {
    static final Options OPTIONS = Options.of("embedder-onnx").addAll(SHARED);
    static final Option<Pooling> POOLING = OPTIONS.add(Option.choice("pooling", Pooling.class)
            .unlessSet("what the model says")
            .means("how token vectors become one"));
    static final Option<Norm> NORM = OPTIONS.add(Option.choice("norm", Norm.class)
            .defaultTo(Norm.NONE)
            .means("what length the vectors have: the model's own, or 1"));

    private static final long serialVersionUID = 1L;

    private OnnxEmbedderConfig(Builder builder) {
        super(builder);
    }

    /**
     * What length the vectors have.
     *
     * @since 0.1.0
     */
    public enum Norm {
        /** That which the model gives them. */
        NONE {
            @Override
            float[] scale(float[] vector) {
                return vector.clone();
            }
        },

        /** 1, the Euclidean norm; zeros stay zeros. */
        L2 {
            @Override
            float[] scale(float[] vector) {
                double squares = 0;
                for (float number : vector) {
                    squares += (double) number * number;
                }
                double length = squares == 0 ? 1 : Math.sqrt(squares);
                float[] scaled = new float[vector.length];
                for (int i = 0; i < vector.length; i++) {
                    scaled[i] = (float) (vector[i] / length);
                }
                return scaled;
            }
        };

        /** A new vector of this length and the same direction. */
        abstract float[] scale(float[] vector);

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Begins a configuration for the model whose files lie in a directory. */
    public static Builder builder(Path directory) {
        return builder(ModelBundle.directory(directory));
    }

    /** Begins a configuration for a model. */
    public static Builder builder(ModelBundle model) {
        return new Builder().model(model);
    }

    /**
     * Reads a configuration from texts. The options are those of {@link OnnxClassifierConfig#fromMap} without
     * {@code head}, {@code labels}, {@code threshold}, {@code abstain-below} and {@code cache-size}, plus {@code pooling} and {@code norm}.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static OnnxEmbedderConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Checks and loads the model's files.
     *
     * @throws ConfigException if a file is missing or damaged, the files do not make an embedding model, or the device
     *     cannot be used; the message names the files with their SHA-256
     * @throws dev.nightjar.RetriableException if the files must be fetched first and the Hub does not answer
     */
    @Override
    public OnnxEmbedder open() {
        return OnnxEmbedder.open(this);
    }

    /**
     * Collects an {@link OnnxEmbedderConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends RunOptions.Builder<OnnxEmbedderConfig, Builder> {
        private Builder() {
            super(OPTIONS, OnnxEmbedderConfig::new);
        }

        /**
         * How the vectors of a text's tokens, the output {@code last_hidden_state} or {@code token_embeddings}, become
         * one: {@code mean} of all, or {@code cls}, the first. If not set, {@code nightjar.pooling} in the model's
         * {@code config.json} decides; if that is absent too, the model must output one vector per text itself, as
         * {@code sentence_embedding} or as its only output.
         */
        public Builder pooling(String how) {
            return read(Map.of(POOLING.key(), how));
        }

        /** What length the vectors have; {@link Norm#NONE} unless set. */
        public Builder norm(Norm norm) {
            return set(NORM, norm);
        }
    }
}
