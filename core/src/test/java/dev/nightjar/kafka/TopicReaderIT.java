/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.delivery.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TopicReaderIT extends WithBroker {
    private static final Retry RETRY = Retry.upTo(Duration.ofSeconds(5));

    @Test
    void allOfATopicIsReadInTheOrderOfEachPartition() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, "all", 3);
        TopicReader.readAll(kafka, "all", record -> {
            throw new AssertionError("of an empty topic");
        });
        topic.send(values(1_234));
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        TopicReader.readAll(kafka, "all", read::add);
        assertThat(read).hasSize(1_234);
        for (int partition = 0; partition < 3; partition++) {
            int of = partition;
            assertThat(read.stream().filter(record -> record.partition() == of).map(ConsumerRecord::offset))
                    .isSorted();
        }
    }

    @Test
    void noMoreThanAskedForComeAndNoneIsPassedOver() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, "most", 2);
        topic.send(values(100));
        List<String> read = new ArrayList<>();
        try (TopicReader reader = TopicReader.fromBeginning(kafka, "most")) {
            while (read.size() < 100) {
                List<ConsumerRecord<byte[], byte[]>> records = reader.poll(7);
                assertThat(records).hasSizeLessThanOrEqualTo(7);
                records.forEach(record -> read.add(new String(record.key(), UTF_8)));
                assertThat(reader.commit(records, RETRY)).as("without a group").isTrue();
            }
        }
        assertThat(read).doesNotHaveDuplicates().hasSize(100);
    }

    @Test
    void fromTheEndOnlyWhatIsNewComes() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, "new", 1);
        topic.send(values(5));
        try (TopicReader reader = TopicReader.fromEnd(kafka, "new")) {
            topic.send(List.of("new".getBytes(UTF_8)));
            List<ConsumerRecord<byte[], byte[]>> records = List.of();
            while (records.isEmpty()) {
                records = reader.poll(Long.MAX_VALUE);
            }
            assertThat(records).extracting(ConsumerRecord::offset).containsExactly(5L);
        }
    }

    @Test
    void aGroupGoesOnAfterWhatItCommitted() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, "group", 1);
        topic.send(values(10));
        assertThat(offsets(4, true)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(offsets(2, false)).containsExactly(4L, 5L);
        assertThat(offsets(6, true)).containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(topic.lag("readers")).isZero();
    }

    @Test
    void whatCannotBeReachedIsSaidWithItsAddress() {
        assertThatThrownBy(() -> TopicReader.fromEnd(kafka, "missing")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> KafkaTopics.open(KafkaConfig.of("no-such-host.invalid:9092")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no-such-host.invalid:9092");
    }

    private static List<Long> offsets(int most, boolean commit) {
        try (TopicReader reader = TopicReader.ofGroup(kafka, "group", "readers")) {
            List<ConsumerRecord<byte[], byte[]>> records = List.of();
            while (records.isEmpty()) {
                records = reader.poll(most);
            }
            if (commit) {
                reader.commit(records, RETRY);
            }
            return records.stream().map(ConsumerRecord::offset).toList();
        }
    }

    private static List<byte[]> values(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> ("value " + number).getBytes(UTF_8))
                .toList();
    }
}
