/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON document as maps, lists and texts: what X answers to anything but a request for tweets. Numbers, true and
 * false are texts, so that X may write a number either way. Reading is lenient, like all that reads X: what is of another
 * type than expected is absent.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(1024 * 1024)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private static final int MAX_TOKENS = 2_000_000;
    private static final Json NOTHING = new Json(Map.of());

    private final Map<?, ?> members;

    private Json(Map<?, ?> members) {
        this.members = members;
    }

    /**
     * Reads an object.
     *
     * @throws IOException if the document is not one
     */
    public static Json read(byte[] document) throws IOException {
        try (JsonParser parser = new LimitedParser(FACTORY.createParser(document))) {
            if (parser.nextToken() == JsonToken.START_OBJECT
                    && value(parser) instanceof Map<?, ?> map
                    && parser.nextToken() == null) {
                return new Json(map);
            }
        } catch (JsonProcessingException e) {
            // Without the cause, whose message may quote the document: it may hold a token.
            throw new IOException("The answer is not JSON");
        }
        throw new IOException("The answer is not a JSON object");
    }

    /** An object without members. */
    static Json nothing() {
        return NOTHING;
    }

    /** Writes an object. */
    public static byte[] write(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A text that is no Unicode", e);
        }
        return bytes.toByteArray();
    }

    /** A text, a number or a truth; null if it is absent. */
    public @Nullable String text(String key) {
        return members.get(key) instanceof String text ? text : null;
    }

    /** A whole number; null if it is absent. */
    public @Nullable Long number(String key) {
        try {
            return Long.valueOf(String.valueOf(text(key)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A number under the first of some names that has one; zero if none has. */
    public long number(String key, String otherKey) {
        Long number = number(key);
        Long other = number == null ? number(otherKey) : number;
        return other == null ? 0 : other;
    }

    /** An object, without members if it is absent. */
    public Json object(String key) {
        return members.get(key) instanceof Map<?, ?> map ? new Json(map) : NOTHING;
    }

    /** The objects of an array, none if it is absent. */
    public List<Json> objects(String key) {
        List<Json> objects = new ArrayList<>();
        if (members.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof Map<?, ?> map) {
                    objects.add(new Json(map));
                }
            }
        }
        return objects;
    }

    /** The texts of an array, none if it is absent. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        if (members.get(key) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    map.put(key, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    /** It bounds the memory of many small values, which Jackson 2.15, that of Spark 3.5, does not. */
    private static final class LimitedParser extends JsonParserDelegate {
        private int tokens;

        LimitedParser(JsonParser parser) {
            super(parser);
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            if (++tokens > MAX_TOKENS) {
                throw new StreamConstraintsException("More than " + MAX_TOKENS + " tokens");
            }
            return super.nextToken();
        }
    }

    /** What stands between an object's braces. */
    public interface Body {
        /** Writes it. */
        void write(JsonGenerator json) throws IOException;
    }
}
