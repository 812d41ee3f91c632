/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.source.twitter.http.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What one message of a Jetstream server says.
 *
 * @param timeMicros the server's time of it, in microseconds since 1970; 0 if it does not say
 * @param tweet the post that it creates or changes; null for none
 * @param deletedId the id of the post that it deletes; null for none
 * @param skipped why it is passed over; null if it is not
 */
record JetstreamEvent(
        long timeMicros,
        @Nullable Tweet tweet,
        @Nullable String deletedId,
        @Nullable String skipped) {
    private static final String POSTS = "app.bsky.feed.post";

    /** The digits of a record key, which is a number of 64 bits: microseconds, then 10 bits of the writer's clock. */
    private static final String BASE_32 = "234567abcdefghijklmnopqrstuvwxyz";

    private static final int KEY_LENGTH = 13;
    private static final int CLOCK_BITS = 10;

    static JetstreamEvent read(byte[] message) {
        Json json;
        try {
            json = Json.read(message);
        } catch (IOException e) {
            throw new DataException("bad-json", "The message is not a JSON object");
        }
        long time = json.number("time_us", "time_us");
        String kind = json.text("kind");
        if (!"commit".equals(kind)) {
            return skipped(time, kind == null ? "unknown" : kind.matches("[a-z]{1,20}") ? kind : "unknown");
        }
        Json commit = json.object("commit");
        if (!POSTS.equals(commit.text("collection"))) {
            return skipped(time, "other-collection");
        }
        String did = json.text("did");
        String key = commit.text("rkey");
        Long micros = key == null ? null : micros(key);
        if (did == null || key == null) {
            throw new DataException("missing-field", "The commit has no author or no record key");
        }
        if (micros == null || micros / 1000 <= TweetId.EPOCH) {
            return skipped(time, "odd-key");
        }
        String id = id(did, key, micros);
        if ("delete".equals(commit.text("operation"))) {
            return new JetstreamEvent(time, null, id, null);
        }
        return new JetstreamEvent(time, tweet(id, did, commit.object("record"), micros), null, null);
    }

    /** As X makes ids: from the millisecond and from bits that distinguish posts of one millisecond. */
    private static String id(String did, String key, long micros) {
        CRC32 crc = new CRC32();
        crc.update((did + '/' + key).getBytes(UTF_8));
        long sequence = crc.getValue() & ((1L << TweetId.SEQUENCE_BITS) - 1);
        return Long.toString(TweetId.lowest(Instant.ofEpochMilli(micros / 1000)) | sequence);
    }

    private static Tweet tweet(String id, String did, Json record, long micros) {
        String text = record.text("text");
        if (text == null) {
            throw new DataException("missing-field", "The post has no text");
        }
        List<Entity> hashtags = new ArrayList<>();
        List<Entity> mentions = new ArrayList<>();
        List<Entity> urls = new ArrayList<>();
        for (Json facet : record.objects("facets")) {
            for (Json feature : facet.objects("features")) {
                add(hashtags, feature.text("tag"));
                add(mentions, feature.text("did"));
                add(urls, feature.text("uri"));
            }
        }
        List<String> langs = record.texts("langs");
        return Tweet.builder(id, text, createdAt(record.text("createdAt"), micros))
                .lang(langs.isEmpty() ? null : langs.get(0))
                .author(new Author(did, null, null, null))
                .hashtags(hashtags)
                .mentions(mentions)
                .urls(urls)
                .source("bluesky")
                .build();
    }

    /** Its facets count bytes of UTF-8, so the places are left out. */
    private static void add(List<Entity> entities, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            entities.add(Entity.of(value));
        }
    }

    /** The time that the author's program gives, unless it is a day or more from that of the key. */
    private static Instant createdAt(@Nullable String text, long micros) {
        Instant ofKey = Instant.ofEpochMilli(micros / 1000);
        try {
            Instant said = text == null ? ofKey : OffsetDateTime.parse(text).toInstant();
            return Duration.between(said, ofKey).abs().compareTo(Duration.ofDays(1)) < 0 ? said : ofKey;
        } catch (DateTimeException | ArithmeticException e) {
            return ofKey;
        }
    }

    private static @Nullable Long micros(String key) {
        if (key.length() != KEY_LENGTH) {
            return null;
        }
        long number = 0;
        for (int i = 0; i < KEY_LENGTH; i++) {
            int digit = BASE_32.indexOf(key.charAt(i));
            if (digit < 0 || (i == 0 && digit > 7)) {
                return null;
            }
            number = number << 5 | digit;
        }
        return number >>> CLOCK_BITS;
    }

    private static JetstreamEvent skipped(long time, String reason) {
        return new JetstreamEvent(time, null, null, reason);
    }
}
