/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} whose special tokens can no longer be found in a text. A tokenizer looks for its added
 * tokens in every text, so a tweet with {@code [SEP]} in it would fake the end of the text; with these tokens removed
 * from the list, the tokenizer reads the letters. The marks that the tokenizer itself puts around a text come from its
 * post-processor, which has their ids.
 *
 * @param json the file without its special added tokens
 * @param specialIds the ids of these, except that of the unknown token
 * @param largestId the largest id that a text can get
 * @param truncation the length at which the file itself truncates
 */
record TokenizerFile(String json, Set<Long> specialIds, int largestId, OptionalInt truncation) {
    private static final String UNSPELLABLE = """
            {"id":%d,"content":"\\uffff%d\\uffff","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,\
            "special":true}""";

    private static final Set<String> UNKNOWN = Set.of("[UNK]", "<unk>");

    /**
     * Reads the file.
     *
     * @throws IOException if it is no JSON
     * @throws IllegalArgumentException if it is not a tokenizer; its message completes "tokenizer.json ..."
     */
    static TokenizerFile parse(byte[] json) throws IOException {
        Reading reading = new Reading(json);
        // A vocabulary has as many keys as tokens, too many to remember each.
        try (JsonParser parser = JsonReader.parser(json).disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)) {
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
                    default -> parser.skipChildren();
                }
            }
        }
        return reading.toFile();
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
        private final List<AddedToken> added = new ArrayList<>();
        private final Set<String> specialWords = new HashSet<>();
        private int listStart;
        private int listEnd;
        private int largestId = -1;
        private @Nullable String unknownToken;
        private @Nullable Integer unknownId;
        private OptionalInt truncation = OptionalInt.empty();

        Reading(byte[] json) {
            this.json = json;
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
            if (!isSpecial) {
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
            Set<String> special = specialContents();
            int count = 0;
            for (JsonToken token = parser.nextToken();
                    token != null && !token.isStructEnd();
                    token = parser.nextToken()) {
                String word = "";
                if (!isArray) {
                    word = parser.currentName();
                    parser.nextToken();
                    largestId = Math.max(largestId, parser.getValueAsInt(-1));
                } else if (token == JsonToken.START_ARRAY) {
                    parser.nextToken();
                    word = parser.getValueAsString("");
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                    }
                    largestId = Math.max(largestId, count++);
                }
                if (special.contains(word)) {
                    specialWords.add(word);
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

        TokenizerFile toFile() {
            if (largestId < 0) {
                throw new IllegalArgumentException("has no vocabulary");
            }
            Set<Long> ids = new HashSet<>();
            for (AddedToken token : added) {
                boolean isUnknown = UNKNOWN.contains(token.content)
                        || token.content.equals(unknownToken)
                        || Objects.equals(token.id, unknownId);
                if (token.isSpecial && !isUnknown) {
                    ids.add((long) token.id);
                }
            }
            return new TokenizerFile(
                    text(0, listStart) + String.join(",", keptTokens()) + text(listEnd, json.length),
                    Set.copyOf(ids),
                    largestId,
                    truncation);
        }

        /**
         * The tokens that stay in the list. A special token that is not in the vocabulary stays, under a spelling that
         * no text contains, because the ids of such tokens follow the order of the list, whatever the file says.
         */
        private List<String> keptTokens() {
            List<String> kept = new ArrayList<>();
            for (AddedToken token : added) {
                if (!token.isSpecial) {
                    kept.add(text(token.start, token.end));
                } else if (!specialWords.contains(token.content)) {
                    kept.add(UNSPELLABLE.formatted(token.id, token.id));
                }
            }
            return kept;
        }

        private Set<String> specialContents() {
            return added.stream()
                    .filter(AddedToken::isSpecial)
                    .map(AddedToken::content)
                    .collect(Collectors.toSet());
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
