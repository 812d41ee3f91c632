/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static dev.nightjar.classifier.lr.LinearLayer.require;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.nightjar.Sha256;
import dev.nightjar.json.JsonReader;
import dev.nightjar.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * A model as JSON: what describes it comes first, then its numbers, each field the base64 of little-endian numbers of
 * 32 bits, the weights last. A SHA-256 over all that an answer depends on finds a changed digit.
 */
final class ModelJson {
    private static final String FORMAT = "nightjar-lr";
    private static final int VERSION = 1;
    private static final List<String> REQUIRED =
            List.of("format", "version", "name", "labels", "temperature", "intercepts", "sha256", "weights");

    private ModelJson() {}

    static byte[] write(LinearLayer layer, FeatureForm<?> form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonWriter.generator(bytes)) {
            // Not the platform's line end: the bytes are the same everywhere.
            json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeStringField("name", layer.name);
            json.writeArrayFieldStart("labels");
            for (String label : layer.labels) {
                json.writeString(label);
            }
            json.writeEndArray();
            form.writeDescription(json);
            json.writeObjectFieldStart("metrics");
            for (Map.Entry<String, Double> metric : new TreeMap<>(layer.metrics).entrySet()) {
                json.writeNumberField(metric.getKey(), metric.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("temperature", layer.temperature);
            json.writeArrayFieldStart("intercepts");
            for (double intercept : layer.intercepts) {
                json.writeNumber(intercept);
            }
            json.writeEndArray();
            json.writeStringField("sha256", digest(layer, form));
            form.writeNumbers(json);
            json.writeBinaryField("weights", bytes(layer.weights));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory refused a write", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a model; whether its parts make one is for the caller to check.
     *
     * @param form takes the file's fields about the features
     * @throws IOException if it is not JSON or ends too early
     * @throws IllegalArgumentException if it is JSON, but not a model that this version reads, or a damaged one; it
     *     says why
     */
    static LinearLayer read(byte[] bytes, FeatureForm<?> form) throws IOException {
        LinearLayer layer = new LinearLayer();
        String expected = "";
        Set<String> missing = new LinkedHashSet<>(REQUIRED);
        missing.addAll(form.required());
        try (JsonParser json = JsonReader.parser(bytes)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                missing.remove(field);
                json.nextToken();
                switch (field) {
                    case "format" -> requireText(json, FORMAT);
                    case "version" -> requireNumber(json, VERSION);
                    case "name" -> layer.name = text(json);
                    case "labels" -> layer.labels = texts(json);
                    case "metrics" -> layer.metrics = metrics(json);
                    case "temperature" -> layer.temperature = number(json);
                    case "intercepts" -> layer.intercepts = numbers(json);
                    case "sha256" -> expected = text(json);
                    case "weights" -> layer.weights = floats(json);
                    default -> form.read(field, json);
                }
            }
            require(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "something follows the model");
        }
        require(missing.isEmpty(), "it lacks " + String.join(", ", missing));
        String actual = digest(layer, form);
        require(
                actual.equals(expected),
                "it is damaged: the SHA-256 of its content is " + actual + ", it says " + expected);
        return layer;
    }

    /** The SHA-256 over all that an answer depends on. */
    private static String digest(LinearLayer layer, FeatureForm<?> form) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(utf8(layer.name + '\n' + String.join("\n", layer.labels)));
        form.description().forEach(content::writeBytes);
        content.writeBytes(bytes(layer.temperature));
        content.writeBytes(bytes(layer.intercepts));
        form.numbers().forEach(content::writeBytes);
        content.writeBytes(bytes(layer.weights));
        return Sha256.of(content.toByteArray());
    }

    static String text(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.VALUE_STRING, "'" + json.currentName() + "' is not a text");
        return json.getText();
    }

    static int wholeNumber(JsonParser json) throws IOException {
        boolean isInt =
                json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == JsonParser.NumberType.INT;
        require(isInt, "'" + json.currentName() + "' is not a whole number of 32 bits");
        return json.getIntValue();
    }

    static int[] ints(JsonParser json) throws IOException {
        ByteBuffer bytes = binary(json);
        int[] values = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(values);
        return values;
    }

    static float[] floats(JsonParser json) throws IOException {
        ByteBuffer bytes = binary(json);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    static void requireText(JsonParser json, String expected) throws IOException {
        String field = json.currentName();
        String actual = text(json);
        require(
                actual.equals(expected),
                "its " + field + " is '" + actual + "'; this version reads '" + expected + "'");
    }

    static void requireNumber(JsonParser json, int expected) throws IOException {
        String field = json.currentName();
        int actual = wholeNumber(json);
        require(actual == expected, "its " + field + " is " + actual + "; this version reads " + expected);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static byte[] bytes(double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return bytes.array();
    }

    private static Map<String, Double> metrics(JsonParser json) throws IOException {
        Map<String, Double> metrics = new TreeMap<>();
        require(json.currentToken() == JsonToken.START_OBJECT, "'metrics' is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            metrics.put(name, number(json));
        }
        return metrics;
    }

    private static List<String> texts(JsonParser json) throws IOException {
        List<String> texts = new ArrayList<>();
        requireArray(json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(json));
        }
        return texts;
    }

    private static double[] numbers(JsonParser json) throws IOException {
        DoubleStream.Builder numbers = DoubleStream.builder();
        requireArray(json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(number(json));
        }
        return numbers.build().toArray();
    }

    private static double number(JsonParser json) throws IOException {
        require(json.currentToken().isNumeric(), "'" + json.currentName() + "' is not a number");
        return json.getDoubleValue();
    }

    private static ByteBuffer binary(JsonParser json) throws IOException {
        text(json);
        byte[] bytes;
        try {
            bytes = json.getBinaryValue();
        } catch (IOException e) {
            throw new IllegalArgumentException("'" + json.currentName() + "' is not base64", e);
        }
        require(
                bytes.length % Integer.BYTES == 0,
                "'" + json.currentName() + "' has " + bytes.length + " bytes, not a multiple of 4");
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireArray(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY, "'" + json.currentName() + "' is not an array");
    }
}
