/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.nightjar.DataException;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.shape.Field;
import dev.nightjar.shape.Shape;
import dev.nightjar.shape.TweetShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A tweet as one line of JSON in the words of the X API v2: what travels in topics. Keys have a fixed order, null or
 * empty values are left out, and times are ISO-8601 in UTC with milliseconds; equal tweets give equal bytes and nothing
 * is lost.
 *
 * <p>Reading is strict about form and lenient about content: strict UTF-8, one JSON object of at most
 * {@value #MAX_BYTES} bytes, no duplicate keys; but unknown keys are ignored, an id may be a number, and a missing
 * {@code created_at} is derived from the id.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class TweetJson {
    /** The largest document, in bytes: 256 KiB. */
    public static final int MAX_BYTES = 256 * 1024;

    /** A text of {@link Tweet#MAX_TEXT_LENGTH} code points has at most 50,000 characters. */
    static final int MAX_STRING_LENGTH = 64 * 1024;

    private static final JsonReader READER = new JsonReader(MAX_BYTES, MAX_STRING_LENGTH, MAX_BYTES);

    /** The names of a shape's fields in UTF-8: to encode them again for each tweet costs a tenth of the time. */
    private static final Map<Shape<?>, SerializableString[]> NAMES = new ConcurrentHashMap<>();

    private TweetJson() {}

    /**
     * Writes a tweet as a string.
     *
     * @throws DataException as {@link #toBytes(Tweet)}
     */
    public static String toJson(Tweet tweet) {
        return new String(toBytes(tweet), StandardCharsets.UTF_8);
    }

    /**
     * Writes a tweet as UTF-8 bytes, without a line end.
     *
     * @throws DataException if the year is not from 0 to 9999 ({@code bad-time}) or the result exceeds
     *     {@value #MAX_BYTES} bytes ({@code document-too-large})
     */
    public static byte[] toBytes(Tweet tweet) {
        return JsonWriter.object(MAX_BYTES, json -> write(json, tweet));
    }

    /**
     * Reads a tweet.
     *
     * @throws DataException if the bytes are not a tweet as this class writes it: {@code empty-document},
     *     {@code document-too-large}, {@code bad-utf8}, {@code bad-json}, {@code json-limit}, {@code duplicate-key},
     *     {@code not-an-object}, {@code missing-field}, {@code bad-field}, {@code bad-time}, {@code bad-id},
     *     {@code text-too-long}
     */
    public static Tweet fromBytes(byte[] json) {
        return read(READER.readObject(json));
    }

    /** An object within the limits of a tweet, whatever its faults. */
    static JsonObject object(byte[] json) {
        return READER.readAnyObject(json);
    }

    static void write(JsonGenerator json, Tweet tweet) throws IOException {
        write(json, TweetShape.tweet(), tweet);
    }

    static Tweet read(JsonObject json) {
        return read(json, TweetShape.tweet());
    }

    private static void write(JsonGenerator json, Shape<?> shape, Object record) throws IOException {
        String open = null;
        @Nullable Object[] values = shape.values(record);
        SerializableString[] names = NAMES.computeIfAbsent(shape, TweetJson::names);
        for (Field field : shape.fields()) {
            Object value = values[field.index()];
            if (value == null) {
                continue;
            }
            if (!Objects.equals(field.group(), open)) {
                if (open != null) {
                    json.writeEndObject();
                }
                open = field.group();
                if (open != null) {
                    json.writeObjectFieldStart(open);
                }
            }
            json.writeFieldName(names[field.index()]);
            writeValue(json, field, value);
        }
        if (open != null) {
            json.writeEndObject();
        }
    }

    private static SerializableString[] names(Shape<?> shape) {
        return shape.columns().stream()
                .map(field -> new SerializedString(field.name()))
                .toArray(SerializableString[]::new);
    }

    private static void writeValue(JsonGenerator json, Field field, Object value) throws IOException {
        switch (field.type()) {
            case TEXT, ID -> json.writeString((String) value);
            case TIME -> json.writeString(JsonTime.format((Instant) value));
            case COUNT -> json.writeNumber((Long) value);
            case PLACE -> json.writeNumber((Integer) value);
            case RECORD -> writeObject(json, field.shape(), value);
            case RECORDS -> {
                json.writeStartArray();
                for (Object element : (List<?>) value) {
                    writeObject(json, field.shape(), element);
                }
                json.writeEndArray();
            }
        }
    }

    private static void writeObject(JsonGenerator json, Shape<?> shape, Object record) throws IOException {
        json.writeStartObject();
        write(json, shape, record);
        json.writeEndObject();
    }

    private static <R> R read(JsonObject json, Shape<R> shape) {
        List<Field> columns = shape.columns();
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = columns.get(i);
            String group = field.group();
            JsonObject place = group == null ? json : json.optionalObject(group);
            values[i] = place == null ? null : readValue(place, field);
        }
        try {
            return shape.make(values);
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-field", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Object readValue(JsonObject json, Field field) {
        String name = field.name();
        return switch (field.type()) {
            case TEXT -> field.isRequired() ? json.requireString(name) : json.optionalString(name);
            case ID -> V2Tweet.checkedId(json, json.id(name));
            case TIME -> readTime(json, name);
            case COUNT -> json.optionalInteger(name);
            case PLACE -> readPlace(json, name);
            case RECORD -> {
                JsonObject record = json.optionalObject(name);
                yield record == null ? null : read(record, field.shape());
            }
            case RECORDS -> {
                List<Object> records = new ArrayList<>();
                for (JsonObject record : json.optionalObjects(name)) {
                    records.add(read(record, field.shape()));
                }
                yield records;
            }
        };
    }

    /** A missing time is derived from the id of the same tweet. */
    private static Instant readTime(JsonObject json, String name) {
        String text = json.optionalString(name);
        if (text != null) {
            return JsonTime.parse(text);
        }
        String id = V2Tweet.checkedId(json, json.id("id"));
        Instant time = TweetId.of(id).time();
        if (time == null) {
            throw new DataException(
                    "missing-field",
                    "The field '" + name + "' is missing, and the id " + id + " is too old to hold it");
        }
        return time;
    }

    private static @Nullable Integer readPlace(JsonObject json, String name) {
        Long place = json.optionalInteger(name);
        return place == null || place < 0 || place > Integer.MAX_VALUE ? null : (Integer) place.intValue();
    }
}
