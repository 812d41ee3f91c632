/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Entity;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.command.pipeline.SqliteTweets;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.store.StoredTweets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A real store in a file, with tweets made for a test. */
final class StoreOfTests implements AutoCloseable {
    private final Sink<ClassifiedTweet> sink;
    private final StoredTweets reader;

    StoreOfTests(Path file) {
        sink = SqliteSinkConfig.builder(file).build().open();
        reader = SqliteTweets.open(file);
    }

    StoredTweets reader() {
        return reader;
    }

    void add(ClassifiedTweet... tweets) {
        sink.write(List.of(tweets));
    }

    /** A tweet of the English language by @ann with a label of the classifier emotion. */
    static ClassifiedTweet tweet(String id, Instant time, String text, String label, String... hashtags) {
        return classified(
                Tweet.builder(id, text, time)
                        .lang("en")
                        .author(new Author("1", "ann", null, null))
                        .hashtags(List.of(hashtags).stream().map(Entity::of).toList())
                        .build(),
                label);
    }

    static ClassifiedTweet classified(Tweet tweet, String label) {
        String other = label.equals("joy") ? "sadness" : "joy";
        return ClassifiedTweet.of(
                tweet,
                Map.of(
                        "emotion",
                        new Classification.Scored(
                                "emotion@abc123",
                                List.of(new ScoredLabel(label, 0.75), new ScoredLabel(other, 0.25)),
                                false)));
    }

    static String id(Instant time, int number) {
        return Long.toString(TweetId.lowest(time) + number);
    }

    @Override
    public void close() {
        reader.close();
        sink.close();
    }
}
