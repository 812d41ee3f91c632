/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.nightjar.ConfigException;
import dev.nightjar.testkit.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaTopicsIT extends WithBroker {
    private KafkaTopics topics;

    @BeforeEach
    void openTopics() {
        topics = KafkaTopics.open(kafka);
    }

    @AfterEach
    void closeTopics() {
        topics.close();
        topics.close();
    }

    @Test
    void ensuringATopicAgainChangesNothing() {
        topics.ensure("ensured", 3, 1, Map.of("retention.ms", "1000"));
        topics.ensure("ensured", 3, 1, Map.of("retention.ms", "1000"));
        topics.ensure("ensured", -1, -1, Map.of());
        assertThat(topics.describe("ensured").partitions()).isEqualTo(3);
        assertThat(topics.list()).contains("ensured").doesNotContain("__consumer_offsets");
    }

    /** Many, because the server makes them one after the other when the topic is visible already. */
    @Test
    void allPartitionsOfANewTopicTakeRecordsAtTheFirstTry() throws Exception {
        int partitions = 200;
        KafkaConfig patient = KafkaConfig.builder(broker.bootstrapServers())
                .property("default.api.timeout.ms", "60000") // a busy machine takes more than ten seconds for them
                .build();
        try (KafkaTopics made = KafkaTopics.open(patient)) {
            made.ensure("new", partitions, 1, Map.of());
        }
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("enable.idempotence", "false");
        properties.put("retries", "0");
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int partition = partitions - 1; partition >= 0; partition--) {
                sent.add(producer.send(new ProducerRecord<>("new", partition, null, "a".getBytes(UTF_8))));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
        assertThat(topics.describe("new").end())
                .hasSize(partitions)
                .allSatisfy((partition, end) -> assertThat(end).isEqualTo(1));
    }

    @Test
    void aTopicThatIsThereWithOtherPropertiesIsNotChanged() {
        topics.ensure("other", 2, 1, Map.of());
        assertThatThrownBy(() -> topics.ensure("other", 4, 1, Map.of("retention.ms", "5", "cleanup.policy", "compact")))
                .isInstanceOf(ConfigException.class)
                .extracting(e -> ((ConfigException) e).faults(), LIST)
                .containsExactly(
                        "The topic 'other' has 2 partitions, not 4",
                        "The topic 'other' has cleanup.policy=delete, not compact",
                        "The topic 'other' has retention.ms=604800000, not 5");
        assertThat(topics.describe("other").partitions()).isEqualTo(2);
    }

    @Test
    void whatTheClusterRefusesIsAConfigurationError() {
        assertThatThrownBy(() -> topics.ensure("no spaces", 1, 1, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Cannot create the topic 'no spaces': ");
        assertThatThrownBy(() -> topics.ensure("copies", 1, 3, Map.of())).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> topics.ensure("configs", 1, 1, Map.of("no.such", "1")))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void deletingATopicAgainDoesNothing() {
        topics.ensure("deleted", 1, 1, Map.of());
        topics.delete("deleted");
        topics.delete("deleted");
        assertThat(topics.list()).doesNotContain("deleted");
        assertThatThrownBy(() -> topics.describe("deleted"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Kafka has no topic 'deleted'; create it first");
        topics.ensure("deleted", 2, 1, Map.of());
        assertThat(topics.describe("deleted").partitions()).isEqualTo(2);
    }

    @Test
    void aDescriptionCountsWhatIsThereAndTheLagWhatAGroupHasNotRead() throws Exception {
        TopicProbe probe = TopicProbe.create(kafka, "counted", 2);
        probe.send(List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8), "c".getBytes(UTF_8), "d".getBytes(UTF_8)));
        assertThat(topics.describe("counted").size()).isEqualTo(4);
        assertThat(topics.describe("counted").replication()).isEqualTo(1);
        assertThat(topics.lag("counted", "g").values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(4);

        TopicPartition one = new TopicPartition("counted", 0);
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "g");
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(one));
            consumer.commitSync(Map.of(one, new OffsetAndMetadata(1)));
        }

        long inOne = topics.describe("counted").end().get(0);
        assertThat(topics.lag("counted", "g")).containsEntry(0, inOne - 1).containsEntry(1, 4 - inOne);
    }

    @Test
    void openingAndClosingLeavesNothingBehind() throws Exception {
        LeakCheck.assertNothingLeaks(Duration.ofSeconds(20), () -> {
            try (KafkaTopics more = KafkaTopics.open(kafka)) {
                more.list();
            }
        });
    }
}
