/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.Tweet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Says what of a tweet a point keeps. */
final class TweetRows {
    private TweetRows() {}

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
}
