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
    public static final int DEFAULT_MAX_TOKENS = RunOptions.DEFAULT_MAX_TOKENS;

    /** What {@link Builder#tokenBudget} is unless set, but for dynamically quantised models: {@value}. */
    public static final int DEFAULT_TOKEN_BUDGET = RunOptions.DEFAULT_TOKEN_BUDGET;

    /** What {@link Builder#intraOpThreads} is unless set: {@value}. */
    public static final int DEFAULT_INTRA_OP_THREADS = RunOptions.DEFAULT_INTRA_OP_THREADS;

    /** What {@link Builder#cacheSize} is unless set: {@value}. */
    public static final int DEFAULT_CACHE_SIZE = 0;

    private static final long serialVersionUID = 1L;

    private final RunOptions options;
    private final @Nullable String head;
    private final double abstainBelow;
    private final int cacheSize;

    private OnnxClassifierConfig(Builder builder) {
        this.options = builder.options.build();
        this.head = builder.head;
        this.abstainBelow = builder.abstainBelow;
        this.cacheSize = builder.cacheSize;
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
     * Reads a configuration from texts. The options are {@code model} (required, see {@link ModelBundle#parse}), for a
     * model of the Hub {@code hub-endpoint}, {@code hub-token} and {@code hub-cache} (see {@link ModelBundle#hub}), and
     * those of {@link Builder} in kebab-case.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static OnnxClassifierConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("classifier-onnx", options);
        Builder builder = builder(ModelBundle.directory(Path.of("")));
        builder.options.read(reader);
        reader.string("head", builder::head);
        reader.number("abstain-below", builder::abstainBelow);
        reader.integer("cache-size", builder::cacheSize);
        reader.finish();
        return builder.build();
    }

    /**
     * Checks and loads the model's files.
     *
     * @throws ConfigException if a file is missing or damaged, the files do not make a classifier, or the device cannot be
     *     used; it names the files, with their SHA-256
     * @throws dev.nightjar.RetriableException if the files must be fetched first and the Hub does not answer
     */
    @Override
    public OnnxClassifier open() {
        return OnnxClassifier.open(this);
    }

    /** A builder that starts with this configuration. */
    public Builder toBuilder() {
        Builder builder = new Builder(new RunOptions.Builder(options));
        builder.head = head;
        builder.abstainBelow = abstainBelow;
        builder.cacheSize = cacheSize;
        return builder;
    }

    /** Where the model's files lie. */
    public ModelBundle model() {
        return options.model();
    }

    /** What the model is called in its answers, before the {@code @}. */
    public String name() {
        return head == null || options.givenName() != null ? options.name() : options.name() + '.' + head;
    }

    RunOptions options() {
        return options;
    }

    Optional<String> head() {
        return Optional.ofNullable(head);
    }

    double abstainBelow() {
        return abstainBelow;
    }

    int cacheSize() {
        return cacheSize;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OnnxClassifierConfig that
                && options.equals(that.options)
                && Objects.equals(head, that.head)
                && abstainBelow == that.abstainBelow
                && cacheSize == that.cacheSize;
    }

    @Override
    public int hashCode() {
        return Objects.hash(options, head, abstainBelow, cacheSize);
    }

    @Override
    public String toString() {
        return "OnnxClassifierConfig[" + options
                + head().map(name -> ", head=" + name).orElse("")
                + (abstainBelow > 0 ? ", abstainBelow=" + abstainBelow : "")
                + ", cacheSize=" + cacheSize + ']';
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
        private @Nullable String head;
        private double abstainBelow;
        private int cacheSize = DEFAULT_CACHE_SIZE;

        private Builder(RunOptions.Builder options) {
            this.options = options;
        }

        /**
         * What the model is called in its answers. Unless it is set, the last part of the directory's, the class path's or
         * the repository's name, and after a dot the {@link #head} if one is chosen.
         */
        public Builder name(String name) {
            options.name(name);
            return this;
        }

        /**
         * Which of the model's questions is answered, for a model whose {@code config.json} has {@code nightjar.heads}; the
         * only one unless set.
         */
        public Builder head(String name) {
            RunOptions.Builder.require(
                    RunOptions.isName(name),
                    () -> "A head's name is made of 1 to 64 letters, digits, dots, underscores and hyphens");
            this.head = name;
            return this;
        }

        /**
         * The score that the best label must have; a text whose best score is below it gets no label, but is rejected as
         * {@link dev.nightjar.Classification.Reason#UNCERTAIN}. For models with one label for each text: one whose labels
         * stand for themselves is refused when it is opened. Unless it is set, every score is an answer.
         *
         * @param score 0 to 1; 0 for none
         */
        public Builder abstainBelow(double score) {
            RunOptions.Builder.require(
                    score >= 0 && score <= 1, () -> "The score below which to abstain is 0 to 1, not " + score);
            this.abstainBelow = score;
            return this;
        }

        /**
         * The ONNX file to load, such as {@code onnx/model_quantized.onnx}. Unless it is set, the first of these that is
         * there, directly or else under {@code onnx/}: {@code model.onnx}, {@code model_optimized.onnx},
         * {@code model_quantized.onnx} and further names of 8-bit variants, {@code model_fp16.onnx}.
         */
        public Builder modelFile(String file) {
            options.modelFile(file);
            return this;
        }

        /**
         * What is done to a text before the tokenizer: {@code none}, or {@code tweet-v1} for a model that was trained on
         * texts with literal escapes, HTML entities and doubled quotes decoded. Unless it is set, what the model's
         * {@code config.json} says under {@code nightjar.normalizer}; {@code none} where it says nothing.
         */
        public Builder normalizer(String id) {
            options.normalizer(id);
            return this;
        }

        /**
         * How many tokens of a text are read, the model's own marks included; a longer text is marked as truncated. Never
         * more than the model takes. {@value OnnxClassifierConfig#DEFAULT_MAX_TOKENS} unless set, or what the tokenizer's
         * file says if that is less.
         */
        public Builder maxTokens(int tokens) {
            options.maxTokens(tokens);
            return this;
        }

        /**
         * How many tokens, padding included, the model is given at once; a single text may have more, and 1 gives it each
         * text alone. {@value OnnxClassifierConfig#DEFAULT_TOKEN_BUDGET} unless set. A dynamically quantised model is
         * given each text alone unless this is set: what else is in a batch would change its answers, so that the same
         * tweet could get another label when it is replayed. A model whose weights alone are quantised is not such a one.
         */
        public Builder tokenBudget(int tokens) {
            options.tokenBudget(tokens);
            return this;
        }

        /**
         * How many threads work on one call. {@value OnnxClassifierConfig#DEFAULT_INTRA_OP_THREADS} unless set or planned
         * from {@link #parallelism}, which is set instead of it.
         */
        public Builder intraOpThreads(int threads) {
            options.intraOpThreads(threads);
            return this;
        }

        /**
         * How many callers there are at the same time in one JVM, such as the task slots of a Spark executor. The cores of
         * the machine that opens the classifier are divided among them, at least one thread each; more callers than
         * cores are logged as a warning.
         */
        public Builder parallelism(int concurrentCallers) {
            options.parallelism(concurrentCallers);
            return this;
        }

        /**
         * What computes: {@code cpu}, which is the default, {@code cuda}, or {@code cuda:} and the number of a GPU. CUDA
         * needs {@code onnxruntime_gpu} instead of {@code onnxruntime} on the class path; where it cannot be used, opening
         * fails.
         */
        public Builder device(String device) {
            options.device(device);
            return this;
        }

        /**
         * Has the examples in the model's {@code parity.jsonl} computed whenever it is opened, which fails if an answer is
         * not the expected one; see {@link ModelBundle#verify()}.
         */
        public Builder verifyOnOpen() {
            options.verifyOnOpen();
            return this;
        }

        /**
         * How many texts' answers are kept from call to call, those used last; a repeated text, such as a retweet, is then
         * not scored again. {@value OnnxClassifierConfig#DEFAULT_CACHE_SIZE} unless set, which keeps none.
         */
        public Builder cacheSize(int texts) {
            RunOptions.Builder.require(texts >= 0, () -> "The size of the cache is 0 or more texts");
            this.cacheSize = texts;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if both {@link #intraOpThreads} and {@link #parallelism} are set
         */
        public OnnxClassifierConfig build() {
            return new OnnxClassifierConfig(this);
        }
    }
}
