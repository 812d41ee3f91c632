/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static dev.nightjar.classifier.lr.LrModelJson.require;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.nightjar.Sha256;
import dev.nightjar.classifier.lr.EmbeddingLrModel.Parts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model over embeddings as JSON: as {@link LrModelJson}, but for what its features are. */
final class EmbeddingLrModelJson {
    /** What such a file has for features. */
    static final String FEATURES = "embedding";

    private static final List<String> REQUIRED = List.of(
            "format",
            "version",
            "name",
            "labels",
            "features",
            "embedder",
            "dimension",
            "temperature",
            "intercepts",
            "sha256",
            "weights");

    private EmbeddingLrModelJson() {}

    static byte[] write(EmbeddingLrModel model) {
        Parts parts = model.parts();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = LrModelJson.JSON.createGenerator(bytes)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
            json.writeStartObject();
            json.writeStringField("format", LrModelJson.FORMAT);
            json.writeNumberField("version", LrModelJson.VERSION);
            json.writeStringField("name", parts.name);
            json.writeArrayFieldStart("labels");
            for (String label : parts.labels) {
                json.writeString(label);
            }
            json.writeEndArray();
            json.writeStringField("features", FEATURES);
            json.writeStringField("embedder", parts.embedder);
            json.writeNumberField("dimension", parts.dimension);
            json.writeObjectFieldStart("metrics");
            for (Map.Entry<String, Double> metric : model.metrics().entrySet()) {
                json.writeNumberField(metric.getKey(), metric.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("temperature", parts.temperature);
            json.writeArrayFieldStart("intercepts");
            for (double intercept : parts.intercepts) {
                json.writeNumber(intercept);
            }
            json.writeEndArray();
            json.writeStringField("sha256", digest(parts));
            json.writeBinaryField("weights", LrModelJson.bytes(parts.weights));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory refused a write", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The parts in a file; whether they make a model is for the reader to check.
     *
     * @throws IOException if it is not JSON or ends too early
     * @throws IllegalArgumentException if it is JSON, but not a model that this version reads; it says why
     */
    static Parts read(byte[] bytes) throws IOException {
        Parts parts = new Parts();
        String sha256 = "";
        Set<String> missing = new LinkedHashSet<>(REQUIRED);
        try (JsonParser json = LrModelJson.JSON.createParser(bytes)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                missing.remove(field);
                json.nextToken();
                switch (field) {
                    case "format" -> LrModelJson.requireText(json, LrModelJson.FORMAT);
                    case "version" -> LrModelJson.requireNumber(json, LrModelJson.VERSION);
                    case "name" -> parts.name = LrModelJson.text(json);
                    case "labels" -> parts.labels = LrModelJson.texts(json);
                    case "ngrams" ->
                        throw new IllegalArgumentException("its features are n-grams; open it with LrClassifierConfig");
                    case "features" -> LrModelJson.requireText(json, FEATURES);
                    case "embedder" -> parts.embedder = LrModelJson.text(json);
                    case "dimension" -> parts.dimension = (int) LrModelJson.wholeNumber(json);
                    case "metrics" -> parts.metrics = LrModelJson.metrics(json);
                    case "temperature" -> parts.temperature = LrModelJson.number(json);
                    case "intercepts" -> parts.intercepts = LrModelJson.numbers(json);
                    case "sha256" -> sha256 = LrModelJson.text(json);
                    case "weights" -> parts.weights = LrModelJson.floats(LrModelJson.binary(json));
                    default -> json.skipChildren();
                }
            }
            require(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "something follows the model");
        }
        require(missing.isEmpty(), "it lacks " + String.join(", ", missing));
        String actual = digest(parts);
        require(
                sha256.equals(actual),
                "it is damaged: the SHA-256 of its content is " + actual + ", it says " + sha256);
        return parts;
    }

    private static String digest(Parts parts) {
        byte[] names = (parts.name + '\n' + String.join("\n", parts.labels) + '\n' + parts.embedder)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(names.length
                        + Integer.BYTES * (1 + parts.weights.length)
                        + Double.BYTES * (1 + parts.intercepts.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        content.put(names).putInt(parts.dimension).putDouble(parts.temperature);
        for (double intercept : parts.intercepts) {
            content.putDouble(intercept);
        }
        content.put(LrModelJson.bytes(parts.weights));
        return Sha256.of(content.array());
    }
}
