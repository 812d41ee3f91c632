/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to open an {@link OnnxClassifier}: which model, and how it is run.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class OnnxClassifierConfig implements ClassifierFactory {
    /** What {@link Builder#maxTokens} is unless set, or less where the tokenizer's file truncates earlier: {@value}. */
    public static final int DEFAULT_MAX_TOKENS = 128;

    /** What {@link Builder#tokenBudget} is unless set, but for dynamically quantised models: {@value}. */
    public static final int DEFAULT_TOKEN_BUDGET = 256;

    /** What {@link Builder#intraOpThreads} is unless set: {@value}. */
    public static final int DEFAULT_INTRA_OP_THREADS = 1;

    /** What {@link Builder#cacheSize} is unless set: {@value}. */
    public static final int DEFAULT_CACHE_SIZE = 0;

    private static final long serialVersionUID = 1L;

    private final ModelBundle model;
    private final String name;
    private final @Nullable String modelFile;
    private final @Nullable String normalizer;
    private final @Nullable Integer maxTokens;
    private final @Nullable Integer tokenBudget;
    private final int intraOpThreads;
    private final int cacheSize;

    private OnnxClassifierConfig(Builder builder) {
        this.model = builder.model;
        this.name = builder.name;
        this.modelFile = builder.modelFile;
        this.normalizer = builder.normalizer;
        this.maxTokens = builder.maxTokens;
        this.tokenBudget = builder.tokenBudget;
        this.intraOpThreads = builder.intraOpThreads;
        this.cacheSize = builder.cacheSize;
    }

    /** Begins a configuration for the model whose files lie in a directory. */
    public static Builder builder(Path directory) {
        return builder(ModelBundle.directory(directory));
    }

    /** Begins a configuration for a model. */
    public static Builder builder(ModelBundle model) {
        return new Builder(model);
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required, see {@link ModelBundle#parse}) and those
     * of {@link Builder} in kebab-case.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static OnnxClassifierConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("classifier-onnx", options);
        reader.required("model");
        Builder builder = builder(ModelBundle.directory(Path.of("")));
        reader.string("model", text -> builder.model(ModelBundle.parse(text)));
        reader.string("name", builder::name);
        reader.string("model-file", builder::modelFile);
        reader.string("normalizer", builder::normalizer);
        reader.integer("max-tokens", builder::maxTokens);
        reader.integer("token-budget", builder::tokenBudget);
        reader.integer("intra-op-threads", builder::intraOpThreads);
        reader.integer("cache-size", builder::cacheSize);
        reader.finish();
        return builder.build();
    }

    /**
     * Checks and loads the model's files.
     *
     * @throws ConfigException if a file is missing or damaged, or the files do not make a classifier; it names the files,
     *     with their SHA-256
     */
    @Override
    public OnnxClassifier open() {
        return OnnxClassifier.open(this);
    }

    /** A builder that starts with this configuration. */
    public Builder toBuilder() {
        Builder builder = new Builder(model);
        builder.name = name;
        builder.modelFile = modelFile;
        builder.normalizer = normalizer;
        builder.maxTokens = maxTokens;
        builder.tokenBudget = tokenBudget;
        builder.intraOpThreads = intraOpThreads;
        builder.cacheSize = cacheSize;
        return builder;
    }

    /** Where the model's files lie. */
    public ModelBundle model() {
        return model;
    }

    /** What the model is called in its answers, before the {@code @}. */
    public String name() {
        return name;
    }

    Optional<String> modelFile() {
        return Optional.ofNullable(modelFile);
    }

    Optional<String> normalizer() {
        return Optional.ofNullable(normalizer);
    }

    Optional<Integer> maxTokens() {
        return Optional.ofNullable(maxTokens);
    }

    Optional<Integer> tokenBudget() {
        return Optional.ofNullable(tokenBudget);
    }

    int intraOpThreads() {
        return intraOpThreads;
    }

    int cacheSize() {
        return cacheSize;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OnnxClassifierConfig that
                && model.equals(that.model)
                && name.equals(that.name)
                && Objects.equals(modelFile, that.modelFile)
                && Objects.equals(normalizer, that.normalizer)
                && Objects.equals(maxTokens, that.maxTokens)
                && Objects.equals(tokenBudget, that.tokenBudget)
                && intraOpThreads == that.intraOpThreads
                && cacheSize == that.cacheSize;
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, name, modelFile, normalizer, maxTokens, tokenBudget, intraOpThreads, cacheSize);
    }

    @Override
    public String toString() {
        return "OnnxClassifierConfig[model=" + model + ", name=" + name
                + modelFile().map(file -> ", modelFile=" + file).orElse("")
                + normalizer().map(id -> ", normalizer=" + id).orElse("")
                + maxTokens().map(tokens -> ", maxTokens=" + tokens).orElse("")
                + tokenBudget().map(tokens -> ", tokenBudget=" + tokens).orElse("")
                + ", intraOpThreads=" + intraOpThreads + ", cacheSize=" + cacheSize + ']';
    }

    /**
     * Collects a configuration. Each setter refuses what makes no sense with a {@link ConfigException}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private ModelBundle model;
        private String name;
        private @Nullable String modelFile;
        private @Nullable String normalizer;
        private @Nullable Integer maxTokens;
        private @Nullable Integer tokenBudget;
        private int intraOpThreads = DEFAULT_INTRA_OP_THREADS;
        private int cacheSize = DEFAULT_CACHE_SIZE;

        private Builder(ModelBundle model) {
            this.model = model;
            this.name = model.name();
        }

        private void model(ModelBundle bundle) {
            this.model = bundle;
            this.name = bundle.name();
        }

        /** What the model is called in its answers; the last part of the directory's or the class path's name unless set. */
        public Builder name(String name) {
            require(
                    name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                    "A model's name is made of 1 to 64 letters, digits," + " dots, underscores and hyphens");
            this.name = name;
            return this;
        }

        /**
         * The ONNX file to load, such as {@code onnx/model_quantized.onnx}. Unless it is set, the first of these that is
         * there, directly or else under {@code onnx/}: {@code model.onnx}, {@code model_optimized.onnx},
         * {@code model_quantized.onnx} and further names of 8-bit variants, {@code model_fp16.onnx}.
         */
        public Builder modelFile(String file) {
            require(
                    !file.isBlank() && file.indexOf(0) < 0 && BundleFiles.isInside(file),
                    "The ONNX file is named by its path inside the model's directory, such as 'onnx/model.onnx'");
            this.modelFile = file;
            return this;
        }

        /**
         * What is done to a text before the tokenizer: {@code none}, or {@code tweet-v1} for a model that was trained on
         * texts with literal escapes, HTML entities and doubled quotes decoded. Unless it is set, what the model's
         * {@code config.json} says under {@code nightjar.normalizer}; {@code none} where it says nothing.
         */
        public Builder normalizer(String id) {
            require(
                    TextNormalizer.byId(id).isPresent(),
                    "A normalizer is one of " + String.join(", ", TextNormalizer.ids()));
            this.normalizer = id;
            return this;
        }

        /**
         * How many tokens of a text are read, the model's own marks included; a longer text is marked as truncated. Never
         * more than the model takes. {@value OnnxClassifierConfig#DEFAULT_MAX_TOKENS} unless set, or what the tokenizer's
         * file says if that is less.
         */
        public Builder maxTokens(int tokens) {
            require(tokens >= 3, "At least 3 tokens must be read: one of the text and two marks");
            this.maxTokens = tokens;
            return this;
        }

        /**
         * How many tokens, padding included, the model is given at once; a single text may have more, and 1 gives it each
         * text alone. {@value OnnxClassifierConfig#DEFAULT_TOKEN_BUDGET} unless set. A dynamically quantised model is
         * given each text alone unless this is set: what else is in a batch would change its answers, so that the same
         * tweet could get another label when it is replayed.
         */
        public Builder tokenBudget(int tokens) {
            require(tokens >= 1, "The token budget is at least 1");
            this.tokenBudget = tokens;
            return this;
        }

        /**
         * How many threads work on one call. {@value OnnxClassifierConfig#DEFAULT_INTRA_OP_THREADS} unless set, which is
         * right where several callers keep the processor busy, such as the tasks of a Spark executor.
         */
        public Builder intraOpThreads(int threads) {
            require(threads >= 1 && threads <= 1024, "The threads of one call are 1 to 1024");
            this.intraOpThreads = threads;
            return this;
        }

        /**
         * How many texts' answers are kept from call to call, those used last; a repeated text, such as a retweet, is then
         * not scored again. {@value OnnxClassifierConfig#DEFAULT_CACHE_SIZE} unless set, which keeps none.
         */
        public Builder cacheSize(int texts) {
            require(texts >= 0, "The size of the cache is 0 or more texts");
            this.cacheSize = texts;
            return this;
        }

        /** The configuration. */
        public OnnxClassifierConfig build() {
            return new OnnxClassifierConfig(this);
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new ConfigException(otherwise);
            }
        }
    }
}
