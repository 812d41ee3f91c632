/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A classified tweet as a point.
 *
 * <p>A point is identified by its measurement, tags and time. So the one tag, {@code s}, and the time are made from the
 * tweet's id only, and from nothing that a model, an edit or another source could change:
 *
 * <ul>
 * <li>a snowflake id is 42 bits of milliseconds and 22 bits that distinguish the tweets of one millisecond. The lowest
 *       4 of these are the tag, {@code 0} to {@code f}; the other 18, less than 262,144, are the nanoseconds within the
 *       millisecond.
 * <li>an id from before snowflakes, less than 29,700,859,247, holds no time. Its billions are the tag, {@code q0} to
 *       {@code q29}; the remainder, less than a billion, is the nanoseconds within the second in which the tweet was
 *       written.
 * </ul>
 *
 * Either way tag and time give the id back, so no two tweets share a point.
 *
 * <p>InfluxDB adds the fields of a rewritten point to those it has. So each text is written even when it is empty, and
 * {@code classifiers} says which classifications are current.
 *
 * @param text whether the tweet's text is stored
 */
record TweetPoint(String measurement, boolean text) {
    private static final int TAG_BITS = 4;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long BILLION = 1_000_000_000;

    String line(ClassifiedTweet record) {
        Tweet tweet = record.tweet();
        long id = Long.parseLong(tweet.id());
        Instant written = TweetId.of(tweet.id()).time();
        long time = written != null
                ? time(id, written)
                : PointTime.nanos(tweet.createdAt().getEpochSecond(), id % BILLION);
        LineBuilder line = new LineBuilder(measurement)
                .tag("s", written != null ? tag(id) : "q" + id / BILLION)
                .text("id", tweet.id())
                .integer("created_at", PointTime.millis(tweet.createdAt()))
                .text("lang", orEmpty(tweet.lang()))
                .text("hashtags", tweet.hashtags().stream().map(Entity::value).collect(Collectors.joining(" ")))
                .text("source", orEmpty(tweet.source()));
        if (text) {
            line.text("text", tweet.text());
        }
        author(line, tweet.author());
        metrics(line, tweet.publicMetrics());
        for (TweetReference.Type type : TweetReference.Type.values()) {
            line.text(lower(type) + "_id", reference(tweet, type));
        }
        line.text("classifiers", String.join(" ", record.classifications().keySet()));
        record.classifications().forEach((name, classification) -> classification(line, name, classification));
        return line.at(time);
    }

    /**
     * What identifies a tweet's point.
     *
     * @return null for an id from before snowflakes, of whose time nothing is in the id
     */
    @Nullable
    PointKey key(String tweetId) {
        Instant written = TweetId.of(tweetId).time();
        if (written == null) {
            return null;
        }
        long id = Long.parseLong(tweetId);
        return new PointKey(measurement, "s", tag(id), time(id, written));
    }

    private static String tag(long id) {
        return Long.toHexString(id & ((1L << TAG_BITS) - 1));
    }

    private static long time(long id, Instant written) {
        return written.toEpochMilli() * NANOS_PER_MILLI + (id & ((1L << TweetId.SEQUENCE_BITS) - 1)) / (1L << TAG_BITS);
    }

    private static void author(LineBuilder line, @Nullable Author author) {
        line.text("author_id", orEmpty(author == null ? null : author.id()))
                .text("author_username", orEmpty(author == null ? null : author.username()))
                .text("author_name", orEmpty(author == null ? null : author.name()))
                .integer("author_followers_count", author == null ? null : author.followersCount());
    }

    private static void metrics(LineBuilder line, @Nullable PublicMetrics metrics) {
        if (metrics != null) {
            line.integer("retweet_count", metrics.retweetCount())
                    .integer("reply_count", metrics.replyCount())
                    .integer("like_count", metrics.likeCount())
                    .integer("quote_count", metrics.quoteCount())
                    .integer("impression_count", metrics.impressionCount())
                    .integer("bookmark_count", metrics.bookmarkCount());
        }
    }

    /** No name of a classifier has a dot, so no field here meets one above, nor one of another classifier. */
    private static void classification(LineBuilder line, String name, Classification classification) {
        Classification.Scored scored = classification instanceof Classification.Scored s ? s : null;
        line.text(name + ".label", scored == null ? "" : scored.best().label())
                .text(name + ".model", classification.model())
                .flag(name + ".truncated", scored != null && scored.truncated())
                .text(
                        name + ".rejected",
                        classification instanceof Classification.Rejected rejected ? lower(rejected.reason()) : "");
        if (scored != null) {
            line.number(name + ".score", scored.best().score());
            for (ScoredLabel label : scored.scores()) {
                line.number(name + ".score." + label.label(), label.score());
            }
            scored.polarity().ifPresent(polarity -> line.number(name + ".polarity", polarity));
        }
    }

    private static String reference(Tweet tweet, TweetReference.Type type) {
        return tweet.references().stream()
                .filter(reference -> reference.type() == type)
                .map(TweetReference::id)
                .findFirst()
                .orElse("");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String lower(Enum<?> constant) {
        return WireName.of(constant);
    }
}
