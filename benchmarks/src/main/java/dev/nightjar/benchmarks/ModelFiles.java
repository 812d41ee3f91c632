/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Models as files, which is how the libraries beside Nightjar take them. */
final class ModelFiles {
    private static final List<String> GRAPHS =
            List.of("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx");

    private ModelFiles() {}

    /**
     * The directory of a model: that of a path, or a new one with the files of a bundled model, which goes when the JVM ends.
     *
     * @throws IllegalArgumentException if there is no such model, naming those there are
     */
    static Path directory(String model) {
        if (OnnxModels.names().contains(model)) {
            String from = "/dev/nightjar/models/" + model + '/';
            return unpack(Map.of(
                    "config.json", from + "config.json",
                    "model.onnx", from + "model.onnx",
                    "tokenizer.json", from + "tokenizer.json"));
        }
        Path directory = Path.of(model);
        if (!Files.isRegularFile(directory.resolve("tokenizer.json"))) {
            throw new IllegalArgumentException("'" + model + "' is neither one of " + OnnxModels.names()
                    + " nor a directory with config.json, tokenizer.json and an ONNX file");
        }
        return directory;
    }

    /** The ONNX file in a model's directory. */
    static Path graph(Path directory) {
        return GRAPHS.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + directory + "' has none of " + GRAPHS));
    }

    /** Whether a model wants to be told to which part of the input each token belongs. */
    static boolean readsTypeIds(Path graph) throws OrtException {
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(graph.toString())) {
            return session.getInputNames().contains("token_type_ids");
        }
    }

    /** How Nightjar opens a model. */
    static OnnxClassifierConfig config(String model, int threads) {
        OnnxClassifierConfig config = OnnxModels.names().contains(model)
                ? OnnxClassifierConfig.fromMap(Map.of("model", model))
                : OnnxClassifierConfig.builder(Path.of(model)).build();
        return config.toBuilder().intraOpThreads(threads).build();
    }

    /** The tokenizer of a model as it is, without Nightjar's normalisation. */
    static HuggingFaceTokenizer tokenizer(Path directory) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        try {
            return HuggingFaceTokenizer.newInstance(
                    directory.resolve("tokenizer.json"),
                    Map.of("truncation", "true", "padding", "false", "maxLength", "128", "modelMaxLength", "128"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new directory with resources of the class path under the names that are their keys. */
    static Path unpack(Map<String, String> resources) {
        try {
            Path directory = Files.createTempDirectory("nightjar-benchmarks");
            directory.toFile().deleteOnExit();
            for (Map.Entry<String, String> resource : resources.entrySet()) {
                Path file = directory.resolve(resource.getKey());
                file.toFile().deleteOnExit();
                try (InputStream in = ModelFiles.class.getResourceAsStream(resource.getValue())) {
                    if (in == null) {
                        throw new FileNotFoundException(resource.getValue() + " is not on the class path");
                    }
                    Files.copy(in, file);
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
