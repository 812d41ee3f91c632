/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.FatalException;
import dev.nightjar.delivery.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a consumer group, reading one topic. A batch is committed whole before the next is polled, so that
 * nothing is in hand when the group's partitions move. Confined to one thread.
 */
final class TopicReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int MOST_FAILED_COMMITS = 3;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private long expired;
    private int failedCommits;

    private TopicReader(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    static TopicReader open(KafkaConfig kafka, String topic, String group, int batchSize) {
        try {
            KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    kafka.consumer(group, batchSize), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer.subscribe(List.of(topic));
            return new TopicReader(consumer, topic);
        } catch (KafkaException e) {
            throw KafkaErrors.typed("open a Kafka consumer", e);
        }
    }

    /** The next records; none if none come within a moment. */
    ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(POLL);
        } catch (NoOffsetForPartitionException e) {
            consumer.seekToBeginning(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            passGap(e.offsetOutOfRangePartitions());
        } catch (KafkaException e) {
            throw KafkaErrors.typed("read the topic '" + topic + "'", e);
        }
        return ConsumerRecords.empty();
    }

    private void passGap(Map<TopicPartition, Long> positions) {
        try {
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(positions.keySet());
            positions.forEach((partition, position) -> {
                long beginning = beginnings.getOrDefault(partition, 0L);
                LOG.error(
                        "The group stands at offset {} of {}, which is gone: going on at {}",
                        position,
                        partition,
                        beginning);
                expired += Math.max(0, beginning - position);
                consumer.seek(partition, beginning);
            });
        } catch (KafkaException e) {
            throw KafkaErrors.typed("find the beginning of the topic '" + topic + "'", e);
        }
    }

    /** How many records were deleted from the topic before this group read them, since the last call. */
    long takeExpired() {
        long taken = expired;
        expired = 0;
        return taken;
    }

    /**
     * Commits the records of the last poll.
     *
     * @return false if the group has changed meanwhile and they will be delivered again, here or elsewhere
     */
    boolean commit(ConsumerRecords<byte[], byte[]> records, Retry retry) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
            ConsumerRecord<byte[], byte[]> last = read.get(read.size() - 1);
            offsets.put(partition, new OffsetAndMetadata(last.offset() + 1, last.leaderEpoch(), ""));
        }
        try {
            retry.run("commit offsets of the topic '" + topic + "'", () -> commit(offsets));
            failedCommits = 0;
            return true;
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.warn("The group's partitions moved before {} records could be committed", records.count(), e);
            failedCommits++;
            if (failedCommits == MOST_FAILED_COMMITS) {
                throw new FatalException(
                        "The group left this member out " + failedCommits + " times in a row while it worked on a"
                                + " batch; choose a smaller batch size or a longer 'max.poll.interval.ms'",
                        e);
            }
            readAgain(records);
            return false;
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            consumer.commitSync(offsets);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            throw e;
        } catch (KafkaException e) {
            throw KafkaErrors.typed("commit offsets of the topic '" + topic + "'", e);
        }
    }

    /** Rewinds the partitions that stay here; the new owners of the others begin at the committed offsets. */
    private void readAgain(ConsumerRecords<byte[], byte[]> records) {
        Set<TopicPartition> assigned = consumer.assignment();
        for (TopicPartition partition : records.partitions()) {
            if (assigned.contains(partition)) {
                consumer.seek(partition, records.records(partition).get(0).offset());
            }
        }
    }

    /** How many records are behind those of the last poll in the partitions of this member; empty if not known yet. */
    OptionalLong lag() {
        long sum = 0;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += lag.getAsLong();
        }
        return consumer.assignment().isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
    }

    /** Leaves the group. */
    @Override
    @SuppressWarnings("deprecation") // its successor is missing in the 3.9 client that Spark brings
    public void close() {
        try {
            SingleRun.closeUndisturbed(() -> consumer.close(CLOSE_LIMIT));
        } catch (KafkaException e) {
            throw KafkaErrors.typed("leave the group", e);
        }
    }
}
