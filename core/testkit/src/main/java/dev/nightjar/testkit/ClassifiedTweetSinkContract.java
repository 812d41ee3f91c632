/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every sink of {@linkplain ClassifiedTweet classified tweets} promises: {@link SinkContract}, one row per tweet
 * id, and texts kept as they are. The whole test of an adapter:
 *
 * <pre>{@code
 * class MySinkTest implements ClassifiedTweetSinkContract {
 *     private final MyServer server = MyServer.start();
 *
 *     public SinkFactory<ClassifiedTweet> factory() {
 *         return MySinkConfig.builder(server.uri()).build();
 *     }
 *
 *     public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
 *         return Optional.of(MySinkConfig.builder("my://127.0.0.1:1").build());
 *     }
 *
 *     public List<ClassifiedTweet> readBack() {
 *         return server.rows().map(MySinkTest::classifiedTweet).toList();
 *     }
 *
 *     @AfterEach
 *     void stop() {
 *         server.stop();
 *     }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public interface ClassifiedTweetSinkContract extends SinkContract<ClassifiedTweet> {
    @Override
    default ClassifiedTweet record(int number) {
        return Tweets.classified(number);
    }

    @Override
    default ClassifiedTweet revised(ClassifiedTweet record) {
        Tweet tweet = record.tweet();
        return ClassifiedTweet.of(
                Tweet.builder(tweet.id(), tweet.text() + " (edited)", tweet.createdAt())
                        .build(),
                Map.of(
                        "emotion",
                        new Classification.Scored(
                                "emotion@0123456789ab", List.of(new ScoredLabel("revised", 1)), false)));
    }

    /** Tweets of one millisecond with the same label make as many rows as they have ids. */
    @Test
    default void tweetsOfOneMillisecondAllSurvive() {
        Classification same =
                new Classification.Scored("emotion@0123456789ab", List.of(new ScoredLabel("joy", 1)), false);
        List<ClassifiedTweet> batch = Tweets.inOneMillisecond(200).stream()
                .map(tweet -> ClassifiedTweet.of(tweet, Map.of("emotion", same)))
                .toList();
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(batch);
            sink.write(batch.subList(0, 100));
        }
        assertStored(batch);
    }

    /** Every text comes back unchanged: emoji, right-to-left, line breaks, quotes, control characters, empty ones. */
    @Test
    default void everyTextComesBackAsItWentIn() {
        List<String> texts = Tweets.storableTexts();
        List<ClassifiedTweet> batch = IntStream.range(0, texts.size())
                .mapToObj(i -> Tweets.classified(Tweets.tweet(i, texts.get(i))))
                .toList();
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(batch);
        }
        assertStored(batch);
    }

    /** A tweet with every component comes back with every component that the store keeps. */
    @Test
    default void aTweetWithEveryComponentComesBack() {
        ClassifiedTweet full = Tweets.classified(Tweets.rich());
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(List.of(full, record(0)));
        }
        assertStored(List.of(full, record(0)));
    }

    /** A rejected classification, and a tweet without any classification, are stored too. */
    @Test
    default void aTweetWithoutAnAnswerIsStored() {
        List<ClassifiedTweet> batch = List.of(
                ClassifiedTweet.of(
                        Tweets.tweet(0),
                        Map.of(
                                "emotion",
                                new Classification.Rejected(
                                        "emotion@0123456789ab", Classification.Reason.MODEL_FAULT))),
                ClassifiedTweet.of(Tweets.tweet(1), Map.of()));
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(batch);
        }
        assertStored(batch);
    }

    /** A tweet older than snowflake ids, whose id lacks its time, is stored or named as rejected, never lost. */
    @Test
    default void aTweetFromBeforeSnowflakesIsNeverLost() {
        Instant time = Instant.parse("2009-06-12T08:30:00Z");
        List<ClassifiedTweet> old = List.of(
                Tweets.classified(
                        Tweet.builder("2134567890", "an early bird", time).build()),
                Tweets.classified(
                        Tweet.builder("2134567891", "another one", time).build()));
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(old);
            sink.write(old);
            assertStored(old);
        } catch (RejectedRecordsException rejected) {
            assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(0, 1);
            assertThat(readBack()).isEmpty();
        }
    }

    /** Any tweet is stored or named as rejected, and the other tweet of the batch is stored: nothing else is thrown. */
    @Test
    default void anyTweetIsStoredOrRejected() {
        List<ClassifiedTweet> stored = new ArrayList<>(List.of(record(0)));
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            for (Tweet tweet : Tweets.unusual()) {
                ClassifiedTweet unusual = Tweets.classified(tweet);
                Throwable failure = catchThrowable(() -> sink.write(List.of(record(0), unusual)));
                if (failure == null) {
                    stored.add(unusual);
                } else {
                    assertThat(failure)
                            .as("the error of a tweet that the store cannot take")
                            .isInstanceOfSatisfying(
                                    RejectedRecordsException.class,
                                    rejected -> assertThat(rejected.rejections())
                                            .extracting(Rejection::index)
                                            .containsExactly(1));
                }
            }
        }
        assertStored(stored);
    }

    /** A rejection names the tweet by its id and shows nothing of its text. */
    @Test
    default void aRejectionNamesTheTweetsId() {
        assumeTrue(unstorable(0).isPresent(), "this store takes every record");
        ClassifiedTweet bad = unstorable(0).orElseThrow();
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            RejectedRecordsException rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(List.of(record(0), bad)));
            assertThat(rejected)
                    .as("the error of a batch with a rejected record")
                    .isNotNull();
            assertThat(rejected.rejections())
                    .extracting(Rejection::key)
                    .containsExactly(bad.tweet().id());
            if (!bad.tweet().text().isBlank()) {
                assertThat(rejected.getMessage()).doesNotContain(bad.tweet().text());
            }
        }
    }
}
