/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.testkit.InMemorySource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirstTweetsTest {
    private final List<Tweet> tweets = IntStream.rangeClosed(1, 10)
            .mapToObj(id ->
                    Tweet.builder(Integer.toString(id), "owl", Instant.EPOCH).build())
            .toList();

    @Test
    void theTweetsBeyondTheLastAreNotBehindItsPosition() throws Exception {
        InMemorySource.Factory all = InMemorySource.of(tweets).batchSize(4);
        SourcePosition position;
        try (TweetSource source = new FirstTweets(all, 6).open()) {
            assertThat(poll(source)).hasSize(4);
            assertThat(poll(source)).hasSize(2);
            assertThat(source.isExhausted()).isTrue();
            assertThat(poll(source)).isEmpty();
            position = source.position();
        }
        try (TweetSource again = all.open(position)) {
            assertThat(poll(again)).isEqualTo(tweets.subList(4, 8));
        }
    }

    @Test
    void aBatchThatFitsIsBehindThePosition() throws Exception {
        InMemorySource.Factory all = InMemorySource.of(tweets).batchSize(4);
        try (TweetSource source = new FirstTweets(all, 4).open()) {
            assertThat(poll(source)).hasSize(4);
            try (TweetSource again = all.open(source.position())) {
                assertThat(poll(again)).isEqualTo(tweets.subList(4, 8));
            }
        }
    }

    private static List<Tweet> poll(TweetSource source) throws InterruptedException {
        SourceBatch batch = source.poll(Duration.ofSeconds(5));
        return batch.tweets();
    }
}
