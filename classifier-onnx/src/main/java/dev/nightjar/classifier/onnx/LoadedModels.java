/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.classifier.onnx.OnnxGraph.Wanted;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that are loaded in this process. Who opens the same files in the same way, for the same head or another, gets
 * the same model; it is freed when the last of its users has closed it. Safe for use by multiple threads.
 */
final class LoadedModels {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedModels.class);
    private static final Map<Setting, Slot> SLOTS = new HashMap<>();

    private LoadedModels() {}

    /** One user's hold of a model, which must have no call running when it is closed. */
    static final class Use implements AutoCloseable {
        private final TextModel model;
        private final Setting setting;
        private final Slot slot;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Use(TextModel model, Setting setting, Slot slot) {
            this.model = model;
            this.setting = setting;
            this.slot = slot;
        }

        TextModel model() {
            return model;
        }

        @Override
        public void close() {
            if (!closed.getAndSet(true)) {
                release(setting, slot);
            }
        }
    }

    /**
     * The model of some files with the logits of all its heads, loaded unless it is already.
     *
     * @throws dev.nightjar.ConfigException if the files do not make a classifier
     */
    static Use logits(BundleFiles files, ModelConfig config, RunOptions options) {
        return use(files, config, options, "logits", Wanted.logits(config.heads()));
    }

    /**
     * The model of some files with the vectors of texts, loaded unless it is already.
     *
     * @throws dev.nightjar.ConfigException if the files do not make a model of vectors
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
                options.intraOpThreads(cores),
                options.device());
        return use(setting, () -> {
            options.oversubscription(cores).ifPresent(warning -> LOG.warn("{}: {}", options.name(), warning));
            return open(files, tokenizer, config, setting, wanted);
        });
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
            BundleFiles files, TokenizerFile tokenizer, ModelConfig config, Setting setting, Wanted wanted) {
        TextEncoder encoder = openEncoder(files, tokenizer, setting.normalizer, setting.maxTokens);
        try {
            OnnxGraph graph = openGraph(files, config, encoder, setting, wanted);
            return new TextModel(encoder, graph, setting.tokenBudget);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    static TextEncoder openEncoder(
            BundleFiles files, TokenizerFile tokenizer, TextNormalizer normalizer, int maxTokens) {
        try {
            return TextEncoder.open(tokenizer, normalizer, maxTokens);
        } catch (IOException | RuntimeException e) {
            throw files.fault(ModelBundle.TOKENIZER, "cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** Opens the model and tries it once, so that files which do not belong together are found now. */
    private static OnnxGraph openGraph(
            BundleFiles files, ModelConfig config, TextEncoder encoder, Setting setting, Wanted wanted) {
        OnnxGraph graph;
        try {
            graph = OnnxGraph.open(files.model(), wanted, config.padId(), setting.intraOpThreads, setting.device);
        } catch (OrtException e) {
            String message = String.valueOf(e.getMessage());
            throw files.modelFault(
                    message.contains("External data path")
                            ? "keeps weights in another file; export it as one file: " + message
                            : "cannot be loaded: " + message,
                    e);
        } catch (IllegalArgumentException e) {
            throw files.modelFault(String.valueOf(e.getMessage()), e);
        }
        try {
            for (float[] numbers : graph.run(List.of(encoder.encode("a"))).get(0)) {
                if (!OnnxGraph.areNumbers(numbers)) {
                    throw files.modelFault("gives scores that are not numbers", null);
                }
            }
            return graph;
        } catch (OrtException e) {
            graph.close();
            throw files.modelFault("cannot be run: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    /** Everything that decides what comes of a text and at what cost. */
    private record Setting(
            String sha256,
            String reading,
            TextNormalizer normalizer,
            int maxTokens,
            int tokenBudget,
            int intraOpThreads,
            Device device) {}

    /** Holds the lock of one setting, so that a slow opening blocks nobody who opens another. */
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
