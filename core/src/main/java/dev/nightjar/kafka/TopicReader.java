/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.Retry;
import dev.nightjar.io.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one topic, for what {@link KafkaPipeline} does not do: as one member of a consumer group, or without a group. A
 * batch is committed whole before the next is polled, so that nothing is in hand when the group's partitions move.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class TopicReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int MOST_FAILED_COMMITS = 3;
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(15);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final boolean member;
    /** When the cluster last showed that it is there. */
    private long heard = System.nanoTime();

    private long expired;
    private int failedCommits;

    TopicReader(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, String topic, boolean member) {
        this.consumer = consumer;
        this.topic = topic;
        this.member = member;
    }

    /**
     * Reads as a member of a group, from where the group has ended; a new group begins with the oldest record.
     *
     * @param topic the topic, which must be there
     */
    public static TopicReader ofGroup(KafkaConfig kafka, String topic, String group) {
        describe(kafka, topic);
        return open(kafka, topic, group, DeliveryBuilder.DEFAULT_BATCH_SIZE);
    }

    /**
     * Reads without a group, from the oldest record on, the partitions that there are now.
     *
     * @throws ConfigException if there is no such topic, or the cluster refuses the credentials
     * @throws RetriableException if the cluster does not answer
     */
    public static TopicReader fromBeginning(KafkaConfig kafka, String topic) {
        KafkaTopics.Description found = describe(kafka, topic);
        return open(kafka, topic, found.beginning());
    }

    /**
     * Reads without a group what comes from now on, in the partitions that there are now.
     *
     * @throws ConfigException if there is no such topic, or the cluster refuses the credentials
     * @throws RetriableException if the cluster does not answer
     */
    public static TopicReader fromEnd(KafkaConfig kafka, String topic) {
        KafkaTopics.Description found = describe(kafka, topic);
        return open(kafka, topic, found.end());
    }

    /**
     * Reads without a group all that a topic holds now, in the order of each partition; what comes meanwhile may be read too.
     *
     * @throws ConfigException if there is no such topic, or the cluster refuses the credentials
     * @throws RetriableException if the cluster does not answer
     */
    public static void readAll(KafkaConfig kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        KafkaTopics.Description found = describe(kafka, topic);
        try (TopicReader reader = open(kafka, topic, found.beginning())) {
            long deadline = System.nanoTime() + SILENCE_LIMIT.toNanos();
            while (reader.isBefore(found.end())) {
                List<ConsumerRecord<byte[], byte[]>> read = reader.poll(Long.MAX_VALUE);
                if (!read.isEmpty()) {
                    read.forEach(records);
                    deadline = System.nanoTime() + SILENCE_LIMIT.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new RetriableException("Kafka does not give the rest of the topic '" + topic + "'", null);
                }
            }
        }
    }

    static TopicReader open(KafkaConfig kafka, String topic, String group, int batchSize) {
        KafkaConsumer<byte[], byte[]> consumer = consumer(kafka.consumer(group, batchSize));
        consumer.subscribe(List.of(topic));
        return new TopicReader(consumer, topic, true);
    }

    private static TopicReader open(KafkaConfig kafka, String topic, Map<Integer, Long> offsets) {
        Map<String, Object> properties = kafka.consumer("", DeliveryBuilder.DEFAULT_BATCH_SIZE);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        KafkaConsumer<byte[], byte[]> consumer = consumer(properties);
        Map<TopicPartition, Long> begin = new HashMap<>();
        offsets.forEach((partition, offset) -> begin.put(new TopicPartition(topic, partition), offset));
        consumer.assign(begin.keySet());
        begin.forEach(consumer::seek);
        return new TopicReader(consumer, topic, false);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        try {
            return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaErrors.typed("open a Kafka consumer", e);
        }
    }

    private static KafkaTopics.Description describe(KafkaConfig kafka, String topic) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            return topics.describe(topic);
        }
    }

    private boolean isBefore(Map<Integer, Long> ends) {
        try {
            return ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(new TopicPartition(topic, end.getKey())) < end.getValue());
        } catch (KafkaException e) {
            throw KafkaErrors.typed("read the topic '" + topic + "'", e);
        }
    }

    /**
     * The next records; none if none come within a moment. Kafka's consumer does not tell an idle topic from a cluster
     * that is out of reach; when nothing has come for 15 seconds, the cluster is asked whether it is there.
     *
     * @param most how many at most; what exceeds it comes with the next call
     * @throws ConfigException if the cluster refuses the credentials
     * @throws RetriableException if it fails otherwise, or the thread is interrupted
     */
    public List<ConsumerRecord<byte[], byte[]>> poll(long most) {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > SILENCE_LIMIT.toNanos()) {
                requireAnswer();
                heard = System.nanoTime();
            }
            return first(records, most);
        } catch (NoOffsetForPartitionException e) {
            consumer.seekToBeginning(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            passGap(e.offsetOutOfRangePartitions());
        } catch (KafkaException e) {
            throw KafkaErrors.typed("read the topic '" + topic + "'", e);
        }
        return List.of();
    }

    private void requireAnswer() {
        Set<TopicPartition> own = consumer.assignment();
        try {
            consumer.endOffsets(own.isEmpty() ? Set.of(new TopicPartition(topic, 0)) : own, ANSWER_LIMIT);
        } catch (TimeoutException e) {
            throw new Server("Kafka").silent(e);
        }
    }

    /** So many of the records; the reader goes back to the first of the others in each partition. */
    private List<ConsumerRecord<byte[], byte[]>> first(ConsumerRecords<byte[], byte[]> records, long most) {
        List<ConsumerRecord<byte[], byte[]>> first = new ArrayList<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
            int size = (int) Math.min(most - first.size(), read.size());
            first.addAll(read.subList(0, size));
            if (size < read.size()) {
                consumer.seek(partition, read.get(size).offset());
            }
        }
        return first;
    }

    private void passGap(Map<TopicPartition, Long> positions) {
        try {
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(positions.keySet());
            positions.forEach((partition, position) -> {
                long beginning = beginnings.getOrDefault(partition, 0L);
                LOG.error(
                        "The reader stands at offset {} of {}, which is gone: going on at {}",
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
     * Commits the records of the last poll, so that the group goes on after them. Does nothing without a group.
     *
     * @return false if the group has changed meanwhile and they will be delivered again, here or elsewhere
     * @throws FatalException if the group keeps leaving this member out
     */
    public boolean commit(List<ConsumerRecord<byte[], byte[]>> records, Retry retry) {
        if (!member || records.isEmpty()) {
            return true;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            offsets.put(partition(record), new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
        }
        try {
            retry.run("commit offsets of the topic '" + topic + "'", () -> commit(offsets));
            failedCommits = 0;
            return true;
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.warn("The group's partitions moved before {} records could be committed", records.size(), e);
            failedCommits++;
            if (failedCommits == MOST_FAILED_COMMITS) {
                throw new FatalException(
                        "The group left this member out " + failedCommits + " times in a row while it worked on a"
                                + " batch; choose a smaller batch size or a longer 'max.poll.interval.ms'",
                        e);
            }
            goBack(offsets.keySet(), records);
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

    /** Goes back, but not to before what is committed after all, by a commit whose answer was lost or by another member. */
    private void goBack(Set<TopicPartition> partitions, List<ConsumerRecord<byte[], byte[]>> records) {
        readAgain(records);
        try {
            consumer.committed(partitions).forEach((partition, committed) -> {
                if (committed != null
                        && consumer.assignment().contains(partition)
                        && consumer.position(partition) < committed.offset()) {
                    consumer.seek(partition, committed.offset());
                }
            });
        } catch (KafkaException e) {
            throw KafkaErrors.typed("ask for the committed offsets of the topic '" + topic + "'", e);
        }
    }

    /** Rewinds the partitions that stay here; the new owners of the others begin at the committed offsets. */
    void readAgain(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> first = new HashMap<>();
        records.forEach(record -> first.putIfAbsent(partition(record), record.offset()));
        first.keySet().retainAll(consumer.assignment());
        first.forEach(consumer::seek);
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /**
     * How many records are behind those of the last poll in the partitions of this member; empty if not known yet.
     *
     * @param inHand how many of the last poll are to be counted, too
     */
    OptionalLong lag(long inHand) {
        long sum = inHand;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isEmpty()) {
                return OptionalLong.empty();
            }
            sum += lag.getAsLong();
        }
        return consumer.assignment().isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
    }

    /** Leaves the group, if there is one, and ends the connection. */
    @Override
    @SuppressWarnings("deprecation") // its successor is missing in the 3.9 client that Spark brings
    public void close() {
        try {
            SingleRun.closeUndisturbed(() -> consumer.close(CLOSE_LIMIT));
        } catch (KafkaException e) {
            throw KafkaErrors.typed("end reading the topic '" + topic + "'", e);
        }
    }
}
