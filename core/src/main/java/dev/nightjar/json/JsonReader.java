/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.nightjar.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON within limits. Documents are read whole: first strict UTF-8 (Jackson would accept overlong forms and
 * UTF-16), then an optional byte order mark, then exactly one document with nothing after it. No message quotes the
 * document.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME_LENGTH = 256;
    private static final int MAX_NUMBER_LENGTH = 32;
    private static final int BYTE_ORDER_MARK = 3;

    /** A string may be as long as its file, which is in memory already. */
    private static final JsonFactory FILES = factory(Integer.MAX_VALUE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final int maxBytes;
    private final long maxTokens;
    private final JsonFactory factory;

    /**
     * A reader with limits.
     *
     * @param maxBytes the longest document, in bytes
     * @param maxStringLength the longest string, in characters
     * @param maxTokens the most tokens, which bounds the memory of many small values
     */
    JsonReader(int maxBytes, int maxStringLength, long maxTokens) {
        this.maxBytes = maxBytes;
        this.maxTokens = maxTokens;
        // What is read is strict UTF-8, and never UTF-16 because of its zeros.
        this.factory = factory(maxStringLength)
                .disable(JsonFactory.Feature.CHARSET_DETECTION)
                .build();
    }

    /**
     * A parser for a file that is too large to be read whole, or that has several documents. It refuses an object with
     * a duplicate key, and nesting deeper than in any of our files.
     */
    public static JsonParser parser(byte[] file) throws IOException {
        return FILES.createParser(file);
    }

    private static JsonFactoryBuilder factory(int maxStringLength) {
        return new JsonFactoryBuilder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(maxStringLength)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
    }

    /** Reads a document that is one faultless object. */
    JsonObject readObject(byte[] document) {
        JsonObject object = readAnyObject(document);
        if (object.fault() != null) {
            throw object.fault();
        }
        return object;
    }

    /** Reads a document that is one object, whatever its faults. */
    JsonObject readAnyObject(byte[] document) {
        if (!(read(document) instanceof JsonObject object)) {
            throw new DataException("not-an-object", "The document is JSON, but not an object");
        }
        return object;
    }

    /** Reads a document of any kind; the faults of single objects are left to the caller to look for. */
    @Nullable
    Object read(byte[] document) {
        int start = startOf(document);
        try {
            // Closed at its own end alone: then it leaves its names in a table that all documents share, which is
            // bounded by their number and, since those of a faulty document do not get there, by their lengths.
            JsonParser parser = factory.createParser(document, start, document.length - start);
            Document json = new Document(parser, document, start);
            if (json.next() == null) {
                throw new DataException("empty-document", "The document holds nothing but white space");
            }
            Object value = json.value(null);
            if (json.next() != null) {
                throw new DataException("bad-json", "Something follows the end of the JSON document");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw limit();
        } catch (JsonProcessingException e) {
            throw new DataException(
                    "bad-json",
                    "The document is not JSON from byte "
                            + (e.getLocation() == null
                                    ? 0
                                    : start + e.getLocation().getByteOffset()) + " on");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataException limit() {
        return new DataException(
                "json-limit",
                "The JSON exceeds a limit: depth " + MAX_DEPTH + ", string "
                        + factory.streamReadConstraints().getMaxStringLength() + " characters, name "
                        + MAX_NAME_LENGTH + ", number " + MAX_NUMBER_LENGTH + ", " + maxTokens + " tokens");
    }

    /** Where the document begins, behind a byte order mark if it has one. */
    private int startOf(byte[] document) {
        if (document.length > maxBytes) {
            throw new DataException(
                    "document-too-large", "The document has " + document.length + " bytes, more than " + maxBytes);
        }
        String text = new String(document, StandardCharsets.UTF_8);
        // Which puts a replacement character where the bytes are wrong.
        if (text.indexOf('\uFFFD') >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), document)) {
            throw new DataException("bad-utf8", "The document is not UTF-8");
        }
        return text.startsWith("\uFEFF") ? BYTE_ORDER_MARK : 0;
    }

    /** One document in the parser. Limits names and tokens, which Jackson 2.15 (Spark 3.5's version) does not. */
    private final class Document {
        private final JsonParser parser;
        private final byte[] document;
        private final int start;
        private long tokens;

        Document(JsonParser parser, byte[] document, int start) {
            this.parser = parser;
            this.document = document;
            this.start = start;
        }

        @Nullable
        JsonToken next() throws IOException {
            JsonToken token = parser.nextToken();
            if (++tokens > maxTokens
                    || (token == JsonToken.FIELD_NAME && parser.currentName().length() > MAX_NAME_LENGTH)) {
                throw limit();
            }
            return token;
        }

        @Nullable
        Object value(@Nullable JsonObject parent) throws IOException {
            return switch (parser.currentToken()) {
                case START_OBJECT -> object(parent);
                case START_ARRAY -> list(parent);
                case VALUE_STRING -> parser.getText();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonObject.RawNumber(parser.getText());
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                default -> null;
            };
        }

        private JsonObject object(@Nullable JsonObject parent) throws IOException {
            JsonObject object = new JsonObject(document, position());
            while (next() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                next();
                object.put(key, value(object));
            }
            object.endsAt(position() + 1);
            if (parent != null) {
                parent.inherit(object.fault());
            }
            return object;
        }

        private List<@Nullable Object> list(@Nullable JsonObject parent) throws IOException {
            List<@Nullable Object> list = new ArrayList<>(4);
            while (next() != JsonToken.END_ARRAY) {
                list.add(value(parent));
            }
            return list;
        }

        private int position() {
            return start + (int) parser.currentTokenLocation().getByteOffset();
        }
    }
}
