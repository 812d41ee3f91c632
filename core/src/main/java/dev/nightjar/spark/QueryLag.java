/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.NightjarException;
import dev.nightjar.json.JsonObject;
import dev.nightjar.kafka.KafkaTopics;
import java.io.Serializable;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQueryListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a streaming query is in its Kafka topics, after each finished micro-batch: the offset it goes on with and how
 * many records wait, by partition. Spark keeps its offsets in the checkpoint alone; {@link #committing} also commits
 * them to a consumer group, so that {@code nightjar topics describe --group} and every monitor of Kafka sees the query
 * as it sees a consumer.
 *
 * <pre>{@code
 * QueryLag lag = QueryLag.committing("tweets-to-influx", topics, "tweets-to-influx");
 * spark.streams().addListener(lag);
 * }</pre>
 *
 * <p>The group only shows: a restarted query goes on where its checkpoint is. A commit that fails is logged, and made up
 * for by the next.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class QueryLag extends StreamingQueryListener {
    private static final Logger LOG = LoggerFactory.getLogger(QueryLag.class);
    private static final long serialVersionUID = 1L;

    private final String query;
    private final transient @Nullable KafkaTopics topics;
    private final String group;
    private transient volatile SortedMap<String, SortedMap<Integer, Offsets>> offsets = new TreeMap<>();

    private QueryLag(String query, @Nullable KafkaTopics topics, String group) {
        this.query = Objects.requireNonNull(query, "query");
        this.topics = topics;
        this.group = Objects.requireNonNull(group, "group");
    }

    /** Follows the query of a name. */
    public static QueryLag of(String query) {
        return new QueryLag(query, null, "");
    }

    /**
     * Follows the query of a name and commits where it is.
     *
     * @param topics the cluster; to be closed after the query has ended
     * @param group a consumer group of the query's own, without any member
     */
    public static QueryLag committing(String query, KafkaTopics topics, String group) {
        return new QueryLag(query, Objects.requireNonNull(topics, "topics"), group);
    }

    /** Where the query is, by topic and partition; empty until its first micro-batch has finished. */
    public SortedMap<String, SortedMap<Integer, Offsets>> offsets() {
        return offsets;
    }

    /** How many records wait, over all partitions. */
    public long lag() {
        return offsets.values().stream()
                .flatMap(partitions -> partitions.values().stream())
                .mapToLong(Offsets::lag)
                .sum();
    }

    @Override
    public void onQueryProgress(QueryProgressEvent event) {
        if (!query.equals(event.progress().name())) {
            return;
        }
        SortedMap<String, SortedMap<Integer, Offsets>> now = new TreeMap<>();
        for (SourceProgress source : event.progress().sources()) {
            if (source.description().startsWith("Kafka") && source.endOffset() != null) {
                read(source, now);
            }
        }
        boolean moved = !now.equals(offsets);
        offsets = Collections.unmodifiableSortedMap(now);
        if (moved && topics != null) {
            now.forEach(this::commit);
        }
    }

    private static void read(SourceProgress source, SortedMap<String, SortedMap<Integer, Offsets>> into) {
        JsonObject next = JsonObject.read(source.endOffset().getBytes(UTF_8));
        // Null in an old Spark, and before a source has looked.
        JsonObject end = source.latestOffset() == null
                ? next
                : JsonObject.read(source.latestOffset().getBytes(UTF_8));
        for (String topic : next.keys()) {
            JsonObject partitions = Objects.requireNonNull(next.object(topic));
            JsonObject ends = end.object(topic);
            for (String partition : partitions.keys()) {
                long offset = Objects.requireNonNull(partitions.integer(partition));
                Long last = ends == null ? null : ends.integer(partition);
                into.computeIfAbsent(topic, key -> new TreeMap<>())
                        .put(
                                Integer.valueOf(partition),
                                new Offsets(offset, Math.max(offset, last == null ? offset : last)));
            }
        }
    }

    private void commit(String topic, SortedMap<Integer, Offsets> partitions) {
        SortedMap<Integer, Long> next = new TreeMap<>();
        partitions.forEach((partition, offset) -> next.put(partition, offset.next()));
        try {
            Objects.requireNonNull(topics).commit(topic, group, next);
        } catch (NightjarException e) {
            LOG.warn("The query {} goes on, but the group {} does not show it", query, group, e);
        }
    }

    @Override
    public void onQueryStarted(QueryStartedEvent event) {}

    @Override
    public void onQueryTerminated(QueryTerminatedEvent event) {}

    /**
     * Where a query is in a partition.
     *
     * <p>Immutable.
     *
     * @param next the offset of the record that it goes on with
     * @param end the offset after the newest record when its last micro-batch was planned
     * @since 0.1.0
     */
    public record Offsets(long next, long end) implements Serializable {
        /** How many records wait. */
        public long lag() {
            return end - next;
        }
    }
}
