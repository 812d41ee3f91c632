/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import dev.nightjar.FatalException;
import dev.nightjar.WindowedCount;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * A definition of {@link TweetTrends}, run as a stream and as a batch over the same records of a topic, and how the two
 * differ: not at all, unless tweets came later than the watermark allows.
 *
 * @param stream what the stream took
 * @param batch what the batch took
 * @param onlyInStream the counts of the stream that the batch has not, or not with that number
 * @param onlyInBatch the counts of the batch that the stream has not, or not with that number
 * @param until the counts of windows that end later are not compared, since the stream has not given them yet; null if
 *     all are
 * @since 0.1.0
 */
public record Equivalence(
        Run stream,
        Run batch,
        Set<WindowedCount> onlyInStream,
        Set<WindowedCount> onlyInBatch,
        @Nullable Instant until) {
    /** Copies the sets. */
    public Equivalence {
        onlyInStream = Set.copyOf(onlyInStream);
        onlyInBatch = Set.copyOf(onlyInBatch);
    }

    /**
     * What a run took.
     *
     * @param time from its start to its last count
     * @param cpu of the whole process in that time
     * @param peakHeap at most so many bytes of the heap were in use
     * @param records that it read
     * @param counts that it gave, each once
     * @param lateRows that the watermark kept out
     * @param stateRows at most so many rows were kept between two micro-batches
     * @param stateBytes at most so many bytes of memory held them
     * @since 0.1.0
     */
    public record Run(
            Duration time,
            Duration cpu,
            long peakHeap,
            long records,
            long counts,
            long lateRows,
            long stateRows,
            long stateBytes) {}

    /** Whether stream and batch agree in all that was compared. */
    public boolean isEmpty() {
        return onlyInStream.isEmpty() && onlyInBatch.isEmpty();
    }

    /**
     * Runs both, up to the records that the topic has now. The stream's checkpoint is a temporary folder, or one in that of the
     * session's option {@code spark.sql.streaming.checkpointLocation}, which a cluster of several machines needs.
     *
     * @param topic the options of Spark's Kafka source: {@code kafka.bootstrap.servers}, {@code subscribe};
     *     {@code maxOffsetsPerTrigger} cuts the stream into micro-batches
     * @param flow makes tweets of the source's frame: {@link SparkTweets#fromKafka}, and classifies them if labels are
     *     counted
     * @throws FatalException if the stream fails
     */
    public static Equivalence run(
            SparkSession spark, Map<String, String> topic, UnaryOperator<Dataset<Row>> flow, TweetTrends trends) {
        Dataset<Row> records = spark.read().format("kafka").options(topic).load();
        List<Row> ends = records.groupBy("topic", "partition")
                .agg(max("offset"), count(lit(1)))
                .collectAsList();
        String bound = bound(ends);
        long read = ends.stream().mapToLong(end -> end.getLong(3)).sum();

        Meter batchMeter = new Meter();
        List<WindowedCount> batch = TweetTrends.collect(trends.counts(flow.apply(records.where(bound))));
        Run batchRun = batchMeter.run(read, batch.size(), new StreamingQueryProgress[0]);

        Meter streamMeter = new Meter();
        Map<WindowedCount, WindowedCount> stream = new ConcurrentHashMap<>();
        Dataset<Row> arriving = spark.readStream()
                .format("kafka")
                .options(topic)
                .option("startingOffsets", "earliest")
                .load();
        StreamingQueryProgress[] progress = stream(trends, flow.apply(arriving.where(bound)), stream);
        Run streamRun = streamMeter.run(read, stream.size(), progress);

        Instant until = trends.isFinal() ? watermark(progress) : null;
        Set<WindowedCount> onlyInStream = until(until, stream.values());
        Set<WindowedCount> onlyInBatch = until(until, batch);
        Set<WindowedCount> both = new HashSet<>(onlyInStream);
        both.retainAll(onlyInBatch);
        onlyInStream.removeAll(both);
        onlyInBatch.removeAll(both);
        return new Equivalence(streamRun, batchRun, onlyInStream, onlyInBatch, until);
    }

    private static String bound(List<Row> ends) {
        List<String> parts = new ArrayList<>(List.of("false"));
        for (Row end : ends) {
            parts.add("(topic = '" + end.getString(0) + "' AND partition = " + end.getInt(1) + " AND offset <= "
                    + end.getLong(2) + ")");
        }
        return String.join(" OR ", parts);
    }

    private static StreamingQueryProgress[] stream(
            TweetTrends trends, Dataset<Row> tweets, Map<WindowedCount, WindowedCount> latest) {
        try {
            StreamingQuery query = trends.counts(tweets)
                    .writeStream()
                    .outputMode(trends.outputMode())
                    .trigger(Trigger.AvailableNow())
                    .foreachBatch(new Latest(latest))
                    .start();
            query.awaitTermination();
            return query.recentProgress();
        } catch (StreamingQueryException | TimeoutException e) {
            throw new FatalException("The stream of the comparison failed: " + e.getMessage(), e);
        }
    }

    private static WindowedCount identity(WindowedCount count) {
        return new WindowedCount(count.metric(), count.key(), count.windowStart(), count.windowEnd(), 0);
    }

    /** What the last micro-batch took for final. */
    private static Instant watermark(StreamingQueryProgress[] progress) {
        return Arrays.stream(progress)
                .map(batch -> batch.eventTime().get("watermark"))
                .filter(time -> time != null)
                .map(Instant::parse)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    private static Set<WindowedCount> until(@Nullable Instant end, Iterable<WindowedCount> counts) {
        Set<WindowedCount> kept = new HashSet<>();
        for (WindowedCount count : counts) {
            if (end == null || !count.windowEnd().isAfter(end)) {
                kept.add(count);
            }
        }
        return kept;
    }

    /** Keeps the last count of each window and key. */
    private record Latest(Map<WindowedCount, WindowedCount> counts) implements VoidFunction2<Dataset<Row>, Long> {
        @Override
        public void call(Dataset<Row> batch, Long batchId) {
            TweetTrends.collect(batch).forEach(count -> counts.put(identity(count), count));
        }
    }

    /** Measures from its making on. */
    private static final class Meter {
        private final long began = System.nanoTime();
        private final long cpu = cpuNanos();
        private final List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();

        Meter() {
            heap.forEach(MemoryPoolMXBean::resetPeakUsage);
        }

        Run run(long records, long counts, StreamingQueryProgress[] progress) {
            return new Run(
                    Duration.ofNanos(System.nanoTime() - began),
                    Duration.ofNanos(cpuNanos() - cpu),
                    heap.stream()
                            .mapToLong(pool -> pool.getPeakUsage().getUsed())
                            .sum(),
                    records,
                    counts,
                    Arrays.stream(progress)
                            .mapToLong(batch -> Arrays.stream(batch.stateOperators())
                                    .mapToLong(StateOperatorProgress::numRowsDroppedByWatermark)
                                    .sum())
                            .sum(),
                    largest(progress, StateOperatorProgress::numRowsTotal),
                    largest(progress, StateOperatorProgress::memoryUsedBytes));
        }

        private static long largest(
                StreamingQueryProgress[] progress, java.util.function.ToLongFunction<StateOperatorProgress> figure) {
            return Arrays.stream(progress)
                    .mapToLong(batch -> Arrays.stream(batch.stateOperators())
                            .mapToLong(figure)
                            .sum())
                    .max()
                    .orElse(0);
        }

        private static long cpuNanos() {
            return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                    .getProcessCpuTime();
        }
    }
}
