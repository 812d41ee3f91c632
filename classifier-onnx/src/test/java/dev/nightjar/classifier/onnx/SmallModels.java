/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The models that {@code src/test/python/make_small_models.py} makes, and what Python answers with them. */
final class SmallModels {
    static final Path DIRECTORY = Fixtures.directory("small");

    private static final List<String> TEXTS = new ArrayList<>();
    private static final Map<String, List<double[]>> NUMBERS = new HashMap<>();

    static {
        try (JsonParser parser = JsonReader.parser(Files.readAllBytes(DIRECTORY.resolve("answers.jsonl")))) {
            while (parser.nextToken() != null) {
                if (parser.nextToken() == JsonToken.FIELD_NAME) {
                    read(parser);
                    parser.nextToken();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SmallModels() {}

    static List<String> texts() {
        return TEXTS;
    }

    /** What a model gives for each of the texts alone. */
    static List<double[]> numbers(String model) {
        return Objects.requireNonNull(NUMBERS.get(model), model);
    }

    static OnnxClassifierConfig.Builder builder(String model) {
        return OnnxClassifierConfig.builder(DIRECTORY).modelFile(model + ".onnx");
    }

    private static void read(JsonParser parser) throws IOException {
        String key = parser.currentName();
        parser.nextToken();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                TEXTS.add(parser.getText());
                continue;
            }
            List<Double> row = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                row.add(parser.getDoubleValue());
            }
            NUMBERS.computeIfAbsent(key, name -> new ArrayList<>())
                    .add(row.stream().mapToDouble(number -> number).toArray());
        }
    }
}
