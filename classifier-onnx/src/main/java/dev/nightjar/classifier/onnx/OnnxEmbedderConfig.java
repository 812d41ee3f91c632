/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.EmbedderFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to open an {@link OnnxEmbedder}: which model, how its vectors are made, and how it is run.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class OnnxEmbedderConfig implements EmbedderFactory {
    private static final long serialVersionUID = 1L;

    private final RunOptions options;
    private final @Nullable String pooling;
    private final Norm norm;

    private OnnxEmbedderConfig(Builder builder) {
        this.options = builder.options.build();
        this.pooling = builder.pooling;
        this.norm = builder.norm;
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
        return new Builder(new RunOptions.Builder(model));
    }

    /**
     * Reads a configuration from texts. The options are those of {@link OnnxClassifierConfig#fromMap} but for {@code head},
     * {@code abstain-below} and {@code cache-size}, and {@code pooling} and {@code norm}.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static OnnxEmbedderConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("embedder-onnx", options);
        Builder builder = builder(ModelBundle.directory(Path.of("")));
        builder.options.read(reader);
        reader.string("pooling", builder::pooling);
        reader.choice("norm", Norm.class, builder::norm);
        reader.finish();
        return builder.build();
    }

    /**
     * Checks and loads the model's files.
     *
     * @throws ConfigException if a file is missing or damaged, the files do not make a model of vectors, or the device
     *     cannot be used; it names the files, with their SHA-256
     * @throws dev.nightjar.RetriableException if the files must be fetched first and the Hub does not answer
     */
    @Override
    public OnnxEmbedder open() {
        return OnnxEmbedder.open(this);
    }

    RunOptions options() {
        return options;
    }

    Optional<Pooling> pooling() {
        return Optional.ofNullable(pooling).flatMap(Pooling::byId);
    }

    Norm norm() {
        return norm;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OnnxEmbedderConfig that
                && options.equals(that.options)
                && Objects.equals(pooling, that.pooling)
                && norm == that.norm;
    }

    @Override
    public int hashCode() {
        return Objects.hash(options, pooling, norm.id());
    }

    @Override
    public String toString() {
        return "OnnxEmbedderConfig[" + options
                + pooling().map(how -> ", pooling=" + how.id()).orElse("") + ", norm=" + norm.id() + ']';
    }

    /**
     * Collects a configuration. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final RunOptions.Builder options;
        private @Nullable String pooling;
        private Norm norm = Norm.NONE;

        private Builder(RunOptions.Builder options) {
            this.options = options;
        }

        /** As {@link OnnxClassifierConfig.Builder#name}. */
        public Builder name(String name) {
            options.name(name);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#modelFile}. */
        public Builder modelFile(String file) {
            options.modelFile(file);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#normalizer}. */
        public Builder normalizer(String id) {
            options.normalizer(id);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#maxTokens}, but that nothing marks a truncated text. */
        public Builder maxTokens(int tokens) {
            options.maxTokens(tokens);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#tokenBudget}. */
        public Builder tokenBudget(int tokens) {
            options.tokenBudget(tokens);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#intraOpThreads}. */
        public Builder intraOpThreads(int threads) {
            options.intraOpThreads(threads);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#parallelism}. */
        public Builder parallelism(int concurrentCallers) {
            options.parallelism(concurrentCallers);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#device}. */
        public Builder device(String device) {
            options.device(device);
            return this;
        }

        /** As {@link OnnxClassifierConfig.Builder#verifyOnOpen}. */
        public Builder verifyOnOpen() {
            options.verifyOnOpen();
            return this;
        }

        /**
         * How the vectors of a text's tokens, the output {@code last_hidden_state} or {@code token_embeddings}, become one:
         * {@code mean} of all, or {@code cls}, the first. Unless it is set, what the model's {@code config.json} says under
         * {@code nightjar.pooling}; where it says nothing, the model must give a vector for a text itself, as
         * {@code sentence_embedding} or as its only output.
         */
        public Builder pooling(String how) {
            RunOptions.Builder.require(
                    Pooling.byId(how).isPresent(),
                    () -> "A pooling is one of " + Pooling.ids() + ", not '" + how + "'");
            this.pooling = how;
            return this;
        }

        /** What length the vectors have; {@link Norm#NONE} unless set. */
        public Builder norm(Norm norm) {
            this.norm = Objects.requireNonNull(norm, "norm");
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if both {@link #intraOpThreads} and {@link #parallelism} are set
         */
        public OnnxEmbedderConfig build() {
            return new OnnxEmbedderConfig(this);
        }
    }
}
