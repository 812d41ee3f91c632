/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.nightjar.Sha256;
import dev.nightjar.classifier.lr.LrModel.Parts;
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

/**
 * A model as JSON: what describes it first, then features, inverse frequencies and weights, each the base64 of
 * little-endian numbers of 32 bits. A SHA-256 over all that an answer depends on finds a changed digit.
 */
final class LrModelJson {
    static final String FORMAT = "nightjar-lr";
    static final int VERSION = 1;
    private static final String HASH = "murmur3-32";
    private static final String WEIGHTING = "sublinear-tf-idf-l2";
    private static final Set<String> REQUIRED = Set.of(
            "format",
            "version",
            "name",
            "labels",
            "ngrams",
            "temperature",
            "intercepts",
            "sha256",
            "features",
            "idf",
            "weights");

    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private LrModelJson() {}

    static byte[] write(LrModel model) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            // Not the platform's line end: the bytes are the same everywhere.
            json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeNumberField("version", VERSION);
            json.writeStringField("name", model.name());
            json.writeArrayFieldStart("labels");
            for (String label : model.labels().names()) {
                json.writeString(label);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("ngrams");
            json.writeStringField("normalizer", TextFeatures.NORMALIZER);
            json.writeNumberField("words", TextFeatures.LONGEST_WORD_NGRAM);
            json.writeNumberField("characters", TextFeatures.LONGEST_CHARACTER_NGRAM);
            json.writeStringField("hash", HASH);
            json.writeNumberField("seed", model.features().seed());
            json.writeNumberField("bits", model.features().bits());
            json.writeStringField("weighting", WEIGHTING);
            json.writeEndObject();
            json.writeObjectFieldStart("metrics");
            for (Map.Entry<String, Double> metric : model.metrics().entrySet()) {
                json.writeNumberField(metric.getKey(), metric.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("temperature", model.temperature());
            json.writeArrayFieldStart("intercepts");
            for (double intercept : model.intercepts()) {
                json.writeNumber(intercept);
            }
            json.writeEndArray();
            json.writeStringField("sha256", digest(model.parts()));
            json.writeBinaryField("features", bytes(model.features().buckets()));
            json.writeBinaryField("idf", bytes(model.features().idf()));
            json.writeBinaryField("weights", bytes(model.weights()));
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
        try (JsonParser json = JSON.createParser(bytes)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                missing.remove(field);
                json.nextToken();
                switch (field) {
                    case "format" -> requireText(json, FORMAT);
                    case "version" -> requireNumber(json, VERSION);
                    case "name" -> parts.name = text(json);
                    case "labels" -> parts.labels = texts(json);
                    case "ngrams" -> readNgrams(json, parts);
                    case "metrics" -> parts.metrics = metrics(json);
                    case "temperature" -> parts.temperature = number(json);
                    case "intercepts" -> parts.intercepts = numbers(json);
                    case "sha256" -> sha256 = text(json);
                    case "features" -> parts.features = features(json);
                    case "idf" -> parts.idf = floats(binary(json));
                    case "weights" -> parts.weights = floats(binary(json));
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

    private static int[] features(JsonParser json) throws IOException {
        require(
                !text(json).equals(EmbeddingLrModelJson.FEATURES),
                "its features are those of an embedder; open it with EmbeddingLrClassifierConfig");
        return ints(binary(json));
    }

    private static void readNgrams(JsonParser json, Parts parts) throws IOException {
        boolean seeded = false;
        require(json.currentToken() == JsonToken.START_OBJECT, "'ngrams' is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "normalizer" -> requireText(json, TextFeatures.NORMALIZER);
                case "words" -> requireNumber(json, TextFeatures.LONGEST_WORD_NGRAM);
                case "characters" -> requireNumber(json, TextFeatures.LONGEST_CHARACTER_NGRAM);
                case "hash" -> requireText(json, HASH);
                case "weighting" -> requireText(json, WEIGHTING);
                case "seed" -> {
                    parts.seed = (int) wholeNumber(json);
                    seeded = true;
                }
                case "bits" -> parts.bits = (int) wholeNumber(json);
                // What is not known may change the n-grams.
                default ->
                    throw new IllegalArgumentException(
                            "'ngrams' has '" + field + "', which this version does not know");
            }
        }
        require(seeded, "'ngrams' lacks 'seed'");
    }

    static Map<String, Double> metrics(JsonParser json) throws IOException {
        Map<String, Double> metrics = new TreeMap<>();
        require(json.currentToken() == JsonToken.START_OBJECT, "'metrics' is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            metrics.put(name, number(json));
        }
        return metrics;
    }

    static List<String> texts(JsonParser json) throws IOException {
        List<String> texts = new ArrayList<>();
        requireArray(json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(json));
        }
        return texts;
    }

    static double[] numbers(JsonParser json) throws IOException {
        List<Double> numbers = new ArrayList<>();
        requireArray(json);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(number(json));
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static String text(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.VALUE_STRING, "'" + json.currentName() + "' is not a text");
        return json.getText();
    }

    static double number(JsonParser json) throws IOException {
        require(json.currentToken().isNumeric(), "'" + json.currentName() + "' is not a number");
        return json.getDoubleValue();
    }

    static long wholeNumber(JsonParser json) throws IOException {
        boolean isInt =
                json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getNumberType() == JsonParser.NumberType.INT;
        require(isInt, "'" + json.currentName() + "' is not a whole number of 32 bits");
        return json.getIntValue();
    }

    static ByteBuffer binary(JsonParser json) throws IOException {
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

    static void requireText(JsonParser json, String expected) throws IOException {
        String field = json.currentName();
        String actual = text(json);
        require(
                actual.equals(expected),
                "its " + field + " is '" + actual + "'; this version reads '" + expected + "'");
    }

    static void requireNumber(JsonParser json, int expected) throws IOException {
        String field = json.currentName();
        long actual = wholeNumber(json);
        require(actual == expected, "its " + field + " is " + actual + "; this version reads " + expected);
    }

    private static void requireArray(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY, "'" + json.currentName() + "' is not an array");
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static String digest(Parts parts) {
        byte[] names = (parts.name + '\n' + String.join("\n", parts.labels)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(names.length
                        + 2 * Integer.BYTES
                        + Double.BYTES * (1 + parts.intercepts.length)
                        + Integer.BYTES * (parts.features.length + parts.idf.length + parts.weights.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        content.put(names).putInt(parts.bits).putInt(parts.seed).putDouble(parts.temperature);
        for (double intercept : parts.intercepts) {
            content.putDouble(intercept);
        }
        content.put(bytes(parts.features)).put(bytes(parts.idf)).put(bytes(parts.weights));
        return Sha256.of(content.array());
    }

    private static byte[] bytes(int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static int[] ints(ByteBuffer bytes) {
        int[] values = new int[bytes.remaining() / Integer.BYTES];
        bytes.asIntBuffer().get(values);
        return values;
    }

    static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
