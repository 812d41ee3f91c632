/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DataException;
import dev.nightjar.TweetId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** When a tweet was written: as it says, in the form of v2 or of v1.1, else as its id says. */
final class XTime {
    private static final DateTimeFormatter V1 = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss Z uuuu", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);
    private static final Duration NEAR = Duration.ofDays(1);

    private XTime() {}

    static Instant of(JsonObject tweet, String id, XNotes notes) {
        String text = tweet.string("created_at");
        Instant said = text == null ? null : precise(parse(text), tweet.integer("timestamp_ms"));
        Instant given = TweetId.of(id).time();
        Instant time = said != null ? said : given;
        if (time == null) {
            throw new DataException(
                    tweet.has("created_at") ? "bad-time" : "missing-field",
                    "The tweet " + id + " has no readable 'created_at', and its id is too old to hold the time");
        }
        if (said == null) {
            notes.add("time-from-id");
        } else if (given != null && Duration.between(said, given).abs().compareTo(NEAR) > 0) {
            notes.add("time-disagrees-with-id");
        }
        return time;
    }

    /** The streams of v1.1 say the second, and the milliseconds beside it. */
    private static @Nullable Instant precise(@Nullable Instant said, @Nullable Long millis) {
        return said != null && millis != null && Math.floorDiv(millis, 1_000) == said.getEpochSecond()
                ? Instant.ofEpochMilli(millis)
                : said;
    }

    private static @Nullable Instant parse(String text) {
        try {
            return JsonTime.parse(text);
        } catch (DataException e) {
            try {
                return OffsetDateTime.parse(text, V1).toInstant();
            } catch (DateTimeException again) {
                return null;
            }
        }
    }
}
