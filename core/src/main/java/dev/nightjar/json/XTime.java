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
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a tweet was written: as it says, else as its id says. */
final class XTime {
    /** The time of v1.1. */
    private static final DateTimeFormatter V1 = DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss Z uuuu", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final Pattern NAMED =
            Pattern.compile("([A-Z][a-z]{2} [A-Z][a-z]{2} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d) (\\S{1,5}) (\\d{4})");
    private static final Pattern ISO = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?)( ?(?:Z|UTC|[+-]\\d\\d(?::?\\d\\d)?))");

    /** A name such as PDT is an offset, not a place: it means what it says in any season. */
    private static final Map<String, String> ZONES = Map.of(
            "UTC", "+0000",
            "GMT", "+0000",
            "PDT", "-0700",
            "PST", "-0800",
            "MDT", "-0600",
            "MST", "-0700",
            "CDT", "-0500",
            "CST", "-0600",
            "EDT", "-0400",
            "EST", "-0500");

    private static final Duration NEAR = Duration.ofDays(1);

    private XTime() {}

    static Instant of(JsonObject tweet, String id, XNotes notes) {
        Instant said = said(tweet);
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

    /** The time that a tweet says; null if it says none that can be read. */
    static @Nullable Instant said(JsonObject tweet) {
        String text = tweet.string("created_at");
        if (text == null) {
            text = tweet.string("date");
        }
        return text == null ? null : precise(parse(text), tweet.integer("timestamp_ms"));
    }

    /** The streams of v1.1 give the second, and the milliseconds beside it. */
    private static @Nullable Instant precise(@Nullable Instant said, @Nullable Long millis) {
        return said != null && millis != null && Math.floorDiv(millis, 1_000) == said.getEpochSecond()
                ? Instant.ofEpochMilli(millis)
                : said;
    }

    /** A time in a form that was seen of X or of what people make of its data; null for any other. */
    static @Nullable Instant parse(String text) {
        String time = text.strip();
        Matcher named = NAMED.matcher(time);
        try {
            if (named.matches()) {
                String zone = ZONES.getOrDefault(named.group(2), named.group(2));
                return OffsetDateTime.parse(
                                named.group(1).replaceAll(" +", " ") + ' ' + zone + ' ' + named.group(3), V1)
                        .toInstant();
            }
            Matcher iso = ISO.matcher(time);
            return iso.matches()
                    ? JsonTime.parse(iso.group(1) + 'T' + iso.group(2) + offset(iso.group(3)))
                    : OffsetDateTime.parse(time, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException | DataException e) {
            return null;
        }
    }

    /** {@code Z}, or an offset with its colon. */
    private static String offset(String written) {
        String digits = written.replace("UTC", "Z").strip();
        return digits.length() == 5
                ? digits.substring(0, 3) + ':' + digits.substring(3)
                : digits.length() == 3 ? digits + ":00" : digits;
    }
}
