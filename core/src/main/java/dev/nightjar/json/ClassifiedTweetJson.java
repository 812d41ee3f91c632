/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A classified tweet as one line of JSON: the keys of {@link TweetJson}, then {@code "classifications"} with one
 * {@link ClassificationJson} per classifier in the order of their names. {@link TweetJson} reads it as the tweet alone.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class ClassifiedTweetJson {
    /** The largest document, in bytes: 512 KiB, half of it for the tweet. */
    public static final int MAX_BYTES = 2 * TweetJson.MAX_BYTES;

    private static final JsonReader READER = new JsonReader(MAX_BYTES, TweetJson.MAX_STRING_LENGTH, MAX_BYTES);

    private ClassifiedTweetJson() {}

    /**
     * Writes a classified tweet as a string.
     *
     * @throws DataException as {@link #toBytes(ClassifiedTweet)}
     */
    public static String toJson(ClassifiedTweet tweet) {
        return new String(toBytes(tweet), StandardCharsets.UTF_8);
    }

    /**
     * Writes a classified tweet as UTF-8 bytes, without a line end.
     *
     * @throws DataException if the year is not from 0 to 9999 ({@code bad-time}) or the result exceeds
     *     {@value #MAX_BYTES} bytes ({@code document-too-large})
     */
    public static byte[] toBytes(ClassifiedTweet tweet) {
        return JsonWriter.object(MAX_BYTES, json -> {
            TweetJson.write(json, tweet.tweet());
            writeClassifications(json, tweet.classifications());
        });
    }

    /**
     * Reads a classified tweet.
     *
     * @throws DataException if the bytes are not a classified tweet as this class writes it; the codes are those of
     *     {@link TweetJson#fromBytes(byte[])}
     */
    public static ClassifiedTweet fromBytes(byte[] json) {
        JsonObject object = READER.readObject(json);
        Map<String, Classification> classifications = new TreeMap<>();
        JsonObject read = object.optionalObject("classifications");
        if (read != null) {
            for (String name : read.keys()) {
                JsonObject classification = read.optionalObject(name);
                if (classification != null) {
                    classifications.put(name, ClassificationJson.read(classification));
                }
            }
        }
        try {
            return ClassifiedTweet.of(TweetJson.read(object), classifications);
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-field", "The field 'classifications' has a key that names no classifier");
        }
    }

    private static void writeClassifications(JsonGenerator json, Map<String, Classification> classifications)
            throws IOException {
        if (classifications.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("classifications");
        for (Map.Entry<String, Classification> classification : classifications.entrySet()) {
            json.writeObjectFieldStart(classification.getKey());
            ClassificationJson.write(json, classification.getValue());
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
