/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RetriableException;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.ErasableTweetSinkContract;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of a tweet sink, against a server in memory. */
class MongoSinkTest implements ErasableTweetSinkContract {
    private final MemoryMongo mongo = new MemoryMongo();

    @AfterEach
    void stop() {
        mongo.close();
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return MongoSinkConfig.builder(mongo.uri()).build();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return mongo.tweets();
    }

    @Override
    public Optional<? extends SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.of(MongoSinkConfig.builder("mongodb://127.0.0.1:1")
                .timeout(Duration.ofSeconds(1))
                .build());
    }

    @Override
    public Duration unreachableLimit() {
        return Duration.ofSeconds(10);
    }

    @Test
    void aServerThatIsNotThereIsNamedInASentenceWithoutTheDriversView() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> unreachable().orElseThrow().open())
                .withMessage(
                        "MongoDB does not answer: 127.0.0.1:1 (Connection refused); see that it runs there and that"
                                + " the address is right");
    }

    /** A document of more than 16 MiB. */
    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        Tweet plain = Tweets.tweet(1_000_000 + number);
        return Optional.of(ClassifiedTweet.of(
                Tweet.builder(plain.id(), plain.text(), plain.createdAt())
                        .author(new Author(null, null, "x".repeat(17 << 20), null))
                        .build(),
                Map.of()));
    }
}
