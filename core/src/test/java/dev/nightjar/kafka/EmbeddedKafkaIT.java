/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
    @Test
    void aRestartedBrokerHasWhatItHeldOnTheSamePort() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            TopicProbe topic = TopicProbe.create(KafkaConfig.of(kafka.bootstrapServers()), "t", 2);
            topic.send(List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8)));
            String servers = kafka.bootstrapServers();

            kafka.restart();

            assertThat(kafka.bootstrapServers()).isEqualTo(servers);
            assertThat(topic.keys()).containsExactlyInAnyOrder("0", "1");
        }
    }

    @Test
    void aBrokerOnADirectoryContinuesWhatAnEarlierOneLeft(@TempDir Path directory) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
            TopicProbe.create(KafkaConfig.of(kafka.bootstrapServers()), "t", 1).send(List.of("a".getBytes(UTF_8)));
        }
        assertThat(Files.exists(directory.resolve("logs"))).isTrue();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
            assertThat(new TopicProbe(KafkaConfig.of(kafka.bootstrapServers()), "t").keys())
                    .containsExactly("0");
        }
    }

    /** A thread that is left behind would halt this JVM when it misses its files. */
    @Test
    void aBrokerThatDoesNotStartLeavesNothingBehind(@TempDir Path directory) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            assertThatExceptionOfType(KafkaException.class)
                    .as("beside %s", kafka.bootstrapServers())
                    .isThrownBy(() -> EmbeddedKafka.start(directory))
                    .withMessageContaining("lock");
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("raft") || name.contains("controller"));
        }
    }

    /** Both want Jackson and Scala, and Spark's versions of them are the ones on the class path. */
    @Test
    void aBrokerAndSparkLiveInOneJvm() throws Exception {
        SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .appName("beside Kafka")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Map.of("num.partitions", "3"))) {
            TopicProbe topic = TopicProbe.create(KafkaConfig.of(kafka.bootstrapServers()), "t", -1);
            topic.send(List.of("a".getBytes(UTF_8)));
            assertThat(spark.read()
                            .json(spark.createDataset(List.of("{\"n\":1}"), org.apache.spark.sql.Encoders.STRING()))
                            .first()
                            .getLong(0))
                    .isEqualTo(1);
            assertThat(topic.keys()).containsExactly("0");
            try (KafkaTopics topics = KafkaTopics.open(topic.kafka())) {
                assertThat(topics.describe("t").partitions()).isEqualTo(3);
            }
        } finally {
            spark.stop();
        }
    }
}
