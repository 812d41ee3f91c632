/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.replay.ReplayConfig;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README's pieces of code, run. */
@Timeout(300)
class SnippetsIT {
    private static final int TWEETS = 60;

    @Test
    void aModelAnswersInJava() {
        try (Classifier emotion = OnnxModels.emotion().open()) {
            for (Classification answer : emotion.classifyAll(List.of("What a game!", "I miss you", ""))) {
                System.out.println(answer.top().map(ScoredLabel::label).orElse("no label"));
            }
        }
        assertThat(OnnxModels.emotion().shared().classify("").top()).isEmpty();
        assertThat(OnnxModels.emotion()
                        .shared()
                        .classify("I am so happy today!")
                        .top())
                .hasValueSatisfying(top -> assertThat(top.label()).isEqualTo("joy"));
    }

    @Test
    void aTopicIsAskedInSql() throws Exception {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            publish(servers);
            sql(spark, servers);
        } finally {
            spark.stop();
        }
    }

    private static void sql(SparkSession spark, String servers) {
        SparkTweets.fromKafka(spark.read()
                        .format("kafka")
                        .option("kafka.bootstrap.servers", servers)
                        .option("subscribe", "tweets")
                        .load())
                .createOrReplaceTempView("tweets");
        SparkTweets.registerUdf(spark, "emotion", OnnxModels.emotion());
        Dataset<Row> labels = spark.sql("""
                SELECT e.label, count(*) AS tweets
                FROM (SELECT emotion(text) AS e FROM tweets)
                WHERE e.rejected IS NULL
                GROUP BY e.label ORDER BY tweets DESC
                """);
        assertThat(labels.collectAsList().stream()
                        .mapToLong(row -> row.getLong(1))
                        .sum())
                .isBetween(1L, (long) TWEETS);
    }

    private static void publish(String servers) {
        KafkaConfig kafka = KafkaConfig.of(servers);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("tweets", 2, 1, Map.of());
        }
        try (TweetPublisher publisher = TweetPublisher.builder(
                        ReplayConfig.synthetic().count(TWEETS).build(), kafka, "tweets")
                .build()) {
            publisher.run();
        }
    }
}
