/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.classifier.lr.EmbeddingLrModel.Parts;
import java.io.IOException;
import java.util.List;

/** A model over embeddings as JSON: as {@link ModelJson}, with what embeds. */
final class EmbeddingLrModelJson {
    /** What such a file has for features. */
    static final String FEATURES = "embedding";

    private static final List<String> REQUIRED = List.of("features", "embedder", "dimension");

    private EmbeddingLrModelJson() {}

    static byte[] write(EmbeddingLrModel model) {
        Parts parts = model.parts();
        return ModelJson.write(
                parts,
                digest(parts),
                json -> {
                    json.writeStringField("features", FEATURES);
                    json.writeStringField("embedder", parts.embedder);
                    json.writeNumberField("dimension", parts.dimension);
                },
                json -> {});
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
                case "ngrams" ->
                    throw new IllegalArgumentException("its features are n-grams; open it with LrClassifierConfig");
                case "features" -> ModelJson.requireText(json, FEATURES);
                case "embedder" -> parts.embedder = ModelJson.text(json);
                case "dimension" -> parts.dimension = ModelJson.wholeNumber(json);
                default -> json.skipChildren();
            }
        });
        ModelJson.requireDigest(digest(parts), sha256);
        return parts;
    }

    private static String digest(Parts parts) {
        return ModelJson.digest(
                parts, List.of(ModelJson.utf8('\n' + parts.embedder), ModelJson.bytes(parts.dimension)), List.of());
    }
}
