/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.nightjar.io.TextFile;
import dev.nightjar.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} whose marks can no longer be found in a text. A tokenizer looks for its added tokens in every
 * text, so a tweet with {@code [SEP]} in it would fake the end of the text; with these tokens removed from the list, the
 * tokenizer reads the letters. The marks that the tokenizer itself puts around a text come from its post-processor, which
 * has their ids. Special tokens that mark nothing, such as a placeholder {@code @USER}, stay: they are part of a text.
 *
 * @param json the file without its marks
 * @param marks the ids of these, except those of unknown tokens
 * @param unknownIds the ids of tokens that stand for what the tokenizer does not know, and those of {@link VocabularyScripts
 *     single letters} of a script in which it has no words
 * @param largestId the largest id that a text can get
 * @param truncation the length at which the file itself truncates
 * @param padsLeft whether the file pads on the left
 */
record TokenizerFile(
        String json, Set<Long> marks, Set<Long> unknownIds, int largestId, OptionalInt truncation, boolean padsLeft) {
    private static final String UNSPELLABLE = """
            {"id":%d,"content":"\\uffff%d\\uffff","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,\
            "special":true}""";

    private static final Set<String> UNKNOWN = Set.of("[UNK]", "<unk>");

    /** How tokenizers spell what marks the input. */
    private static final Pattern MARK = Pattern.compile(
            "[\\[<|]+/?(pad|padding|unk|unknown|mask|cls|sep|bos|eos|s|eod|eop|endoftext|startoftext"
                    + "|begin_of_text|end_of_text|im_start|im_end)[|>\\]]+",
            Pattern.CASE_INSENSITIVE);

    /**
     * Reads the file.
     *
     * @param markIds the ids that config.json names as marks
     * @param vocabularySize the ids that the model knows are below it
     *
     * @throws IOException if it is no JSON
     * @throws IllegalArgumentException if it is not a tokenizer; its message completes "tokenizer.json ..."
     */
    static TokenizerFile parse(byte[] json, Set<Long> markIds, int vocabularySize) throws IOException {
        byte[] text = TextFile.utf8(new ByteArrayInputStream(json)).readAllBytes();
        Reading reading = new Reading(text, markIds, vocabularySize);
        // A vocabulary has as many keys as tokens, too many to remember each.
        try (JsonParser parser = JsonReader.parser(text)
                .disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("is not a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "added_tokens" -> reading.readAddedTokens(parser);
                    case "model" -> reading.readModel(parser);
                    case "truncation" -> reading.readTruncation(parser);
                    case "padding" -> reading.readPadding(parser);
                    case "post_processor" -> reading.readPostProcessor(parser);
                    default -> parser.skipChildren();
                }
            }
        }
        return reading.toFile();
    }

    /** The id of a word, from an id on; those after the last begin again. */
    long wordFrom(long id) {
        long word = id % (largestId + 1L);
        for (int tried = 0; tried < marks.size() && marks.contains(word); tried++) {
            word = (word + 1) % (largestId + 1L);
        }
        return word;
    }

    /**
     * An entry of the list, by its place in the file.
     *
     * @param start its first byte
     * @param end the byte after it
     */
    private record AddedToken(int start, int end, String content, int id, boolean isSpecial) {}

    private static final class Reading {
        private final byte[] json;
        private final Set<Long> markIds;
        private final int vocabularySize;
        private final List<AddedToken> added = new ArrayList<>();
        private final Set<String> marks = new HashSet<>();

        /** The ids of words that may stand for others than themselves. */
        private final Map<String, Integer> bracketed = new HashMap<>();

        private final VocabularyScripts scripts = new VocabularyScripts();

        private int listStart;
        private int listEnd;
        private int largestId = -1;
        private @Nullable String unknownToken;
        private @Nullable Integer unknownId;
        private OptionalInt truncation = OptionalInt.empty();
        private boolean padsLeft;

        Reading(byte[] json, Set<Long> markIds, int vocabularySize) {
            this.json = json;
            this.markIds = markIds;
            this.vocabularySize = vocabularySize;
        }

        void readAddedTokens(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            if (largestId >= 0) {
                throw new IllegalArgumentException("has its added_tokens after its model");
            }
            listStart = end(parser);
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                readAddedToken(parser);
            }
            listEnd = start(parser);
        }

        private void readAddedToken(JsonParser parser) throws IOException {
            int start = start(parser);
            String content = "";
            int id = -1;
            boolean isSpecial = false;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "content" -> content = parser.getValueAsString("");
                    case "id" -> id = parser.getValueAsInt(-1);
                    case "special" -> isSpecial = parser.getValueAsBoolean(false);
                    default -> parser.skipChildren();
                }
            }
            added.add(new AddedToken(start, end(parser), content, id, isSpecial));
            if (!isSpecial || (id < vocabularySize && !MARK.matcher(content).matches())) {
                largestId = Math.max(largestId, id);
            }
        }

        void readModel(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("has a model that is not an object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "vocab" -> readVocabulary(parser);
                    case "unk_token" -> unknownToken = parser.getValueAsString();
                    case "unk_id" -> unknownId = parser.getValueAsInt(-1);
                    default -> parser.skipChildren();
                }
            }
        }

        /** An object of ids by token, or an array of tokens with their weights in the order of their ids. */
        private void readVocabulary(JsonParser parser) throws IOException {
            boolean isArray = parser.currentToken() == JsonToken.START_ARRAY;
            Set<String> contents = addedContents();
            int id = -1;
            for (JsonToken token = parser.nextToken();
                    token != null && !token.isStructEnd();
                    token = parser.nextToken()) {
                String word = "";
                if (!isArray) {
                    word = parser.currentName();
                    parser.nextToken();
                    id = parser.getValueAsInt(-1);
                } else if (token == JsonToken.START_ARRAY) {
                    parser.nextToken();
                    word = parser.getValueAsString("");
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                    }
                    id++;
                }
                largestId = Math.max(largestId, id);
                scripts.add(word, id);
                if (contents.contains(word) || word.startsWith("[") || word.startsWith("<")) {
                    bracketed.put(word, id);
                }
            }
        }

        void readTruncation(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                if (key.equals("max_length") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    truncation = OptionalInt.of(parser.getIntValue());
                }
                parser.skipChildren();
            }
        }

        void readPadding(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "pad_token" -> marks.add(parser.getValueAsString(""));
                    case "direction" -> padsLeft = parser.getValueAsString("").equalsIgnoreCase("left");
                    default -> parser.skipChildren();
                }
            }
        }

        /** Its kinds name their tokens in lists of these names, at some depth. */
        void readPostProcessor(JsonParser parser) throws IOException {
            int depth = 0;
            for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                String list = parser.getParsingContext().getParent().getCurrentName();
                if (token == JsonToken.VALUE_STRING
                        && list != null
                        && Set.of("tokens", "sep", "cls").contains(list)) {
                    marks.add(parser.getText());
                }
                if (depth == 0) {
                    return;
                }
            }
        }

        TokenizerFile toFile() {
            if (largestId < 0) {
                throw new IllegalArgumentException("has no vocabulary");
            }
            Set<Long> ids = new HashSet<>();
            Set<Long> unknownIds = scripts.unknown();
            if (unknownId != null) {
                unknownIds.add((long) unknownId);
            }
            bracketed.forEach((word, id) -> {
                if (isUnknown(word)) {
                    unknownIds.add((long) id);
                }
            });
            for (AddedToken token : added) {
                if (isUnknown(token.content)) {
                    unknownIds.add((long) token.id);
                } else if (isMark(token)) {
                    ids.add((long) token.id);
                }
            }
            ids.removeAll(unknownIds);
            return new TokenizerFile(
                    text(0, listStart) + String.join(",", keptTokens()) + text(listEnd, json.length),
                    Set.copyOf(ids),
                    Set.copyOf(unknownIds),
                    largestId,
                    truncation,
                    padsLeft);
        }

        private boolean isUnknown(String token) {
            return UNKNOWN.contains(token) || token.equals(unknownToken);
        }

        /** Whether a token marks the input, or is one that the model cannot take. */
        private boolean isMark(AddedToken token) {
            return marks.contains(token.content)
                    || (token.isSpecial
                            && (markIds.contains((long) token.id)
                                    || token.id >= vocabularySize
                                    || isUnknown(token.content)
                                    || MARK.matcher(token.content).matches()));
        }

        /**
         * The tokens that stay in the list. A mark that is not in the vocabulary stays, under a spelling that no text
         * contains, because the ids of such tokens follow the order of the list, whatever the file says.
         */
        private List<String> keptTokens() {
            List<String> kept = new ArrayList<>();
            for (AddedToken token : added) {
                if (!isMark(token)) {
                    kept.add(text(token.start, token.end));
                } else if (!bracketed.containsKey(token.content)) {
                    kept.add(UNSPELLABLE.formatted(token.id, token.id));
                }
            }
            return kept;
        }

        private Set<String> addedContents() {
            return added.stream().map(AddedToken::content).collect(Collectors.toSet());
        }

        private String text(int from, int to) {
            return new String(json, from, to - from, StandardCharsets.UTF_8);
        }

        private static int start(JsonParser parser) {
            return (int) parser.currentTokenLocation().getByteOffset();
        }

        private static int end(JsonParser parser) {
            return (int) parser.currentLocation().getByteOffset();
        }
    }
}
