/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which model is run and how, whatever its numbers are used for. */
abstract class RunOptions extends Configuration {
    static final Option<ModelBundle> MODEL = Option.of("model", "a model", ModelBundle::parse)
            .required()
            .means("a bundled model's name (`emotion`, `sentiment-onnx`), `classpath:` and a prefix,"
                    + " `hf://owner/name@revision`, or a directory");
    static final Option<String> NAME = Option.text("name")
            .valid("1 to 64 letters, digits, dots, underscores and hyphens", RunOptions::isName)
            .unlessSet("last part of the place, `.` and the head")
            .means("what the model is called in its answers");
    static final Option<String> MODEL_FILE = Option.text("model-file")
            .valid(
                    "a path inside the model's directory, such as 'onnx/model.onnx'",
                    file -> !file.isBlank() && file.indexOf(0) < 0 && BundleFiles.isInside(file))
            .unlessSet("see [Models](#models)")
            .means("the ONNX file to load");
    static final Option<TextNormalizer> NORMALIZER = Option.choice("normalizer", TextNormalizer.class)
            .unlessSet("what the model says, else `none`")
            .means("what is done to a text before the tokenizer");
    static final Option<Integer> MAX_TOKENS = Option.integer("max-tokens", 3, Integer.MAX_VALUE)
            .unlessSet("128, or less if `tokenizer.json` truncates earlier")
            .means("how many tokens of a text are read, two marks included; never more than the model takes");
    static final Option<Integer> TOKEN_BUDGET = Option.integer("token-budget", 1, Integer.MAX_VALUE)
            .unlessSet("256; see [Batches](#batches)")
            .means("how many tokens the model is given at once, padding included");
    static final Option<Double> MAX_UNKNOWN = Option.number("max-unknown", 0, 1)
            .defaultTo(0.5)
            .means("the share of a text's letters that may lie in tokens the model does not know, see"
                    + " [Scores](#scores)");
    static final Option<Integer> PARALLELISM = Option.integer("parallelism", 1, 1024)
            .unlessSet("1 thread each")
            .means("how many threads of one JVM call at the same time, such as an executor's task slots: the cores are"
                    + " divided among them");
    static final Option<Integer> INTRA_OP_THREADS = Option.integer("intra-op-threads", 1, 1024)
            .unlessSet("1")
            .means("how many threads work on one call, in place of `parallelism`");
    static final Option<Device> DEVICE = Option.of("device", "cpu, cuda or cuda:N", Device::parse)
            .defaultTo(Device.CPU)
            .means("what computes, see [CUDA](#cuda)");
    static final Option<Boolean> VERIFY_ON_OPEN = Option.flag("verify-on-open")
            .means("compute the model's own [examples](#verifying-a-model) when it is opened");
    static final Option<URI> HUB_ENDPOINT = Option.of(
                    "hub-endpoint", "an address", text -> HubPlace.checked(URI.create(text)))
            .unlessSet("`https://huggingface.co`")
            .means("which server the [Hub](#hugging-face-hub) is");
    static final Option<Credential> HUB_TOKEN = Option.credential("hub-token")
            .unlessSet("that of `HF_TOKEN`, if set")
            .means("`env:NAME`, `file:PATH` or the secret itself");
    static final Option<String> HUB_CACHE = Option.of("hub-cache", "a path", text -> HubPlace.absolute(Path.of(text)))
            .unlessSet("`~/.cache/nightjar/hub`")
            .means("where what is fetched is kept");

    /** Those of every model. */
    static final List<Option<?>> SHARED = List.of(
            MODEL,
            NAME,
            MODEL_FILE,
            NORMALIZER,
            MAX_TOKENS,
            TOKEN_BUDGET,
            MAX_UNKNOWN,
            PARALLELISM,
            INTRA_OP_THREADS,
            DEVICE,
            VERIFY_ON_OPEN,
            HUB_ENDPOINT,
            HUB_TOKEN,
            HUB_CACHE);

    private static final long serialVersionUID = 1L;
    private static final int DEFAULT_MAX_TOKENS = 128;
    private static final int DEFAULT_TOKEN_BUDGET = 256;

    RunOptions(Builder<?, ?> builder) {
        super(builder);
    }

    /** Whether a model or a head may be called so. */
    static boolean isName(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    }

    /** Where the model's files lie. */
    public ModelBundle model() {
        ModelBundle model = get(MODEL);
        return model.hub()
                .map(hub -> new ModelBundle(new HubPlace(
                        hub.repository(), hub.revision(), find(HUB_ENDPOINT), find(HUB_TOKEN), find(HUB_CACHE))))
                .orElse(model);
    }

    /** The model's name in its answers, before the {@code @}. */
    public String name() {
        return Objects.requireNonNullElseGet(find(NAME), () -> get(MODEL).name());
    }

    Optional<String> modelFile() {
        return Optional.ofNullable(find(MODEL_FILE));
    }

    Optional<TextNormalizer> normalizer() {
        return Optional.ofNullable(find(NORMALIZER));
    }

    Device device() {
        return get(DEVICE);
    }

    /** How many tokens of a text are read. */
    int maxTokens(ModelConfig config, TokenizerFile tokenizer) {
        int unlessSet = Math.min(DEFAULT_MAX_TOKENS, tokenizer.truncation().orElse(DEFAULT_MAX_TOKENS));
        int wanted = Objects.requireNonNullElse(find(MAX_TOKENS), unlessSet);
        return Math.min(wanted, config.positions().orElse(wanted));
    }

    /** How many tokens a batch has: one text where the answer for a text would depend on the rest of its batch. */
    int tokenBudget(byte[] modelFile) {
        return Objects.requireNonNullElseGet(
                find(TOKEN_BUDGET), () -> OnnxOperators.areDynamicallyQuantised(modelFile) ? 1 : DEFAULT_TOKEN_BUDGET);
    }

    /** Whether the user says how many tokens a batch has, whatever the model. */
    boolean hasTokenBudget() {
        return find(TOKEN_BUDGET) != null;
    }

    /** How many threads work on one call, on a machine with so many cores. */
    int intraOpThreads(int cores) {
        Integer callers = find(PARALLELISM);
        int planned = callers == null ? 1 : Math.max(1, cores / callers);
        return Objects.requireNonNullElse(find(INTRA_OP_THREADS), planned);
    }

    /** What to warn of when more threads would compute than there are cores; empty if they fit. */
    Optional<String> oversubscription(int cores) {
        int callers = Objects.requireNonNullElse(find(PARALLELISM), 1);
        int threads = callers * intraOpThreads(cores);
        return threads <= cores
                ? Optional.empty()
                : Optional.of(callers + " callers of " + intraOpThreads(cores) + " threads each share " + cores
                        + " cores; fewer would be as fast, and answer sooner");
    }

    /** The warning if this processor loses precision with the model's 8-bit weights; empty if not, or if unknown. */
    Optional<String> overflow(byte[] modelFile, Processor processor) {
        return device().equals(Device.CPU)
                        && processor.products() == Processor.Products.NARROW
                        && OnnxOperators.haveWeightsOfFullRange(modelFile)
                ? Optional.of("its 8-bit weights use the full range, and this processor (" + processor
                        + ", no VNNI) adds their products in 16 bits, where some overflow: scores and some labels are"
                        + " other than elsewhere. Quantise it with reduce_range=True, or take the export that is not"
                        + " quantised")
                : Optional.empty();
    }

    /** Collects the options that all models share, and refuses those that do not fit together. */
    abstract static class Builder<C extends RunOptions, B extends Builder<C, B>> extends Configuration.Builder<C, B> {
        Builder(Options options, Function<B, C> create) {
            super(options, create);
        }

        /** The model, with what it says about the Hub as separate options, as in a map. */
        final B model(ModelBundle bundle) {
            HubPlace hub = bundle.hub().orElse(null);
            if (hub == null) {
                return set(MODEL, bundle);
            }
            setIfGiven(HUB_ENDPOINT, hub.givenEndpoint());
            setIfGiven(HUB_TOKEN, hub.givenToken());
            setIfGiven(HUB_CACHE, hub.givenCache());
            return set(MODEL, ModelBundle.hub(hub.repository(), hub.revision()));
        }

        private <T> void setIfGiven(Option<T> option, @Nullable T value) {
            if (value != null) {
                set(option, value);
            }
        }

        /**
         * What the model is called in its answers. Unless it is set, the last part of the directory's, the class path's
         * or the repository's name, and after a dot the head if one is chosen.
         */
        public B name(String name) {
            return set(NAME, name);
        }

        /**
         * The ONNX file to load, such as {@code onnx/model_quantized.onnx}. Unless it is set, the first of these that
         * is there, directly or else under {@code onnx/}: {@code model.onnx}, {@code model_optimized.onnx}, {@code
         * model_quantized.onnx} and further names of 8-bit variants, {@code model_fp16.onnx}.
         */
        public B modelFile(String file) {
            return set(MODEL_FILE, file);
        }

        /**
         * Preprocessing of a text before the tokenizer: {@code none}, or {@code tweet-v1} or {@code tweet-v2} for a
         * model that was trained on texts with literal escapes, HTML entities and doubled quotes decoded. If not set,
         * {@code nightjar.normalizer} in the model's {@code config.json} decides; {@code none} if that is absent too.
         */
        public B normalizer(String id) {
            return read(Map.of(NORMALIZER.key(), id));
        }

        /**
         * The number of tokens read per text, including the model's special tokens, at least 3; a classifier marks a
         * longer text as truncated, an embedder does not. Never more than the model takes. 128 unless set, or the
         * tokenizer file's value if that is less.
         */
        public B maxTokens(int tokens) {
            return set(MAX_TOKENS, tokens);
        }

        /**
         * The number of tokens, padding included, that the model gets at once. A single text may exceed it, and 1
         * passes each text alone. 256 unless set. A dynamically quantised model gets each text alone unless this is
         * set: other texts in the batch would change its answers, and the same tweet could get another label when it is
         * replayed. A model whose weights alone are quantised is not such a one. A model whose answers padding would
         * change gets texts of equal length, however many fit.
         */
        public B tokenBudget(int tokens) {
            return set(TOKEN_BUDGET, tokens);
        }

        /**
         * The share of a text's letters, from 0 to 1, that may lie in tokens the model does not know ({@code [UNK]});
         * of its characters, if it has no letters. A text with more has no answer, but the reason
         * {@link dev.nightjar.Classification.Reason#UNREADABLE}. 0.5 unless set; 1 answers every text.
         */
        public B maxUnknown(double share) {
            return set(MAX_UNKNOWN, share);
        }

        /**
         * How many threads work on one call, from 1 to 1,024. One unless set or planned from {@link #parallelism},
         * which is set instead of it.
         */
        public B intraOpThreads(int threads) {
            return set(INTRA_OP_THREADS, threads);
        }

        /**
         * How many callers there are at the same time in one JVM, such as the task slots of a Spark executor, from 1 to
         * 1,024. The cores of the machine that opens the model are divided among them, at least one thread each; more
         * callers than cores are logged as a warning.
         */
        public B parallelism(int concurrentCallers) {
            return set(PARALLELISM, concurrentCallers);
        }

        /**
         * What computes: {@code cpu}, which is the default, {@code cuda}, or {@code cuda:} and the number of a GPU.
         * CUDA needs {@code onnxruntime_gpu} instead of {@code onnxruntime} on the class path; where it cannot be used,
         * opening fails.
         */
        public B device(String device) {
            return read(Map.of(DEVICE.key(), device));
        }

        /**
         * Has the examples in the model's {@code parity.jsonl} computed whenever it is opened, which fails if an answer
         * is not the expected one; see {@link ModelBundle#verify()}.
         */
        public B verifyOnOpen() {
            return set(VERIFY_ON_OPEN, true);
        }

        @Override
        protected void check(C config, List<String> faults) {
            if (config.find(INTRA_OP_THREADS) != null && config.find(PARALLELISM) != null) {
                faults.add("Set 'intra-op-threads' or 'parallelism', from which it follows, not both");
            }
            for (Option<?> option : List.of(HUB_ENDPOINT, HUB_TOKEN, HUB_CACHE)) {
                if (config.find(option) != null && config.get(MODEL).hub().isEmpty()) {
                    faults.add("The option '" + option + "' is refused: "
                            + config.get(MODEL).notOfTheHub());
                }
            }
        }
    }
}
