/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.ConfigException;
import dev.nightjar.classifier.onnx.OnnxGraph.Wanted;
import dev.nightjar.io.Gate;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that are loaded in this process. Opening the same files in the same way, for the same head or another,
 * gives the same model; it is freed when its last user has closed it. Safe for use by multiple threads.
 */
final class LoadedModels {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);
    private static final Map<Setting, Slot> SLOTS = new HashMap<>();

    private LoadedModels() {}

    /** One user's hold of a model. Safe for use by multiple threads. */
    static final class Use implements AutoCloseable {
        private final TextModel model;
        private final Setting setting;
        private final Slot slot;

        /** Closing waits for running calls: a session freed under one ends the process. */
        private final Gate gate = new Gate();

        private Use(TextModel model, Setting setting, Slot slot) {
            this.model = model;
            this.setting = setting;
            this.slot = slot;
        }

        /** The model, valid as long as its user knows that nothing closes this. */
        TextModel model() {
            return model;
        }

        /**
         * A call's result from the model, which stays loaded meanwhile.
         *
         * @param user who calls, for the message
         * @throws IllegalStateException if this is closed
         */
        <T> T call(String user, Function<TextModel, T> call) {
            return gate.call(user, () -> call.apply(model));
        }

        /** Waits for running calls, and frees the model if this was the last hold of it. */
        @Override
        public void close() {
            gate.close(() -> release(setting, slot));
        }
    }

    /**
     * The model of some files with the logits of all its heads: loaded if it is not yet, and verified if its options
     * say so.
     *
     * @throws ConfigException if the files do not make a classifier, or an example gives another result
     */
    static Use logits(BundleFiles files, ModelConfig config, RunOptions options) {
        return use(files, config, options, "logits", Wanted.logits(config.heads()));
    }

    /**
     * The model of some files with the vectors of texts: loaded if it is not yet, and verified if its options say so.
     *
     * @throws ConfigException if the files do not make an embedding model, or an example gives another result
     */
    static Use vectors(BundleFiles files, ModelConfig config, RunOptions options, Optional<Pooling> pooling) {
        String reading = pooling.map(how -> "vectors by " + how.id()).orElse("vectors");
        return use(files, config, options, reading, Wanted.vectors(pooling));
    }

    private static Use use(BundleFiles files, ModelConfig config, RunOptions options, String reading, Wanted wanted) {
        TokenizerFile tokenizer = files.parseTokenizer(config);
        int cores = Runtime.getRuntime().availableProcessors();
        Setting setting = new Setting(
                files.sha256(),
                reading,
                options.normalizer().orElse(config.normalizer()),
                options.maxTokens(config, tokenizer),
                options.tokenBudget(files.model()),
                options.get(RunOptions.MAX_UNKNOWN),
                options.intraOpThreads(cores),
                options.device());
        Use use = use(setting, () -> {
            Stream.of(options.oversubscription(cores), options.overflow(files.model(), Processor.here()))
                    .flatMap(Optional::stream)
                    .forEach(warning -> LOG.warn("{}: {}", options.name(), warning));
            TextModel model = open(files, tokenizer, config, setting, wanted, options.hasTokenBudget());
            if (setting.tokenBudget > 1 && !model.batching().pads()) {
                LOG.warn(
                        "{}: {}, so it is given {}, which is slower",
                        options.name(),
                        model.graph().takesMask()
                                ? "padding would change its answers"
                                : "it has no attention_mask, without which padding would change its answers",
                        model.batching());
            }
            return model;
        });
        try {
            Parity.verifyIfWanted(files, config, options, use.model());
            return use;
        } catch (RuntimeException e) {
            use.close();
            throw e;
        }
    }

    private static Use use(Setting setting, Supplier<TextModel> opening) {
        Slot slot;
        synchronized (SLOTS) {
            slot = SLOTS.computeIfAbsent(setting, key -> new Slot());
            slot.users++;
        }
        try {
            return new Use(slot.open(opening), setting, slot);
        } catch (RuntimeException e) {
            release(setting, slot);
            throw e;
        }
    }

    private static void release(Setting setting, Slot slot) {
        synchronized (SLOTS) {
            slot.users--;
            if (slot.users > 0) {
                return;
            }
            SLOTS.remove(setting);
        }
        slot.close();
    }

    private static TextModel open(
            BundleFiles files,
            TokenizerFile tokenizer,
            ModelConfig config,
            Setting setting,
            Wanted wanted,
            boolean givenBudget) {
        TextEncoder encoder = openEncoder(files, tokenizer, setting.normalizer, setting.maxTokens);
        try {
            OnnxGraph graph = openGraph(files, config, setting, wanted);
            try {
                Probe probe = tried(files, encoder, tokenizer, graph, setting, givenBudget);
                return new TextModel(encoder, graph, setting.tokenBudget, setting.maxUnknown, probe);
            } catch (RuntimeException e) {
                graph.close();
                throw e;
            }
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    static TextEncoder openEncoder(
            BundleFiles files, TokenizerFile tokenizer, TextNormalizer normalizer, int maxTokens) {
        try {
            return TextEncoder.open(tokenizer, normalizer, maxTokens);
        } catch (ConfigException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw files.fault(ModelBundle.TOKENIZER, "cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static OnnxGraph openGraph(BundleFiles files, ModelConfig config, Setting setting, Wanted wanted) {
        try {
            return OnnxGraph.open(
                    files.model(), files.weights(), wanted, config, setting.intraOpThreads, setting.device);
        } catch (OrtException e) {
            String message = String.valueOf(e.getMessage());
            throw files.modelFault(
                    message.contains("External data path")
                            ? "keeps weights in another file; export it as one file: " + message
                            : "cannot be loaded: " + message,
                    e);
        } catch (IllegalArgumentException e) {
            throw files.modelFault(String.valueOf(e.getMessage()), e);
        } catch (LinkageError e) {
            throw NativeLibraries.fault("ONNX Runtime", e);
        }
    }

    /** Tries the model, so that opening finds files that do not belong together, and how it may be given texts. */
    private static Probe tried(
            BundleFiles files,
            TextEncoder encoder,
            TokenizerFile tokenizer,
            OnnxGraph graph,
            Setting setting,
            boolean givenBudget) {
        List<Batching> candidates = Batching.candidates(setting.tokenBudget, graph.takesMask(), tokenizer.padsLeft());
        double tolerance = graph.isHalfPrecision() ? Parity.HALF_PRECISION_TOLERANCE : Parity.TOLERANCE;
        if (givenBudget && OnnxOperators.areDynamicallyQuantised(files.model())) {
            // Its answers move with every batch, which is what was asked for.
            tolerance = Double.POSITIVE_INFINITY;
        }
        try {
            return Probe.of(graph, encoder, tokenizer, setting.maxTokens, candidates, tolerance);
        } catch (OrtException e) {
            throw files.modelFault("cannot be run: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw files.modelFault(String.valueOf(e.getMessage()), e);
        }
    }

    /** All settings that affect the result for a text, or its cost. */
    private record Setting(
            String sha256,
            String reading,
            TextNormalizer normalizer,
            int maxTokens,
            int tokenBudget,
            double maxUnknown,
            int intraOpThreads,
            Device device) {}

    /** Holds the lock of one setting only, so that a slow opening blocks no other. */
    private static final class Slot {
        private int users; // guarded by SLOTS
        private @Nullable TextModel model;

        synchronized TextModel open(Supplier<TextModel> opening) {
            if (model == null) {
                model = opening.get();
            }
            return model;
        }

        synchronized void close() {
            if (model != null) {
                model.close();
            }
        }
    }
}
