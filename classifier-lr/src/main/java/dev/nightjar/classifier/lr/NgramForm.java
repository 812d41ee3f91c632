/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static dev.nightjar.classifier.lr.LinearLayer.require;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** N-grams in a model's file: how a text is read, which n-grams count and their frequencies. */
final class NgramForm implements FeatureForm<LrFeatures> {
    private static final String HASH = "murmur3-32";
    private static final String WEIGHTING = "sublinear-tf-idf-l2";
    private static final List<String> REQUIRED_OF_NGRAMS =
            List.of("normalizer", "words", "characters", "hash", "seed", "bits", "weighting");

    private int version = TextFeatures.PLAIN;
    int bits;
    int seed;
    int[] buckets = {};
    float[] idf = {};

    /** Those that are to be read. */
    NgramForm() {}

    NgramForm(LrFeatures features) {
        this.version = features.version();
        this.bits = features.bits();
        this.seed = features.seed();
        this.buckets = features.buckets();
        this.idf = features.idf();
    }

    @Override
    public List<String> required() {
        return List.of("ngrams", "features", "idf");
    }

    @Override
    public void read(String field, JsonParser json) throws IOException {
        switch (field) {
            case "ngrams" -> readNgrams(json);
            case "features" -> buckets = readBuckets(json);
            case "idf" -> idf = ModelJson.floats(json);
            default -> json.skipChildren();
        }
    }

    @Override
    public void writeDescription(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("ngrams");
        json.writeStringField("normalizer", TextFeatures.NORMALIZER + version);
        json.writeNumberField("words", TextFeatures.LONGEST_WORD_NGRAM);
        json.writeNumberField("characters", TextFeatures.LONGEST_CHARACTER_NGRAM);
        json.writeStringField("hash", HASH);
        json.writeNumberField("seed", seed);
        json.writeNumberField("bits", bits);
        json.writeStringField("weighting", WEIGHTING);
        json.writeEndObject();
    }

    @Override
    public void writeNumbers(JsonGenerator json) throws IOException {
        json.writeBinaryField("features", ModelJson.bytes(buckets));
        json.writeBinaryField("idf", ModelJson.bytes(idf));
    }

    @Override
    public List<byte[]> description() {
        return List.of(
                version == TextFeatures.PLAIN ? ModelJson.bytes(bits, seed) : ModelJson.bytes(bits, seed, version));
    }

    @Override
    public List<byte[]> numbers() {
        return List.of(ModelJson.bytes(buckets), ModelJson.bytes(idf));
    }

    @Override
    public int size() {
        return buckets.length;
    }

    @Override
    public LrFeatures checked() {
        return LrFeatures.checked(version, bits, seed, buckets, idf);
    }

    private void readNgrams(JsonParser json) throws IOException {
        Set<String> missing = new LinkedHashSet<>(REQUIRED_OF_NGRAMS);
        require(json.currentToken() == JsonToken.START_OBJECT, "'ngrams' is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            missing.remove(field);
            json.nextToken();
            switch (field) {
                case "normalizer" -> version = readVersion(json);
                case "words" -> ModelJson.requireNumber(json, TextFeatures.LONGEST_WORD_NGRAM);
                case "characters" -> ModelJson.requireNumber(json, TextFeatures.LONGEST_CHARACTER_NGRAM);
                case "hash" -> ModelJson.requireText(json, HASH);
                case "weighting" -> ModelJson.requireText(json, WEIGHTING);
                case "seed" -> seed = ModelJson.wholeNumber(json);
                case "bits" -> bits = ModelJson.wholeNumber(json);
                // Unknown fields may change the n-grams.
                default ->
                    throw new IllegalArgumentException(
                            "'ngrams' has '" + field + "', which this version does not know");
            }
        }
        require(missing.isEmpty(), "'ngrams' lacks '" + String.join("', '", missing) + "'");
    }

    private static int readVersion(JsonParser json) throws IOException {
        if (ModelJson.text(json).equals(TextFeatures.NORMALIZER + TextFeatures.NEGATING)) {
            return TextFeatures.NEGATING;
        }
        ModelJson.requireText(json, TextFeatures.NORMALIZER + TextFeatures.PLAIN);
        return TextFeatures.PLAIN;
    }

    private static int[] readBuckets(JsonParser json) throws IOException {
        require(
                !ModelJson.text(json).equals(EmbedderForm.FEATURES),
                "its features are those of an embedder; open it with EmbeddingLrClassifierConfig");
        return ModelJson.ints(json);
    }
}
