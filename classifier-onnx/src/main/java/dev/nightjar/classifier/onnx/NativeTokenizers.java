/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.nightjar.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes tokenizers with the native library that DJL brings, and isolates that library: it sends no telemetry and
 * fetches nothing, and it is unpacked into a new directory private to this process, so that no one can have planted
 * another library there. A user who has set one of DJL's own properties or variables for the same thing is obeyed.
 */
final class NativeTokenizers {
    private static final String CACHE = "ENGINE_CACHE_DIR";
    private static final List<String> CACHE_SETTINGS = List.of(CACHE, "DJL_CACHE_DIR", "RUST_LIBRARY_PATH");
    private static volatile boolean loaded;

    private NativeTokenizers() {}

    /**
     * A tokenizer that truncates and does not pad.
     *
     * @throws ConfigException if the native library cannot be loaded
     * @throws RuntimeException if the native library does not take the file
     */
    static HuggingFaceTokenizer open(String json, int maxTokens) throws IOException {
        if (!loaded) {
            synchronized (NativeTokenizers.class) {
                if (!loaded) {
                    HuggingFaceTokenizer first;
                    try {
                        first = loadAndCreate(json, maxTokens);
                    } catch (IOException | EngineException | LinkageError e) {
                        throw NativeLibraries.fault("DJL's tokenizers", e);
                    }
                    loaded = true;
                    return first;
                }
            }
        }
        return create(json, maxTokens);
    }

    private static HuggingFaceTokenizer loadAndCreate(String json, int maxTokens) throws IOException {
        setUnlessSet("ai.djl.offline", "DJL_OFFLINE", "true");
        setUnlessSet("OPT_OUT_TRACKING", "OPT_OUT_TRACKING", "true");
        if (CACHE_SETTINGS.stream().anyMatch(name -> System.getProperty(name) != null || System.getenv(name) != null)) {
            return create(json, maxTokens);
        }
        // Created with mode 0700. The library stays mapped after its file is gone, except on Windows.
        Path directory = Files.createTempDirectory("nightjar-tokenizers");
        System.setProperty(CACHE, directory.toString());
        try {
            return create(json, maxTokens);
        } finally {
            System.clearProperty(CACHE);
            delete(directory);
        }
    }

    private static HuggingFaceTokenizer create(String json, int maxTokens) throws IOException {
        String length = Integer.toString(maxTokens);
        return HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                Map.of("truncation", "true", "padding", "false", "maxLength", length, "modelMaxLength", length));
    }

    private static void setUnlessSet(String property, String variable, String value) {
        if (System.getProperty(property) == null && System.getenv(variable) == null) {
            System.setProperty(property, value);
        }
    }

    private static void delete(Path directory) {
        List<Path> innermostFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            innermostFirst = paths.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            innermostFirst = List.of(directory);
        }
        for (Path path : innermostFirst) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                path.toFile().deleteOnExit();
            }
        }
    }
}
