/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import dev.nightjar.WindowedCount;
import java.nio.charset.StandardCharsets;

/**
 * A windowed count as one line of JSON:
 * {@code {"metric":..,"key":..,"window_start":..,"window_end":..,"count":..}}, times in ISO-8601, UTC, milliseconds.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class WindowedCountJson {
    private static final int MAX_BYTES = 16 * 1024;
    private static final JsonReader READER = new JsonReader(MAX_BYTES, MAX_BYTES, MAX_BYTES);

    private WindowedCountJson() {}

    /**
     * Writes a count as a string.
     *
     * @throws DataException as {@link #toBytes(WindowedCount)}
     */
    public static String toJson(WindowedCount count) {
        return new String(toBytes(count), StandardCharsets.UTF_8);
    }

    /**
     * Writes a count as UTF-8 bytes, without a line end.
     *
     * @throws DataException if a year is not from 0 to 9999 ({@code bad-time})
     */
    public static byte[] toBytes(WindowedCount count) {
        return JsonWriter.object(MAX_BYTES, json -> {
            json.writeStringField("metric", count.metric());
            json.writeStringField("key", count.key());
            json.writeStringField("window_start", JsonTime.format(count.windowStart()));
            json.writeStringField("window_end", JsonTime.format(count.windowEnd()));
            json.writeNumberField("count", count.count());
        });
    }

    /**
     * Reads a count.
     *
     * @throws DataException if the bytes are not a count as this class writes it; the codes are those of
     *     {@link TweetJson#fromBytes(byte[])}
     */
    public static WindowedCount fromBytes(byte[] json) {
        JsonObject object = READER.readObject(json);
        try {
            return new WindowedCount(
                    object.requireString("metric"),
                    object.requireString("key"),
                    JsonTime.parse(object.requireString("window_start")),
                    JsonTime.parse(object.requireString("window_end")),
                    object.requireInteger("count"));
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-field", "A windowed count is not one: " + e.getMessage());
        }
    }
}
