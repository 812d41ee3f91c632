/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static dev.nightjar.classifier.lr.ModelParts.require;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.classifier.lr.LrModel.Parts;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A model over n-grams as JSON: as {@link ModelJson}, with how a text is read, the features and their frequencies. */
final class LrModelJson {
    private static final String HASH = "murmur3-32";
    private static final String WEIGHTING = "sublinear-tf-idf-l2";
    private static final List<String> REQUIRED = List.of("ngrams", "features", "idf");
    private static final List<String> REQUIRED_OF_NGRAMS =
            List.of("normalizer", "words", "characters", "hash", "seed", "bits", "weighting");

    private LrModelJson() {}

    static byte[] write(LrModel model) {
        Parts parts = model.parts();
        return ModelJson.write(parts, digest(parts), json -> writeNgrams(json, parts), json -> {
            json.writeBinaryField("features", ModelJson.bytes(parts.features));
            json.writeBinaryField("idf", ModelJson.bytes(parts.idf));
        });
    }

    /**
     * The parts in a file; whether they make a model is for the reader to check.
     *
     * @throws IOException if it is not JSON or ends too early
     * @throws IllegalArgumentException if it is JSON, but not a model that this version reads; it says why
     */
    static Parts read(byte[] bytes) throws IOException {
        Parts parts = new Parts();
        String sha256 = ModelJson.read(bytes, parts, REQUIRED, (field, json) -> {
            switch (field) {
                case "ngrams" -> readNgrams(json, parts);
                case "features" -> parts.features = features(json);
                case "idf" -> parts.idf = ModelJson.floats(json);
                default -> json.skipChildren();
            }
        });
        ModelJson.requireDigest(digest(parts), sha256);
        return parts;
    }

    private static void writeNgrams(JsonGenerator json, Parts parts) throws IOException {
        json.writeObjectFieldStart("ngrams");
        json.writeStringField("normalizer", TextFeatures.NORMALIZER);
        json.writeNumberField("words", TextFeatures.LONGEST_WORD_NGRAM);
        json.writeNumberField("characters", TextFeatures.LONGEST_CHARACTER_NGRAM);
        json.writeStringField("hash", HASH);
        json.writeNumberField("seed", parts.seed);
        json.writeNumberField("bits", parts.bits);
        json.writeStringField("weighting", WEIGHTING);
        json.writeEndObject();
    }

    private static void readNgrams(JsonParser json, Parts parts) throws IOException {
        Set<String> missing = new LinkedHashSet<>(REQUIRED_OF_NGRAMS);
        require(json.currentToken() == JsonToken.START_OBJECT, "'ngrams' is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            missing.remove(field);
            json.nextToken();
            switch (field) {
                case "normalizer" -> ModelJson.requireText(json, TextFeatures.NORMALIZER);
                case "words" -> ModelJson.requireNumber(json, TextFeatures.LONGEST_WORD_NGRAM);
                case "characters" -> ModelJson.requireNumber(json, TextFeatures.LONGEST_CHARACTER_NGRAM);
                case "hash" -> ModelJson.requireText(json, HASH);
                case "weighting" -> ModelJson.requireText(json, WEIGHTING);
                case "seed" -> parts.seed = ModelJson.wholeNumber(json);
                case "bits" -> parts.bits = ModelJson.wholeNumber(json);
                // What is not known may change the n-grams.
                default ->
                    throw new IllegalArgumentException(
                            "'ngrams' has '" + field + "', which this version does not know");
            }
        }
        require(missing.isEmpty(), "'ngrams' lacks '" + String.join("', '", missing) + "'");
    }

    private static int[] features(JsonParser json) throws IOException {
        require(
                !ModelJson.text(json).equals(EmbeddingLrModelJson.FEATURES),
                "its features are those of an embedder; open it with EmbeddingLrClassifierConfig");
        return ModelJson.ints(json);
    }

    private static String digest(Parts parts) {
        return ModelJson.digest(
                parts,
                List.of(ModelJson.bytes(parts.bits, parts.seed)),
                List.of(ModelJson.bytes(parts.features), ModelJson.bytes(parts.idf)));
    }
}
