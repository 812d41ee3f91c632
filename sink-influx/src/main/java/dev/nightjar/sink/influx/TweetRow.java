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
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A point as the tweet that {@link TweetPoint} made it of, as far as a point keeps it. Of the scores it has the best
 * alone, since a point may also have those of labels that an earlier model had.
 */
final class TweetRow {
    private TweetRow() {}

    static ClassifiedTweet tweet(Row row) {
        Map<String, Classification> classifications = new TreeMap<>();
        for (String name : row.words("classifiers")) {
            classifications.put(name, classification(row, name));
        }
        return ClassifiedTweet.of(
                Tweet.builder(row.text("id"), row.text("text"), time(row))
                        .lang(orNull(row.text("lang")))
                        .author(author(row))
                        .hashtags(row.words("hashtags").stream().map(Entity::of).toList())
                        .publicMetrics(metrics(row))
                        .references(references(row))
                        .source(orNull(row.text("source")))
                        .build(),
                classifications);
    }

    private static Classification classification(Row row, String name) {
        String model = row.text(name + ".model");
        String rejected = row.text(name + ".rejected");
        return rejected.isEmpty()
                ? new Classification.Scored(
                        model,
                        List.of(new ScoredLabel(row.text(name + ".label"), row.number(name + ".score"))),
                        row.flag(name + ".truncated"))
                : new Classification.Rejected(model, Classification.Reason.valueOf(rejected.toUpperCase(Locale.ROOT)));
    }

    private static @Nullable Author author(Row row) {
        Author author = new Author(
                orNull(row.text("author_id")),
                orNull(row.text("author_username")),
                orNull(row.text("author_name")),
                row.integer("author_followers_count"));
        return author.equals(new Author(null, null, null, null)) ? null : author;
    }

    private static @Nullable PublicMetrics metrics(Row row) {
        PublicMetrics metrics = new PublicMetrics(
                row.integer("retweet_count"),
                row.integer("reply_count"),
                row.integer("like_count"),
                row.integer("quote_count"),
                row.integer("impression_count"),
                row.integer("bookmark_count"));
        return metrics.equals(new PublicMetrics(null, null, null, null, null, null)) ? null : metrics;
    }

    private static List<TweetReference> references(Row row) {
        List<TweetReference> references = new ArrayList<>();
        for (TweetReference.Type type : TweetReference.Type.values()) {
            String id = row.text(WireName.of(type) + "_id");
            if (!id.isEmpty()) {
                references.add(new TweetReference(type, id));
            }
        }
        return references;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Instant time(Row row) {
        Long written = row.integer("created_at");
        return written == null ? Instant.ofEpochSecond(0, row.time()) : Instant.ofEpochMilli(written);
    }
}
