/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import java.io.Serializable;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which model is run and how, whatever its numbers are used for.
 *
 * @param model where its files lie
 * @param givenName what it is called; null for a name after its place
 * @param givenModelFile the ONNX file to load; null for the first candidate
 * @param givenNormalizer what is done to a text; null for what the model says
 * @param givenMaxTokens how much of a text is read; null for the default
 * @param givenTokenBudget how many tokens go into a batch; null for what suits the model
 * @param givenIntraOpThreads how many threads work on a call; null unless set
 * @param givenParallelism how many callers there are at once; null unless set
 * @param device what computes
 * @param verification whether the model's own examples are computed when it is opened
 */
record RunOptions(
        ModelBundle model,
        @Nullable String givenName,
        @Nullable String givenModelFile,
        @Nullable String givenNormalizer,
        @Nullable Integer givenMaxTokens,
        @Nullable Integer givenTokenBudget,
        @Nullable Integer givenIntraOpThreads,
        @Nullable Integer givenParallelism,
        Device device,
        Verification verification)
        implements Serializable {
    static final int DEFAULT_MAX_TOKENS = 128;
    static final int DEFAULT_TOKEN_BUDGET = 256;
    static final int DEFAULT_INTRA_OP_THREADS = 1;

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    enum Verification {
        NONE,
        ON_OPEN
    }

    /** Whether a model or a head may be called so. */
    static boolean isName(String name) {
        return name.matches(NAME);
    }

    /** What the model is called in its answers. */
    String name() {
        return givenName != null ? givenName : model.name();
    }

    Optional<String> modelFile() {
        return Optional.ofNullable(givenModelFile);
    }

    Optional<TextNormalizer> normalizer() {
        return Optional.ofNullable(givenNormalizer).flatMap(TextNormalizer::byId);
    }

    /** How many tokens of a text are read. */
    int maxTokens(ModelConfig config, TokenizerFile tokenizer) {
        int wanted = givenMaxTokens != null
                ? givenMaxTokens
                : Math.min(DEFAULT_MAX_TOKENS, tokenizer.truncation().orElse(DEFAULT_MAX_TOKENS));
        return Math.min(wanted, config.positions().orElse(wanted));
    }

    /** How many tokens a batch has: one text where the answer for a text would depend on the rest of its batch. */
    int tokenBudget(byte[] modelFile) {
        if (givenTokenBudget != null) {
            return givenTokenBudget;
        }
        return OnnxOperators.areDynamicallyQuantised(modelFile) ? 1 : DEFAULT_TOKEN_BUDGET;
    }

    /** How many threads work on one call, on a machine with so many cores. */
    int intraOpThreads(int cores) {
        if (givenIntraOpThreads != null) {
            return givenIntraOpThreads;
        }
        return givenParallelism == null ? DEFAULT_INTRA_OP_THREADS : Math.max(1, cores / givenParallelism);
    }

    /** What to warn of when more threads would compute than there are cores; empty if they fit. */
    Optional<String> oversubscription(int cores) {
        int callers = givenParallelism == null ? 1 : givenParallelism;
        int threads = callers * intraOpThreads(cores);
        return threads <= cores
                ? Optional.empty()
                : Optional.of(callers + " callers of " + intraOpThreads(cores) + " threads each share " + cores
                        + " cores; fewer would be as fast, and answer sooner");
    }

    /** A text such as {@code model=emotion, maxTokens=96}: what is set. */
    @Override
    public String toString() {
        return "model=" + model + ", name=" + name()
                + shown("modelFile", givenModelFile)
                + shown("normalizer", givenNormalizer)
                + shown("maxTokens", givenMaxTokens)
                + shown("tokenBudget", givenTokenBudget)
                + shown("intraOpThreads", givenIntraOpThreads)
                + shown("parallelism", givenParallelism)
                + ", device=" + device
                + (verification == Verification.ON_OPEN ? ", verifyOnOpen" : "");
    }

    private static String shown(String name, @Nullable Object value) {
        return value == null ? "" : ", " + name + '=' + value;
    }

    /**
     * Collects the options, and refuses what makes no sense with a {@link ConfigException}. The builders of the
     * configurations, whose setters return themselves, pass on to it what they have in common.
     */
    static final class Builder {
        private ModelBundle model;
        private @Nullable String name;
        private @Nullable String modelFile;
        private @Nullable String normalizer;
        private @Nullable Integer maxTokens;
        private @Nullable Integer tokenBudget;
        private @Nullable Integer intraOpThreads;
        private @Nullable Integer parallelism;
        private Device device = Device.CPU;
        private Verification verification = Verification.NONE;

        Builder(ModelBundle model) {
            this.model = model;
        }

        Builder(RunOptions options) {
            this.model = options.model;
            this.name = options.givenName;
            this.modelFile = options.givenModelFile;
            this.normalizer = options.givenNormalizer;
            this.maxTokens = options.givenMaxTokens;
            this.tokenBudget = options.givenTokenBudget;
            this.intraOpThreads = options.givenIntraOpThreads;
            this.parallelism = options.givenParallelism;
            this.device = options.device;
            this.verification = options.verification;
        }

        void read(ConfigReader reader) {
            reader.required("model");
            reader.string("model", text -> model = ModelBundle.parse(text));
            reader.string("hub-endpoint", text -> model = model.hubEndpoint(URI.create(text)));
            reader.credential("hub-token", token -> model = model.hubToken(token));
            reader.path("hub-cache", directory -> model = model.hubCache(directory));
            reader.string("name", this::name);
            reader.string("model-file", this::modelFile);
            reader.string("normalizer", this::normalizer);
            reader.integer("max-tokens", this::maxTokens);
            reader.integer("token-budget", this::tokenBudget);
            reader.integer("intra-op-threads", this::intraOpThreads);
            reader.integer("parallelism", this::parallelism);
            reader.string("device", this::device);
            reader.bool("verify-on-open", wanted -> verification = wanted ? Verification.ON_OPEN : Verification.NONE);
        }

        void name(String name) {
            require(
                    isName(name),
                    () -> "A model's name is made of 1 to 64 letters, digits, dots, underscores and hyphens");
            this.name = name;
        }

        void modelFile(String file) {
            require(
                    !file.isBlank() && file.indexOf(0) < 0 && BundleFiles.isInside(file),
                    () -> "The ONNX file is named by its path inside the model's directory, such as 'onnx/model.onnx'");
            this.modelFile = file;
        }

        void normalizer(String id) {
            require(
                    TextNormalizer.byId(id).isPresent(),
                    () -> "A normalizer is one of " + String.join(", ", TextNormalizer.ids()));
            this.normalizer = id;
        }

        void maxTokens(int tokens) {
            require(tokens >= 3, () -> "At least 3 tokens must be read: one of the text and two marks");
            this.maxTokens = tokens;
        }

        void tokenBudget(int tokens) {
            require(tokens >= 1, () -> "The token budget is at least 1");
            this.tokenBudget = tokens;
        }

        void intraOpThreads(int threads) {
            require(threads >= 1 && threads <= 1024, () -> "The threads of one call are 1 to 1024");
            this.intraOpThreads = threads;
        }

        void parallelism(int callers) {
            require(callers >= 1 && callers <= 1024, () -> "The callers at the same time are 1 to 1024");
            this.parallelism = callers;
        }

        void device(String text) {
            this.device = Device.parse(text);
        }

        void verifyOnOpen() {
            this.verification = Verification.ON_OPEN;
        }

        RunOptions build() {
            require(
                    intraOpThreads == null || parallelism == null,
                    () -> "Set 'intra-op-threads' or 'parallelism', from which it follows, not both");
            return new RunOptions(
                    model,
                    name,
                    modelFile,
                    normalizer,
                    maxTokens,
                    tokenBudget,
                    intraOpThreads,
                    parallelism,
                    device,
                    verification);
        }

        static void require(boolean holds, Supplier<String> otherwise) {
            if (!holds) {
                throw new ConfigException(otherwise.get());
            }
        }
    }
}
