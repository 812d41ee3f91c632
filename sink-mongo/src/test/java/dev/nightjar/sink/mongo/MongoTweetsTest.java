/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RetriableException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MongoTweetsTest {
    @Test
    void whatASinkStoredIsReadBackCountedAndFound() {
        try (MemoryMongo mongo = new MemoryMongo()) {
            MongoSinkConfig config = MongoSinkConfig.builder(mongo.uri()).build();
            List<ClassifiedTweet> tweets = new ArrayList<>(IntStream.range(0, 2_500)
                    .mapToObj(i -> Tweets.classified(Tweets.tweet(i)))
                    .toList());
            ClassifiedTweet blank = ClassifiedTweet.of(
                    Tweets.rich(),
                    Map.of(
                            "emotion",
                            new Classification.Rejected("emotion@0123456789ab", Classification.Reason.BLANK)));
            tweets.add(blank);
            try (Sink<ClassifiedTweet> sink = config.open();
                    StoredTweets stored = config.read()) {
                assertThat(stored.count()).isZero();
                assertThat(stored.labelCounts()).isEmpty();
                sink.write(tweets);

                assertThat(stored.count()).isEqualTo(2_501);
                Set<String> asked = new TreeSet<>(Set.of("1", "2"));
                tweets.forEach(tweet -> asked.add(tweet.tweet().id()));
                assertThat(stored.ids(asked)).hasSize(2_501).doesNotContain("1", "2");
                assertThat(stored.labelCounts().get("emotion"))
                        .isEqualTo(tweets.stream()
                                .collect(Collectors.groupingBy(MongoTweetsTest::emotion, Collectors.counting())))
                        .containsEntry(StoredTweets.NO_LABEL, 1L);
                List<ClassifiedTweet> newest = new ArrayList<>(tweets);
                newest.sort((a, b) -> b.tweet().id().compareTo(a.tweet().id()));
                assertThat(stored.newest(3)).isEqualTo(newest.subList(0, 3));
                List<ClassifiedTweet> all = new ArrayList<>();
                stored.forEach(all::add);
                assertThat(all).containsExactlyInAnyOrderElementsOf(tweets);
            }
        }
    }

    private static String emotion(ClassifiedTweet tweet) {
        return tweet.classifications()
                .get("emotion")
                .top()
                .map(ScoredLabel::label)
                .orElse(StoredTweets.NO_LABEL);
    }

    @Test
    void aServerThatIsNotThereIsSaidToBeOutOfReach() {
        try (StoredTweets stored = MongoSinkConfig.builder("mongodb://127.0.0.1:1")
                .timeout(Duration.ofSeconds(1))
                .build()
                .read()) {
            assertThatExceptionOfType(RetriableException.class).isThrownBy(stored::count);
        }
    }
}
