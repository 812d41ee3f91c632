/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static dev.nightjar.classifier.lr.LinearLayer.require;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.nightjar.Embedder;
import java.io.IOException;
import java.util.List;

/** The vectors of an embedder in a model's file: which embedder makes them, and how many numbers each has. */
final class EmbedderForm implements FeatureForm<EmbedderForm> {
    /** What such a file has for features. */
    static final String FEATURES = "embedding";

    private static final int LARGEST_DIMENSION = 1 << 16;

    String embedder = "";
    int dimension;

    /** That which is to be read. */
    EmbedderForm() {}

    EmbedderForm(Embedder embedder) {
        this.embedder = embedder.model();
        this.dimension = embedder.dimension();
    }

    @Override
    public List<String> required() {
        return List.of("features", "embedder", "dimension");
    }

    @Override
    public void read(String field, JsonParser json) throws IOException {
        switch (field) {
            case "ngrams" ->
                throw new IllegalArgumentException("its features are n-grams; open it with LrClassifierConfig");
            case "features" -> ModelJson.requireText(json, FEATURES);
            case "embedder" -> embedder = ModelJson.text(json);
            case "dimension" -> dimension = ModelJson.wholeNumber(json);
            default -> json.skipChildren();
        }
    }

    @Override
    public void writeDescription(JsonGenerator json) throws IOException {
        json.writeStringField("features", FEATURES);
        json.writeStringField("embedder", embedder);
        json.writeNumberField("dimension", dimension);
    }

    @Override
    public void writeNumbers(JsonGenerator json) {}

    @Override
    public List<byte[]> description() {
        return List.of(ModelJson.utf8('\n' + embedder), ModelJson.bytes(dimension));
    }

    @Override
    public List<byte[]> numbers() {
        return List.of();
    }

    @Override
    public int size() {
        return dimension;
    }

    @Override
    public EmbedderForm checked() {
        require(embedder.matches("[^@\\s]+@[0-9a-f]{12}"), "the embedder '" + embedder + "' is none");
        require(
                dimension >= 1 && dimension <= LARGEST_DIMENSION,
                "the dimension " + dimension + " is not 1 to " + LARGEST_DIMENSION);
        return this;
    }
}
