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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads tweets back from points, and says what of a tweet a point keeps. */
final class TweetRows {
    private TweetRows() {}

    static ClassifiedTweet tweet(Row row) {
        Map<String, Classification> classifications = new TreeMap<>();
        for (String name : words(row.text("classifiers"))) {
            classifications.put(name, classification(row, name));
        }
        return ClassifiedTweet.of(
                Tweet.builder(row.text("id"), row.text("text"), Instant.ofEpochMilli(row.integer("created_at")))
                        .lang(orNull(row.text("lang")))
                        .author(author(row))
                        .hashtags(words(row.text("hashtags")).stream()
                                .map(Entity::of)
                                .toList())
                        .publicMetrics(metrics(row))
                        .references(references(row))
                        .source(orNull(row.text("source")))
                        .build(),
                classifications);
    }

    /** A tweet without what the README says that a point does not keep. */
    static ClassifiedTweet kept(ClassifiedTweet record) {
        Tweet tweet = record.tweet();
        Map<String, Classification> classifications = new TreeMap<>();
        record.classifications()
                .forEach((name, classification) -> classifications.put(
                        name,
                        classification instanceof Classification.Scored scored
                                ? new Classification.Scored(scored.model(), List.of(scored.best()), scored.truncated())
                                : classification));
        return ClassifiedTweet.of(
                Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                        .lang(tweet.lang())
                        .author(tweet.author())
                        .hashtags(tweet.hashtags().stream()
                                .map(hashtag -> Entity.of(hashtag.value()))
                                .toList())
                        .publicMetrics(tweet.publicMetrics())
                        .references(tweet.references())
                        .source(tweet.source())
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

    private static Author author(Row row) {
        Author author = new Author(
                orNull(row.text("author_id")),
                orNull(row.text("author_username")),
                orNull(row.text("author_name")),
                row.integer("author_followers_count"));
        return author.equals(new Author(null, null, null, null)) ? null : author;
    }

    private static PublicMetrics metrics(Row row) {
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
            String id = row.text(type.name().toLowerCase(Locale.ROOT) + "_id");
            if (!id.isEmpty()) {
                references.add(new TweetReference(type, id));
            }
        }
        return references;
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
