/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a Hugging Face {@code config.json} says about a classifier.
 *
 * @param labels of {@code id2label} and {@code problem_type}
 * @param positions how many tokens the model takes; empty where nothing limits them
 * @param padId the id that fills up a row
 * @param vocabularySize the ids that the model knows are below it
 * @param normalizer of {@code nightjar.normalizer}, which other models do not have
 */
record ModelConfig(
        LabelSet labels, OptionalInt positions, long padId, OptionalInt vocabularySize, TextNormalizer normalizer) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** The families whose positions are counted from the padding's id on, so that some can never be used. */
    private static final Set<String> POSITIONS_AFTER_PADDING = Set.of(
            "camembert",
            "data2vec-text",
            "ibert",
            "longformer",
            "mpnet",
            "roberta",
            "roberta-prelayernorm",
            "xlm-roberta",
            "xlm-roberta-xl",
            "xmod");

    /**
     * Reads the file.
     *
     * @throws IOException if it is no JSON
     * @throws IllegalArgumentException if it does not describe a classifier; its message completes "config.json ..."
     */
    static ModelConfig parse(byte[] json) throws IOException {
        Raw raw = new Raw();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("is not a JSON object");
            }
            raw.read(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("has something after its JSON object");
            }
        }
        return raw.toConfig();
    }

    /** The keys as they stand in the file. */
    private static final class Raw {
        private final TreeMap<Integer, String> labels = new TreeMap<>();
        private @Nullable String problemType;
        private String modelType = "";
        private @Nullable Integer padId;
        private @Nullable Integer positions;
        private @Nullable Integer vocabularySize;
        private TextNormalizer normalizer = TextNormalizer.NONE;

        void read(JsonParser parser) throws IOException {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "id2label" -> readLabels(parser);
                    case "problem_type" -> problemType = parser.getValueAsString();
                    case "model_type" -> modelType = parser.getValueAsString("");
                    case "pad_token_id" -> padId = integer(parser);
                    case "max_position_embeddings" -> positions = integer(parser);
                    case "vocab_size" -> vocabularySize = integer(parser);
                    case "nightjar" -> readOwn(parser);
                    default -> parser.skipChildren();
                }
            }
        }

        private void readLabels(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has an id2label that is not an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String id = parser.currentName();
                require(parser.nextToken() == JsonToken.VALUE_STRING, "has a label that is not a text");
                require(id.matches("[0-9]{1,6}"), "has the label number '" + id + "'");
                labels.put(Integer.valueOf(id), parser.getText());
            }
        }

        private void readOwn(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has a 'nightjar' that is not an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                require(key.equals("normalizer"), "has 'nightjar." + key + "', which this version does not know");
                String id = parser.getValueAsString("");
                normalizer = TextNormalizer.byId(id)
                        .orElseThrow(() -> new IllegalArgumentException("asks for the normalizer '" + id
                                + "', which is none of " + String.join(", ", TextNormalizer.ids())));
            }
        }

        ModelConfig toConfig() {
            require(!labels.isEmpty(), "has no id2label, so the labels have no names");
            require(labels.lastKey() == labels.size() - 1, "has an id2label with gaps: " + labels.keySet());
            boolean positionsAfterPadding = POSITIONS_AFTER_PADDING.contains(modelType);
            int padding = padId != null ? padId : positionsAfterPadding ? 1 : 0;
            OptionalInt usable = OptionalInt.empty();
            if (positions != null && positions > 0) {
                usable = OptionalInt.of(positionsAfterPadding ? positions - padding - 1 : positions);
                require(usable.getAsInt() > 2, "has max_position_embeddings " + positions);
            }
            return new ModelConfig(
                    new LabelSet(List.copyOf(labels.values()), problem()),
                    usable,
                    padding,
                    vocabularySize == null ? OptionalInt.empty() : OptionalInt.of(vocabularySize),
                    normalizer);
        }

        /** As Hugging Face's own pipeline decides where the file does not say. */
        private ProblemType problem() {
            if (problemType == null) {
                return labels.size() == 1 ? ProblemType.MULTI_LABEL : ProblemType.SINGLE_LABEL;
            }
            return switch (problemType) {
                case "single_label_classification" -> ProblemType.SINGLE_LABEL;
                case "multi_label_classification" -> ProblemType.MULTI_LABEL;
                default ->
                    throw new IllegalArgumentException("has the problem_type '" + problemType
                            + "'; only single_label_classification and multi_label_classification give labels");
            };
        }

        private static @Nullable Integer integer(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                return parser.getIntValue();
            }
            parser.skipChildren();
            return null;
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }
}
