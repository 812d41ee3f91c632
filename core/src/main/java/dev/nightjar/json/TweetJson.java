/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tweet as one line of JSON in the words of the X API v2: what travels in topics. Keys come in one order, what is null
 * or empty is absent, times are ISO-8601 in UTC with milliseconds; equal tweets give equal bytes and nothing is lost.
 *
 * <p>Reading is strict in form and easy on content: strict UTF-8, one JSON object of at most {@value #MAX_BYTES} bytes,
 * no key twice; unknown keys are ignored, an id may be a number, a missing {@code created_at} is taken from the id.
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

    static void write(JsonGenerator json, Tweet tweet) throws IOException {
        json.writeStringField("id", tweet.id());
        json.writeStringField("text", tweet.text());
        json.writeStringField("created_at", JsonTime.format(tweet.createdAt()));
        JsonWriter.optional(json, "lang", tweet.lang());
        writeAuthor(json, tweet.author());
        writeEntities(json, tweet);
        writeMetrics(json, tweet.publicMetrics());
        writeReferences(json, tweet.references());
        writeMatchingRules(json, tweet.matchingRuleTags());
        JsonWriter.optional(json, "source", tweet.source());
    }

    static Tweet read(JsonObject json) {
        String id = V2Tweet.checkedId(json, json.id("id"));
        JsonObject entities = json.optionalObject("entities");
        return Tweet.builder(id, json.requireString("text"), readTime(json, id))
                .lang(json.optionalString("lang"))
                .author(readAuthor(json.optionalObject("author")))
                .hashtags(readEntities(entities, "hashtags", "tag"))
                .mentions(readEntities(entities, "mentions", "username"))
                .urls(readEntities(entities, "urls", "expanded_url"))
                .publicMetrics(readMetrics(json.optionalObject("public_metrics")))
                .references(readReferences(json))
                .matchingRuleTags(json.optionalObjects("matching_rules").stream()
                        .map(rule -> rule.requireString("tag"))
                        .toList())
                .source(json.optionalString("source"))
                .build();
    }

    private static void writeAuthor(JsonGenerator json, @Nullable Author author) throws IOException {
        if (author == null) {
            return;
        }
        json.writeObjectFieldStart("author");
        JsonWriter.optional(json, "id", author.id());
        JsonWriter.optional(json, "username", author.username());
        JsonWriter.optional(json, "name", author.name());
        if (author.followersCount() != null) {
            json.writeObjectFieldStart("public_metrics");
            json.writeNumberField("followers_count", author.followersCount());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeEntities(JsonGenerator json, Tweet tweet) throws IOException {
        if (tweet.hashtags().isEmpty()
                && tweet.mentions().isEmpty()
                && tweet.urls().isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("entities");
        writeEntities(json, "hashtags", "tag", tweet.hashtags());
        writeEntities(json, "mentions", "username", tweet.mentions());
        writeEntities(json, "urls", "expanded_url", tweet.urls());
        json.writeEndObject();
    }

    private static void writeEntities(JsonGenerator json, String key, String valueKey, List<Entity> entities)
            throws IOException {
        if (entities.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(key);
        for (Entity entity : entities) {
            json.writeStartObject();
            if (entity.start() >= 0) {
                json.writeNumberField("start", entity.start());
                json.writeNumberField("end", entity.end());
            }
            json.writeStringField(valueKey, entity.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeMetrics(JsonGenerator json, @Nullable PublicMetrics metrics) throws IOException {
        if (metrics == null) {
            return;
        }
        json.writeObjectFieldStart("public_metrics");
        JsonWriter.optional(json, "retweet_count", metrics.retweetCount());
        JsonWriter.optional(json, "reply_count", metrics.replyCount());
        JsonWriter.optional(json, "like_count", metrics.likeCount());
        JsonWriter.optional(json, "quote_count", metrics.quoteCount());
        JsonWriter.optional(json, "impression_count", metrics.impressionCount());
        JsonWriter.optional(json, "bookmark_count", metrics.bookmarkCount());
        json.writeEndObject();
    }

    private static void writeReferences(JsonGenerator json, List<TweetReference> references) throws IOException {
        if (references.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("referenced_tweets");
        for (TweetReference reference : references) {
            json.writeStartObject();
            json.writeStringField("type", WireName.of(reference.type()));
            json.writeStringField("id", reference.id());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeMatchingRules(JsonGenerator json, List<String> tags) throws IOException {
        if (tags.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("matching_rules");
        for (String tag : tags) {
            json.writeStartObject();
            json.writeStringField("tag", tag);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Instant readTime(JsonObject json, String id) {
        String text = json.optionalString("created_at");
        Instant time = text == null ? TweetId.of(id).time() : JsonTime.parse(text);
        if (time == null) {
            throw new DataException(
                    "missing-field", "The field 'created_at' is missing, and the id " + id + " is too old to hold it");
        }
        return time;
    }

    private static @Nullable Author readAuthor(@Nullable JsonObject json) {
        if (json == null) {
            return null;
        }
        JsonObject metrics = json.optionalObject("public_metrics");
        return new Author(
                json.optionalString("id"),
                json.optionalString("username"),
                json.optionalString("name"),
                metrics == null ? null : metrics.optionalInteger("followers_count"));
    }

    private static List<Entity> readEntities(@Nullable JsonObject entities, String key, String valueKey) {
        if (entities == null) {
            return List.of();
        }
        List<Entity> read = new ArrayList<>();
        for (JsonObject entity : entities.optionalObjects(key)) {
            read.add(new Entity(entity.requireString(valueKey), place(entity, "start"), place(entity, "end")));
        }
        return read;
    }

    private static int place(JsonObject entity, String key) {
        Long place = entity.optionalInteger(key);
        return place == null || place < 0 || place > Integer.MAX_VALUE ? -1 : place.intValue();
    }

    private static @Nullable PublicMetrics readMetrics(@Nullable JsonObject json) {
        return json == null
                ? null
                : new PublicMetrics(
                        json.optionalInteger("retweet_count"),
                        json.optionalInteger("reply_count"),
                        json.optionalInteger("like_count"),
                        json.optionalInteger("quote_count"),
                        json.optionalInteger("impression_count"),
                        json.optionalInteger("bookmark_count"));
    }

    private static List<TweetReference> readReferences(JsonObject json) {
        List<TweetReference> references = new ArrayList<>();
        for (JsonObject reference : json.optionalObjects("referenced_tweets")) {
            references.add(new TweetReference(
                    type(reference.requireString("type")), V2Tweet.checkedId(reference, reference.id("id"))));
        }
        return references;
    }

    private static TweetReference.Type type(String name) {
        TweetReference.Type type = WireName.parse(TweetReference.Type.class, name);
        if (type == null) {
            throw new DataException(
                    "bad-field", "The type of a referenced tweet is not retweeted, quoted or replied_to");
        }
        return type;
    }
}
