/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.io.Server;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The topics of a Kafka cluster: made when missing, listed, described, deleted. Every call ends with a typed error
 * within about 15 seconds when the cluster does not answer.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class KafkaTopics implements AutoCloseable {
    private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Admin admin;

    private KafkaTopics(Admin admin) {
        this.admin = admin;
    }

    /**
     * Connects to a cluster.
     *
     * @throws RetriableException if it does not answer
     * @throws ConfigException if it refuses the credentials, or the configuration is not usable
     */
    public static KafkaTopics open(KafkaConfig kafka) {
        String reach = "reach Kafka at " + kafka.bootstrapServers();
        Admin admin;
        try {
            admin = Admin.create(kafka.admin());
        } catch (KafkaException e) {
            throw KafkaErrors.typed(reach, e);
        }
        KafkaTopics topics = new KafkaTopics(admin);
        try {
            get(reach, admin.describeCluster().nodes());
        } catch (RetriableException e) {
            topics.close();
            throw e.getCause() instanceof TimeoutException ? silent(kafka, e.getCause()) : e;
        } catch (RuntimeException e) {
            topics.close();
            throw e;
        }
        return topics;
    }

    /** Says why, which the client does not. */
    private static RetriableException silent(KafkaConfig kafka, Throwable cause) {
        new Server("Kafka").requireListening(kafka.addresses());
        return new RetriableException(
                "Could not reach Kafka at " + kafka.bootstrapServers()
                        + ": something listens there, but has not answered in time as a broker does; look whether it is"
                        + " a broker's port, and which 'security.protocol' it wants",
                cause);
    }

    /**
     * Makes a topic unless it is there already; returns when each of its partitions takes records.
     *
     * @param topic its name
     * @param partitions how many partitions; -1 leaves it to the cluster
     * @param replication how many copies of each; -1 leaves it to the cluster
     * @param configs topic properties such as {@code retention.ms}; those not named are left to the cluster
     * @throws ConfigException if it is there with other partitions, copies or properties, which this call never
     *     changes, or if the cluster refuses it
     * @throws RetriableException if the cluster does not answer
     */
    public void ensure(String topic, int partitions, int replication, Map<String, String> configs) {
        NewTopic wanted =
                new NewTopic(topic, ifSet(partitions), ifSet(replication).map(Integer::shortValue)).configs(configs);
        boolean existed = false;
        try {
            getOrThrow(
                    "create the topic '" + topic + "'",
                    admin.createTopics(List.of(wanted)).all());
        } catch (TopicExistsException e) {
            existed = true;
        }
        await("The new topic '" + topic + "' is not visible yet", () -> exists(topic));
        if (existed) {
            checkEqual(topic, partitions, replication, configs);
        } else {
            // It is visible before its partitions take records. A server that refuses a producer's first batch in this
            // state and takes its second one refuses the first forever.
            offsets(require(topic), OffsetSpec.latest());
        }
    }

    /** The names of the topics, without Kafka's own. */
    public SortedSet<String> list() {
        return new TreeSet<>(get("list the topics", admin.listTopics().names()));
    }

    /**
     * Deletes a topic and all that is in it; a topic that is not there is deleted already.
     *
     * @throws ConfigException if the cluster refuses
     * @throws RetriableException if the cluster does not answer
     */
    public void delete(String topic) {
        try {
            getOrThrow(
                    "delete the topic '" + topic + "'",
                    admin.deleteTopics(List.of(topic)).all());
        } catch (UnknownTopicOrPartitionException e) {
            return;
        }
        await("The deleted topic '" + topic + "' is still visible", () -> !exists(topic));
    }

    /**
     * What is in a topic.
     *
     * @throws ConfigException if there is no such topic
     * @throws RetriableException if the cluster does not answer
     */
    public Description describe(String topic) {
        TopicDescription found = require(topic);
        return new Description(
                topic,
                found.partitions().get(0).replicas().size(),
                offsets(found, OffsetSpec.earliest()),
                offsets(found, OffsetSpec.latest()));
    }

    /**
     * How many records of a topic a consumer group has not committed yet, by partition. Where the group has committed
     * nothing, all that the partition holds.
     *
     * @throws ConfigException if there is no such topic
     * @throws RetriableException if the cluster does not answer
     */
    public SortedMap<Integer, Long> lag(String topic, String group) {
        Description description = describe(topic);
        Map<TopicPartition, OffsetAndMetadata> committed = get(
                "read the offsets of the group '" + group + "'",
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        SortedMap<Integer, Long> lag = new TreeMap<>();
        description.end().forEach((partition, end) -> {
            OffsetAndMetadata position = committed.get(new TopicPartition(topic, partition));
            long begin = description.beginning().getOrDefault(partition, 0L);
            lag.put(partition, end - (position == null ? begin : Math.max(begin, position.offset())));
        });
        return lag;
    }

    /**
     * Commits where a consumer group is, for what reads a topic without being a member of it.
     *
     * @param offsets by partition, the offset of the record that is read next
     * @throws RetriableException if the cluster does not answer, or the group has members, who commit themselves
     * @throws ConfigException if the cluster refuses
     */
    public void commit(String topic, String group, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        offsets.forEach((partition, offset) ->
                positions.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        get(
                "commit offsets of the group '" + group + "'",
                admin.alterConsumerGroupOffsets(group, positions).all());
    }

    /** Frees the connection; closing again does nothing. */
    @Override
    public void close() {
        SingleRun.closeUndisturbed(() -> admin.close(CLOSE_LIMIT));
    }

    boolean exists(String topic) {
        return find(topic) != null;
    }

    /** The topic; a configuration error if it is missing. */
    TopicDescription require(String topic) {
        TopicDescription found = find(topic);
        if (found == null) {
            throw new ConfigException("Kafka has no topic '" + topic + "'; create it first");
        }
        return found;
    }

    /** Looks repeatedly, because a change that one server has accepted may be unknown to another for a moment. */
    private static void await(String otherwise, BooleanSupplier condition) {
        long deadline = System.nanoTime() + VISIBLE_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new RetriableException(otherwise, null);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private @Nullable TopicDescription find(String topic) {
        try {
            return getOrThrow(
                            "describe the topic '" + topic + "'",
                            admin.describeTopics(List.of(topic)).allTopicNames())
                    .get(topic);
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        }
    }

    private SortedMap<Integer, Long> offsets(TopicDescription topic, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        topic.partitions().forEach(info -> asked.put(new TopicPartition(topic.name(), info.partition()), which));
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        get(
                        "read the offsets of the topic '" + topic.name() + "'",
                        admin.listOffsets(asked).all())
                .forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        return offsets;
    }

    private void checkEqual(String topic, int partitions, int replication, Map<String, String> configs) {
        TopicDescription found = require(topic);
        List<String> faults = new ArrayList<>();
        differ(faults, topic, "partitions", partitions, found.partitions().size());
        differ(
                faults,
                topic,
                "replicas",
                replication,
                found.partitions().get(0).replicas().size());
        if (!configs.isEmpty()) {
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            Config actual = get(
                            "read the properties of the topic '" + topic + "'",
                            admin.describeConfigs(List.of(resource)).all())
                    .get(resource);
            new TreeMap<>(configs).forEach((name, value) -> {
                ConfigEntry entry = actual == null ? null : actual.get(name);
                String is = entry == null ? null : entry.value();
                if (!value.equals(is)) {
                    faults.add("The topic '" + topic + "' has " + name + "=" + is + ", not " + value);
                }
            });
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
    }

    private static void differ(List<String> faults, String topic, String what, int wanted, int actual) {
        if (wanted != -1 && wanted != actual) {
            faults.add("The topic '" + topic + "' has " + actual + " " + what + ", not " + wanted);
        }
    }

    private static Optional<Integer> ifSet(int number) {
        return number == -1 ? Optional.empty() : Optional.of(number);
    }

    private static <T> T get(String what, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException | InterruptedException e) {
            throw KafkaErrors.typed(what, e);
        }
    }

    /** As {@link #get}, but an answer that is about the topic's existence comes as Kafka's own exception. */
    private static <T> T getOrThrow(String what, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException | InterruptedException e) {
            if (e.getCause() instanceof TopicExistsException exists) {
                throw exists;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            throw KafkaErrors.typed(what, e);
        }
    }

    /**
     * What is in a topic.
     *
     * <p>Immutable.
     *
     * @param topic its name
     * @param replication how many copies of each partition there are
     * @param beginning the offset of the oldest record that is still there, by partition
     * @param end the offset after the newest record, by partition
     * @since 0.1.0
     */
    public record Description(
            String topic, int replication, SortedMap<Integer, Long> beginning, SortedMap<Integer, Long> end)
            implements Serializable {
        /** Copies the maps. */
        public Description {
            beginning = Collections.unmodifiableSortedMap(new TreeMap<>(beginning));
            end = Collections.unmodifiableSortedMap(new TreeMap<>(end));
        }

        /** How many partitions there are. */
        public int partitions() {
            return end.size();
        }

        /** How many offsets the topic spans, over all partitions; a compacted topic holds fewer records. */
        public long size() {
            return sum(end) - sum(beginning);
        }

        private static long sum(Map<Integer, Long> offsets) {
            return offsets.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
