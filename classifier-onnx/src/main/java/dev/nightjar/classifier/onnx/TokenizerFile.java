/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} whose special tokens are no longer found in a text. A tokenizer looks for the spellings of its
 * added tokens in every text, so that a tweet with {@code [SEP]} in it would forge the end of the text; without them in
 * the list it reads the letters. The marks that the tokenizer itself puts around a text come from its post-processor,
 * which has their ids.
 *
 * @param json the file without its special added tokens
 * @param specialIds the ids of these, but for that of the unknown token
 * @param largestId the largest id that a text can get
 * @param truncation the length at which the file itself truncates
 */
record TokenizerFile(String json, Set<Long> specialIds, int largestId, OptionalInt truncation) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> UNKNOWN = Set.of("[UNK]", "<unk>");

    /**
     * Reads the file.
     *
     * @throws IOException if it is no JSON
     * @throws IllegalArgumentException if it is no tokenizer; its message completes "tokenizer.json ..."
     */
    static TokenizerFile parse(byte[] json) throws IOException {
        Reading reading = new Reading(json);
        try (JsonParser parser = JSON.createParser(json)) {
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

    private static final class Reading {
        private final byte[] json;
        private final ByteArrayOutputStream rewritten;
        private final Map<String, Integer> special = new HashMap<>();
        private int copied;
        private int largestId = -1;
        private @Nullable String unknownToken;
        private @Nullable Integer unknownId;
        private OptionalInt truncation = OptionalInt.empty();

        Reading(byte[] json) {
            this.json = json;
            this.rewritten = new ByteArrayOutputStream(json.length);
        }

        void readAddedTokens(JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            copyUpTo(end(parser));
            String separator = "";
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                int start = (int) parser.currentTokenLocation().getByteOffset();
                if (isSpecial(parser)) {
                    copied = end(parser);
                } else {
                    rewritten.writeBytes(separator.getBytes(StandardCharsets.US_ASCII));
                    copied = start;
                    copyUpTo(end(parser));
                    separator = ",";
                }
            }
            copied = (int) parser.currentTokenLocation().getByteOffset();
        }

        private boolean isSpecial(JsonParser parser) throws IOException {
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
            if (isSpecial) {
                special.put(content, id);
            } else {
                largestId = Math.max(largestId, id);
            }
            return isSpecial;
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

        /** An object of ids by token, or an array of tokens in the order of their ids. */
        private void readVocabulary(JsonParser parser) throws IOException {
            boolean isArray = parser.currentToken() == JsonToken.START_ARRAY;
            int count = 0;
            for (JsonToken token = parser.nextToken();
                    token != null && !token.isStructEnd();
                    token = parser.nextToken()) {
                if (isArray) {
                    largestId = Math.max(largestId, count++);
                    parser.skipChildren();
                } else if (token == JsonToken.VALUE_NUMBER_INT) {
                    largestId = Math.max(largestId, parser.getIntValue());
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
            copyUpTo(json.length);
            Set<Long> ids = new HashSet<>();
            special.forEach((content, id) -> {
                if (!UNKNOWN.contains(content) && !content.equals(unknownToken) && !id.equals(unknownId)) {
                    ids.add(id.longValue());
                }
            });
            return new TokenizerFile(
                    rewritten.toString(StandardCharsets.UTF_8), Set.copyOf(ids), largestId, truncation);
        }

        private void copyUpTo(int offset) {
            rewritten.write(json, copied, offset - copied);
            copied = offset;
        }

        private static int end(JsonParser parser) {
            return (int) parser.currentLocation().getByteOffset();
        }
    }
}
