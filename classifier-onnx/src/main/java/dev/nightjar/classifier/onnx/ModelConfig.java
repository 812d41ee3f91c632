/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.nightjar.ProblemType;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a Hugging Face {@code config.json} says about a model, including the settings for Nightjar under
 * {@code nightjar}.
 *
 * @param heads what the model answers: those of {@code nightjar.heads}, or a single one without a name, made of
 *     {@code id2label} and {@code problem_type}
 * @param positions how many tokens the model takes; empty where nothing limits them
 * @param padId the id that fills up a row
 * @param firstPosition the position of a text's first token
 * @param markIds the ids of the tokens that mark the input
 * @param vocabularySize the ids that the model knows are below it
 * @param normalizer of {@code nightjar.normalizer}, which other models do not have
 * @param pooling of {@code nightjar.pooling}, for a model of vectors
 * @param parityTolerance of {@code nightjar.parity_tolerance}: how far a number may be from that of {@code
 *     parity.jsonl}
 */
record ModelConfig(
        List<Head> heads,
        OptionalInt positions,
        long padId,
        long firstPosition,
        Set<Long> markIds,
        OptionalInt vocabularySize,
        TextNormalizer normalizer,
        Optional<Pooling> pooling,
        OptionalDouble parityTolerance) {
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
     * One of the questions that a model answers.
     *
     * @param name empty for the only one of a model
     * @param output the ONNX file's output that answers it; empty for {@code logits} or the only output there is
     * @param labels the names of the answers, in the order of the output's numbers; none if the file does not name them
     * @param problemType how the scores belong together; empty if the file does not say
     * @param temperature by which the numbers are divided before they become scores
     */
    record Head(
            String name, String output, List<String> labels, Optional<ProblemType> problemType, double temperature) {}

    /**
     * Reads the file.
     *
     * @throws IOException if it is no JSON
     * @throws IllegalArgumentException if it contradicts itself; its message completes "config.json ..."
     */
    static ModelConfig parse(byte[] json) throws IOException {
        Raw raw = new Raw();
        try (JsonParser parser = JsonReader.parser(json)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature())) { // Python writes NaN
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

    /** This model with other names for the labels of a head. */
    ModelConfig withLabels(int head, List<String> labels) {
        List<Head> renamed = new ArrayList<>(heads);
        Head old = heads.get(head);
        renamed.set(head, new Head(old.name, old.output, List.copyOf(labels), old.problemType, old.temperature));
        return new ModelConfig(
                List.copyOf(renamed),
                positions,
                padId,
                firstPosition,
                markIds,
                vocabularySize,
                normalizer,
                pooling,
                parityTolerance);
    }

    /** Whether the file says what the labels of every head are called. */
    boolean namesLabels() {
        return heads.stream().noneMatch(head -> head.labels.isEmpty());
    }

    /**
     * The index in {@link #heads} of the head with a name, or of the only one.
     *
     * @throws IllegalArgumentException if there is none, or several and no name; its message completes "config.json
     *     ..."
     */
    int indexOf(Optional<String> head) {
        List<String> names = heads.stream().map(Head::name).toList();
        if (head.isEmpty()) {
            require(heads.size() == 1, "has the heads " + String.join(", ", names) + "; choose one with 'head'");
            return 0;
        }
        require(!names.get(0).isEmpty(), "has no nightjar.heads, so there is no head '" + head.get() + "' to choose");
        require(names.contains(head.get()), "has no head '" + head.get() + "', it has " + String.join(", ", names));
        return names.indexOf(head.get());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** The settings of a head in the file; all of them may also be given for the model as a whole. */
    private static final class RawHead {
        private final TreeMap<Integer, String> labels = new TreeMap<>();
        private String output = "";
        private @Nullable String problemType;
        private @Nullable Double temperature;

        void readLabels(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has an id2label that is not an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String id = parser.currentName();
                parser.nextToken();
                require(id.matches("[0-9]{1,6}"), "has the label number '" + id + "'");
                labels.put(Integer.valueOf(id), label(parser));
            }
        }

        void readLabelList(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_ARRAY, "has a list of labels that is not a list");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                labels.put(labels.size(), label(parser));
            }
        }

        /** A name, which may be a number, as those of stars are. */
        private static String label(JsonParser parser) throws IOException {
            require(
                    parser.currentToken() == JsonToken.VALUE_STRING
                            || parser.currentToken().isNumeric(),
                    "has a label that is neither a text nor a number");
            return parser.getText();
        }

        void readTemperature(JsonParser parser) throws IOException {
            temperature = positive(parser, "temperature");
        }

        Head toHead(String name) {
            List<String> names = List.copyOf(labels.values());
            require(
                    names.isEmpty() || labels.lastKey() == names.size() - 1,
                    "has an id2label with gaps: " + labels.keySet());
            HeadScores.requireNames(names);
            return new Head(name, output, names, problem(), temperature == null ? 1 : temperature);
        }

        private Optional<ProblemType> problem() {
            if (problemType == null) {
                return Optional.empty();
            }
            return switch (problemType) {
                case "single_label_classification" -> Optional.of(ProblemType.SINGLE_LABEL);
                case "multi_label_classification" -> Optional.of(ProblemType.MULTI_LABEL);
                default ->
                    throw new IllegalArgumentException("has the problem_type '" + problemType
                            + "'; only single_label_classification and multi_label_classification give labels");
            };
        }
    }

    /** The keys as they stand in the file. */
    private static final class Raw {
        private final RawHead own = new RawHead();
        private final List<Head> heads = new ArrayList<>();
        private String modelType = "";
        private final Set<Long> markIds = new HashSet<>();
        private @Nullable Integer padId;
        private @Nullable Integer positions;
        private @Nullable Integer vocabularySize;
        private TextNormalizer normalizer = TextNormalizer.NONE;
        private Optional<Pooling> pooling = Optional.empty();
        private OptionalDouble parityTolerance = OptionalDouble.empty();

        void read(JsonParser parser) throws IOException {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "id2label" -> own.readLabels(parser);
                    case "problem_type" -> own.problemType = parser.getValueAsString();
                    case "model_type" -> modelType = parser.getValueAsString("");
                    case "pad_token_id" -> {
                        padId = integer(parser);
                        addMark(padId);
                    }
                    case "bos_token_id", "cls_token_id", "eos_token_id", "mask_token_id", "sep_token_id" ->
                        readMarks(parser);
                    case "max_position_embeddings" -> positions = integer(parser);
                    case "vocab_size" -> vocabularySize = integer(parser);
                    case "nightjar" -> readOwn(parser);
                    default -> parser.skipChildren();
                }
            }
        }

        /** An id, or a list of some. */
        private void readMarks(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                addMark(integer(parser));
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                addMark(integer(parser));
            }
        }

        private void addMark(@Nullable Integer id) {
            if (id != null) {
                markIds.add((long) id);
            }
        }

        private void readOwn(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has a 'nightjar' that is not an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "normalizer" -> {
                        String id = parser.getValueAsString("");
                        normalizer = TextNormalizer.byId(id)
                                .orElseThrow(() -> new IllegalArgumentException("asks for the normalizer '" + id
                                        + "', which is none of " + String.join(", ", TextNormalizer.ids())));
                    }
                    case "temperature" -> own.readTemperature(parser);
                    case "heads" -> readHeads(parser);
                    case "pooling" -> {
                        String id = parser.getValueAsString("");
                        pooling = Optional.of(Pooling.byId(id)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "asks for the pooling '" + id + "', which is none of " + Pooling.ids())));
                    }
                    case "parity_tolerance" ->
                        parityTolerance = OptionalDouble.of(positive(parser, "parity_tolerance"));
                    default -> throw unknown("nightjar." + key);
                }
            }
        }

        private void readHeads(JsonParser parser) throws IOException {
            require(parser.currentToken() == JsonToken.START_OBJECT, "has a 'nightjar.heads' that is not an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                require(
                        RunOptions.isName(name),
                        "has the head '" + name + "', whose name is not made of letters, digits, '.', '_' and '-'");
                require(
                        parser.nextToken() == JsonToken.START_OBJECT,
                        "has the head '" + name + "', which is not an object");
                heads.add(readHead(parser, name));
            }
            require(!heads.isEmpty(), "has a 'nightjar.heads' without any");
        }

        private static Head readHead(JsonParser parser, String name) throws IOException {
            RawHead head = new RawHead();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "output" -> head.output = parser.getValueAsString("");
                    case "id2label" -> head.readLabels(parser);
                    case "labels" -> head.readLabelList(parser);
                    case "problem_type" -> head.problemType = parser.getValueAsString();
                    case "temperature" -> head.readTemperature(parser);
                    default -> throw unknown("nightjar.heads." + name + '.' + key);
                }
            }
            require(!head.output.isBlank(), "has the head '" + name + "' without its 'output'");
            require(!head.labels.isEmpty(), "has the head '" + name + "' without labels");
            return head.toHead(name);
        }

        ModelConfig toConfig() {
            boolean positionsAfterPadding = POSITIONS_AFTER_PADDING.contains(modelType);
            int padding = padId != null ? padId : positionsAfterPadding ? 1 : 0;
            OptionalInt usable = OptionalInt.empty();
            if (positions != null && positions > 0) {
                usable = OptionalInt.of(positionsAfterPadding ? positions - padding - 1 : positions);
                require(usable.getAsInt() > 2, "has max_position_embeddings " + positions);
            }
            require(
                    heads.isEmpty() || own.temperature == null,
                    "has a 'nightjar.temperature' beside 'nightjar.heads'; give each head its own");
            if (heads.isEmpty()) {
                heads.add(own.toHead(""));
            }
            return new ModelConfig(
                    List.copyOf(heads),
                    usable,
                    padding,
                    positionsAfterPadding ? padding + 1 : 0,
                    Set.copyOf(markIds),
                    vocabularySize == null ? OptionalInt.empty() : OptionalInt.of(vocabularySize),
                    normalizer,
                    pooling,
                    parityTolerance);
        }

        private static IllegalArgumentException unknown(String key) {
            return new IllegalArgumentException("has '" + key + "', which this version does not know");
        }

        private static @Nullable Integer integer(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() == JsonParser.NumberType.INT) {
                return parser.getIntValue();
            }
            parser.skipChildren();
            return null;
        }
    }

    private static double positive(JsonParser parser, String key) throws IOException {
        double value = parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NaN;
        require(
                value > 0 && Double.isFinite(value),
                "has a " + key + " that is not a number above 0: " + parser.getText());
        return value;
    }
}
