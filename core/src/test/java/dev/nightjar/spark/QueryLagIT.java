/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.RetriableException;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.kafka.TopicSinkConfig;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A query from one topic to another, and where it is as Kafka's own tools see it. */
class QueryLagIT {
    private static EmbeddedKafka broker;
    private static KafkaConfig kafka;

    @TempDir
    private Path checkpoint;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start();
        kafka = KafkaConfig.of(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void theGroupOfAQueryShowsWhereItIsAndHowMuchWaits() throws Exception {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("raw", 2, 1, Map.of());
            topics.ensure("clean", 2, 1, Map.of());
            publish(60);
            QueryLag lag = QueryLag.committing("clean", topics, "spark-clean");
            assertThat(lag.offsets()).isEmpty();
            LocalSpark.session().streams().addListener(lag);
            CountDownLatch second = new CountDownLatch(1);
            StreamingQuery query = query(second);
            try {
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    assertThat(lag.lag()).as("after the first of three batches").isBetween(30L, 40L);
                    assertThat(sum(topics.lag("raw", "spark-clean"))).isEqualTo(lag.lag());
                });
                second.countDown();
                query.processAllAvailable();
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    assertThat(lag.offsets()).isEqualTo(Map.of("raw", positions(topics)));
                    assertThat(lag.lag()).isZero();
                    assertThat(topics.lag("raw", "spark-clean")).isEqualTo(Map.of(0, 0L, 1, 0L));
                });
            } finally {
                query.stop();
                LocalSpark.session().streams().removeListener(lag);
            }
            publish(75);
            assertThat(sum(topics.lag("raw", "spark-clean")))
                    .as("what the stopped query has not read")
                    .isEqualTo(75);
        }
        Set<String> ids = new HashSet<>();
        TopicReader.readAll(kafka, "clean", record -> ids.add(new String(record.key(), UTF_8)));
        assertThat(ids).hasSize(60);
    }

    @Test
    void aGroupThatHasMembersIsTheirs() throws Exception {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("behind", 1, 1, Map.of());
            topics.commit("behind", "spark", Map.of(0, 0L));
            try (TopicReader member = TopicReader.ofGroup(kafka, "behind", "spark")) {
                member.poll(1);
                assertThatThrownBy(() -> topics.commit("behind", "spark", Map.of(0, 0L)))
                        .isInstanceOf(RetriableException.class)
                        .hasMessageContaining("commit offsets of the group 'spark'");
            }
        }
    }

    private static Map<Integer, QueryLag.Offsets> positions(KafkaTopics topics) {
        Map<Integer, QueryLag.Offsets> positions = new TreeMap<>();
        topics.describe("raw")
                .end()
                .forEach((partition, end) -> positions.put(partition, new QueryLag.Offsets(end, end)));
        return positions;
    }

    private static void publish(int count) {
        TweetPublisher.builder(
                        new InMemorySource.Factory(Tweets.tweets(count), 20, InMemorySource.End.EXHAUSTED),
                        kafka,
                        "raw")
                .build()
                .run();
    }

    private static long sum(Map<Integer, Long> lag) {
        return lag.values().stream().mapToLong(Long::longValue).sum();
    }

    /** A query whose second micro-batch waits. */
    private StreamingQuery query(CountDownLatch second) throws Exception {
        Dataset<Row> tweets = SparkTweets.fromKafka(LocalSpark.session()
                .readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", kafka.bootstrapServers())
                .option("subscribe", "raw")
                .option("startingOffsets", "earliest")
                .option("maxOffsetsPerTrigger", "25")
                .load());
        BatchWriter writer = BatchWriter.tweets()
                .sink("clean", TopicSinkConfig.of(kafka, "clean"))
                .build();
        return SparkTweets.classify(tweets, "emotion", KeywordClassifier.emotion())
                .writeStream()
                .queryName("clean")
                .foreachBatch((batch, id) -> {
                    if (id == 1) {
                        second.await();
                    }
                    writer.call(batch, id);
                })
                .option("checkpointLocation", checkpoint.toString())
                .start();
    }
}
