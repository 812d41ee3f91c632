/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.store.StoredTweetsByTime;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is stored is read back. */
abstract class StoredTweetsContract {
    private final InfluxServer server = server();
    private final InfluxSinkConfig config = server.config().build();

    /** A server with an empty bucket. */
    abstract InfluxServer server();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEmptyBucketHoldsNothing() {
        try (StoredTweets stored = config.read()) {
            assertThat(stored.count()).isZero();
            assertThat(stored.ids(Set.of("20"))).isEmpty();
            assertThat(stored.labelCounts()).isEmpty();
            assertThat(stored.newest(3)).isEmpty();
            stored.forEach(tweet -> assertThat(tweet).isNull());
        }
    }

    @Test
    void everyTweetIsReadBackOnceAsFarAsAPointKeepsIt() {
        List<ClassifiedTweet> tweets = new ArrayList<>(Tweets.classifieds(12_000));
        tweets.addAll(
                Tweets.inOneMillisecond(300).stream().map(Tweets::classified).toList());
        tweets.add(Tweets.classified(Tweets.rich()));
        write(tweets);
        Map<String, ClassifiedTweet> expected =
                tweets.stream().collect(Collectors.toMap(tweet -> tweet.tweet().id(), TweetRows::kept, (a, b) -> b));
        List<ClassifiedTweet> read = new ArrayList<>();
        try (StoredTweets stored = config.read()) {
            stored.forEach(read::add);
            assertThat(stored.count()).isEqualTo(expected.size());
            assertThat(stored.ids(expected.keySet())).isEqualTo(expected.keySet());
        }
        assertThat(read).hasSize(expected.size());
        assertThat(new HashSet<>(read)).isEqualTo(new HashSet<>(expected.values()));
    }

    @Test
    void onlyTheIdsThatAreAskedForAreNamed() {
        Instant old = Instant.parse("2009-06-12T08:30:00Z");
        ClassifiedTweet early = Tweets.classified(
                Tweet.builder("2134567890", "an early bird", old).build());
        write(List.of(early, Tweets.classified(0), Tweets.classified(1)));
        String id = Tweets.tweet(1).id();
        try (StoredTweets stored = config.read()) {
            assertThat(stored.ids(Set.of(id, Tweets.tweet(9).id()))).containsExactly(id);
            assertThat(stored.ids(Set.of(id, "2134567890", "2134567891"))).containsExactlyInAnyOrder(id, "2134567890");
            assertThat(stored.ids(Set.of())).isEmpty();
        }
    }

    @Test
    void labelsAreCountedByClassifier() {
        write(List.of(labelled(0, "joy"), labelled(1, "joy"), labelled(2, "fear"), labelled(3, null)));
        write(List.of(labelled(1, "fear"))); // again, by a better model
        try (StoredTweets stored = config.read()) {
            assertThat(stored.labelCounts())
                    .isEqualTo(Map.of("mood", Map.of("joy", 1L, "fear", 2L, StoredTweets.NO_LABEL, 1L)));
        }
    }

    @Test
    void theNewestComeFirst() {
        write(Tweets.classifieds(50));
        List<String> ids = Tweets.classifieds(50).stream()
                .map(tweet -> tweet.tweet().id())
                .sorted(Comparator.<String>comparingLong(Long::parseLong).reversed())
                .limit(3)
                .toList();
        try (StoredTweets stored = config.read()) {
            assertThat(stored.newest(3).stream().map(tweet -> tweet.tweet().id()))
                    .isEqualTo(ids);
        }
    }

    @Test
    void theTweetsOfASpanOfTimeAreFoundAndOfTooManySomeOfAllOfIt() {
        List<ClassifiedTweet> tweets = Tweets.classifieds(400);
        write(tweets);
        List<Instant> times =
                tweets.stream().map(tweet -> tweet.tweet().createdAt()).sorted().toList();
        Instant begin = times.get(0);
        Instant end = times.get(399).plusMillis(1);
        try (StoredTweets read = config.read()) {
            StoredTweetsByTime stored = (StoredTweetsByTime) read;
            assertThat(stored.between(begin, end, 400)).hasSize(400);
            assertThat(stored.between(times.get(10), times.get(20), 400))
                    .extracting(tweet -> tweet.tweet().createdAt())
                    .isEqualTo(times.subList(10, 20));
            assertThat(stored.between(begin, end, 80))
                    .hasSize(80)
                    .anyMatch(tweet -> tweet.tweet().createdAt().isAfter(times.get(350)));
        }
    }

    @Test
    void whatIsWrongWithTheServerIsSaid() {
        try (StoredTweets stored = server.config()
                .token(dev.nightjar.options.Credential.literal("another"))
                .build()
                .read()) {
            assertThatThrownBy(stored::count)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("refuses the token")
                    .hasMessageNotContaining("another");
        }
        server.answer(1, 503, "");
        server.answer(1, 200, "<html>");
        server.answer(1, 200, "{\"results\":[{\"error\":\"database not found: night\"}]}");
        try (StoredTweets stored = config.read()) {
            assertThatThrownBy(stored::count).isInstanceOf(RetriableException.class);
            assertThatThrownBy(stored::count)
                    .isInstanceOf(FatalException.class)
                    .hasMessageContaining("is this an InfluxDB?");
            assertThatThrownBy(stored::count)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("database not found: night; InfluxDB 2 needs a DBRP mapping");
            server.close();
            assertThatThrownBy(stored::count).isInstanceOf(RetriableException.class);
        }
    }

    private void write(List<ClassifiedTweet> tweets) {
        try (Sink<ClassifiedTweet> sink = config.open()) {
            sink.write(tweets);
        }
    }

    private static ClassifiedTweet labelled(int number, String label) {
        return ClassifiedTweet.of(
                Tweets.tweet(number),
                Map.of(
                        "mood",
                        label == null
                                ? new Classification.Rejected("m@1", Classification.Reason.BLANK)
                                : new Classification.Scored("m@1", List.of(new ScoredLabel(label, 1)), false)));
    }
}
