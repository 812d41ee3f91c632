/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Entity;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Trends of a topic of a real broker, by a stream and by a batch; 5 % of the tweets come twice, 5 % come late. The state is in
 * RocksDB. {@code -Dtrends.tweets=100000} takes more of them and prints what each run took.
 */
class TrendsIT {
    private static final int TWEETS = Integer.getInteger("trends.tweets", 2_000);
    private static final String STATE = "spark.sql.streaming.stateStore.providerClass";
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration LATE = Duration.ofMinutes(8);

    private static EmbeddedKafka broker;

    @BeforeAll
    static void publish() {
        LocalSpark.session()
                .conf()
                .set(STATE, "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
        broker = EmbeddedKafka.start();
        try (KafkaTopics topics = KafkaTopics.open(KafkaConfig.of(broker.bootstrapServers()))) {
            topics.ensure("trends", 2, 1, Map.of());
            topics.ensure("late", 2, 1, Map.of());
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.in.flight.requests.per.connection", 1),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (Tweet tweet : tweets(300)) {
                producer.send(new ProducerRecord<>(
                        "late", tweet.id().getBytes(StandardCharsets.UTF_8), TweetJson.toBytes(tweet)));
            }
            for (Tweet tweet : tweets(TWEETS)) {
                producer.send(new ProducerRecord<>(
                        "trends", tweet.id().getBytes(StandardCharsets.UTF_8), TweetJson.toBytes(tweet)));
            }
        }
    }

    @AfterAll
    static void stop() {
        LocalSpark.session().conf().unset(STATE);
        broker.close();
    }

    @Test
    void tumblingWindowsOfAStreamAreThoseOfABatch() {
        assertEqual("tumbling", TweetTrends.tumbling(Duration.ofMinutes(15)));
    }

    @Test
    void slidingWindowsOfAStreamAreThoseOfABatch() {
        assertEqual("sliding", TweetTrends.sliding(Duration.ofMinutes(10), Duration.ofMinutes(5)));
    }

    @Test
    void sessionsOfAStreamAreThoseOfABatchUpToTheLastThatAreFinal() {
        assertEqual("session", TweetTrends.session(Duration.ofMinutes(1)));
    }

    @Test
    void whatCameTooLateForTheStreamIsCountedAndIsTheDifference() {
        Equivalence found = run(
                "late",
                50,
                TweetTrends.tumbling(Duration.ofMinutes(1)).only("hashtag").watermark(Duration.ofSeconds(1)));

        assertThat(found.stream().lateRows()).isPositive();
        assertThat(found.isEmpty()).isFalse();
        assertThat(found.onlyInBatch()).isNotEmpty();
    }

    private void assertEqual(String kind, TweetTrends trends) {
        Equivalence found =
                run("trends", TWEETS / 5, trends.watermark(LATE.plusMinutes(1)).only("hashtag", "language"));

        if (TWEETS > 2_000) {
            System.out.println(kind + "\n  " + found.stream() + "\n  " + found.batch());
        }
        assertThat(found.onlyInStream()).isEmpty();
        assertThat(found.onlyInBatch()).isEmpty();
        assertThat(found.stream().lateRows()).isZero();
        assertThat(found.stream().records())
                .isEqualTo(tweets(TWEETS).size())
                .isEqualTo(found.batch().records());
        assertThat(found.stream().counts()).isGreaterThan(20);
        assertThat(found.stream().stateRows()).isPositive();
        assertThat(found.stream().stateBytes()).isPositive();
        assertThat(found.batch().stateRows()).isZero();
        if (found.until() != null) {
            assertThat(found.until()).isAfter(START.plus(Duration.ofMinutes(30)));
        }
    }

    private Equivalence run(String topic, int batch, TweetTrends trends) {
        return Equivalence.run(
                LocalSpark.session(),
                Map.of(
                        "kafka.bootstrap.servers", broker.bootstrapServers(),
                        "subscribe", topic,
                        "maxOffsetsPerTrigger", Integer.toString(batch)),
                SparkTweets::fromKafka,
                trends);
    }

    /** One each two seconds, over more than an hour. */
    private static List<Tweet> tweets(int count) {
        Random random = new Random(7);
        List<Tweet> tweets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean late = random.nextInt(20) == 0;
            Instant time = START.plusSeconds(2L * i).minusSeconds(late ? random.nextInt((int) LATE.toSeconds()) : 0);
            Tweet tweet = Tweet.builder(Integer.toString(1 + i), "tweet", time)
                    .lang(i % 3 == 0 ? "en" : "de")
                    .hashtags(List.of(Entity.of("tag" + random.nextInt(8))))
                    .build();
            tweets.addAll(Collections.nCopies(random.nextInt(20) == 0 ? 2 : 1, tweet));
        }
        return tweets;
    }
}
