/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.ErasableTweetSinkContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The contract of a tweet sink, against any server. */
interface InfluxTweetContract extends ErasableTweetSinkContract {
    InfluxServer server();

    @Override
    default SinkFactory<ClassifiedTweet> factory() {
        return server().config().build();
    }

    @Override
    default List<ClassifiedTweet> readBack() {
        return server().rows("tweets").stream().map(TweetRow::tweet).toList();
    }

    @Override
    default ClassifiedTweet stored(ClassifiedTweet record) {
        return TweetRows.kept(record);
    }

    @Override
    default Optional<? extends SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.of(InfluxSinkConfig.builder("http://127.0.0.1:1", "birds", "night")
                .timeout(Duration.ofSeconds(1))
                .build());
    }

    @Override
    default Duration unreachableLimit() {
        return Duration.ofSeconds(10);
    }

    /** A tweet whose id holds no time, written when no point can be. */
    @Override
    default Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(ClassifiedTweet.of(
                Tweet.builder(Integer.toString(1 + number), "too late", Instant.parse("2300-01-01T00:00:00Z"))
                        .build(),
                Map.of()));
    }
}
