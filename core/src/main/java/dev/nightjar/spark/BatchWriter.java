/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.Ledger;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to sinks: each micro-batch of a streaming query by {@code foreachBatch}, or a batch frame by
 * {@link #write}. The executors write, each partition in one pass to every sink, so that the rows are computed once.
 *
 * <pre>{@code
 * BatchWriter writer = BatchWriter.tweets().sink("mongo", mongo).sink("influx", influx).deadLetters(dlq).build();
 * frame.writeStream().foreachBatch(writer).option("checkpointLocation", checkpoint).start();
 * }</pre>
 *
 * <p>Any failure fails the batch, so that the query keeps no offset of what was not stored and repeats the batch when it is
 * restarted; sinks replace what they had of it. A write that may work later is repeated up to {@link Builder#retryLimit} in
 * a task's first attempt; in those that Spark adds ({@code spark.task.maxFailures}) it is made once, so that a sink that is
 * down fails the batch soon after the limit. A record that a sink can never take becomes a dead letter of the stage
 * {@code sink}; the others are stored, and so is that record in the other sinks. The bytes of a dead letter are the
 * record's, for a row that is not from a topic the row as JSON.
 *
 * <p>A row of {@link SparkTweets#fromKafka} without a value, a tombstone, erases the tweet of its key from each
 * {@link dev.nightjar.ErasableSink}. It counts as skipped: {@code erased} if every sink has erased it, else
 * {@code tombstone}.
 *
 * <p>The rows of a partition are written in their order. {@code spark.speculation} must be {@code false}, its default: of
 * two tasks for one partition, the slower one could write an older row of an id last.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class BatchWriter implements VoidFunction2<Dataset<Row>, Long> {
    /** The default of {@link Builder#batchSize}, in records. */
    public static final int DEFAULT_BATCH_SIZE = 500;

    /** The default of {@link Builder#retryLimit}: 30 seconds. */
    public static final Duration DEFAULT_RETRY_LIMIT = Duration.ofSeconds(30);

    private static final long serialVersionUID = 1L;

    private final transient Function<StructType, MapPartitionsFunction<Row, Row>> partitionWriter;
    private final transient DeadLetterShare deadLetterShare;
    private final transient Object lock = new Object();
    private transient Ledger total = Ledger.EMPTY;

    private BatchWriter(
            Function<StructType, MapPartitionsFunction<Row, Row>> partitionWriter, DeadLetterShare deadLetterShare) {
        this.partitionWriter = partitionWriter;
        this.deadLetterShare = deadLetterShare;
    }

    /**
     * Begins a writer of classified tweets. Its frames have the columns of {@link TweetSchemas#tweet()}, of which
     * {@code id}, {@code text} and {@code created_at} must be there; each column that has the type of
     * {@link TweetSchemas#classification()} is a classification under the column's name; a frame of
     * {@link SparkTweets#fromKafka} keeps its columns {@code kafka}, {@code dead_letter} and {@code skipped}. Other columns
     * are passed over.
     */
    public static Builder<ClassifiedTweet> tweets() {
        return new Builder<>(TweetReader::new);
    }

    /** Begins a writer of windowed counts. Its frames have the columns of {@link TweetSchemas#windowedCount()}. */
    public static Builder<WindowedCount> windowedCounts() {
        return new Builder<>(CountReader::new);
    }

    /**
     * Writes a frame and returns when all of it is stored.
     *
     * @param frame a batch frame
     * @return what became of its rows
     * @throws ConfigException if too many rows were dead letters, see {@link Builder#deadLetterLimit}
     * @throws IllegalArgumentException if the frame lacks a column or one has the wrong type
     */
    public Ledger write(Dataset<Row> frame) {
        Tally tally = new Tally();
        tally.addAll(frame.mapPartitions(partitionWriter.apply(frame.schema()), Encoders.row(Tally.SCHEMA))
                .collectAsList());
        Ledger ledger = tally.ledger();
        synchronized (lock) {
            deadLetterShare.check(ledger);
            total = total.plus(ledger);
        }
        return ledger;
    }

    /** Writes a micro-batch, as {@link #write}; for {@code foreachBatch}. */
    @Override
    public void call(Dataset<Row> batch, Long batchId) {
        write(batch);
    }

    /** What became of the rows of every frame that this writer wrote whole; a batch that failed is not in it. */
    public Ledger counts() {
        synchronized (lock) {
            return total;
        }
    }

    /**
     * Collects the parts of a {@link BatchWriter}.
     *
     * <p>Confined to one thread.
     *
     * @param <T> the type of the records
     * @since 0.1.0
     */
    public static final class Builder<T> {
        private final Function<StructType, RecordReader<T>> reader;
        private final Map<String, SinkFactory<T>> sinks = new LinkedHashMap<>();
        private @Nullable SinkFactory<DeadLetter> deadLetters;
        private int mostDeadLetters = 200;
        private int deadLetterWindow = 1000;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private Duration retryLimit = DEFAULT_RETRY_LIMIT;

        private Builder(Function<StructType, RecordReader<T>> reader) {
            this.reader = reader;
        }

        /**
         * Adds a sink; every record is written to every sink.
         *
         * @param name what messages call it
         */
        public Builder<T> sink(String name, SinkFactory<T> sink) {
            if (sinks.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(sink, "sink")) != null) {
                throw new IllegalArgumentException("There are two sinks of the name '" + name + "'");
            }
            return this;
        }

        /** Sets where dead letters go; without it, the first dead letter fails its batch. */
        public Builder<T> deadLetters(SinkFactory<DeadLetter> sink) {
            deadLetters = Objects.requireNonNull(sink, "sink");
            return this;
        }

        /**
         * Sets how many of the last rows may be dead letters before the batch fails, which says that the topic or the set-up
         * is wrong rather than the records. Where the last micro-batches are larger than the window, the share counts. The
         * batch that reaches the limit has been written, its dead letters too. Default 200 of 1000.
         *
         * @param most how many dead letters are too many; more than {@code window} for no limit
         * @param window of how many last rows
         */
        public Builder<T> deadLetterLimit(int most, int window) {
            if (most < 1 || window < 1) {
                throw new IllegalArgumentException(
                        "The dead-letter limit of " + most + " in " + window + " is less than 1");
            }
            mostDeadLetters = most;
            deadLetterWindow = window;
            return this;
        }

        /** Sets how many records a sink is given at a time; {@value #DEFAULT_BATCH_SIZE} if not set. */
        public Builder<T> batchSize(int records) {
            if (records < 1) {
                throw new IllegalArgumentException("The batch size " + records + " is not positive");
            }
            batchSize = records;
            return this;
        }

        /** Sets how long a write that may work later is repeated; {@link #DEFAULT_RETRY_LIMIT} if not set. */
        public Builder<T> retryLimit(Duration limit) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("The time limit " + limit + " is negative");
            }
            retryLimit = limit;
            return this;
        }

        /**
         * The writer; no sink is opened before a row is there to be written.
         *
         * @throws IllegalStateException if there is no sink
         */
        public BatchWriter build() {
            if (sinks.isEmpty()) {
                throw new IllegalStateException("A writer needs a sink: add one by sink(...)");
            }
            Map<String, SinkFactory<T>> all = new LinkedHashMap<>(sinks);
            SinkFactory<DeadLetter> dead = deadLetters;
            int size = batchSize;
            Duration limit = retryLimit;
            return new BatchWriter(
                    schema -> new PartitionWriter<>(reader.apply(schema), all, dead, size, limit),
                    new DeadLetterShare(mostDeadLetters, deadLetterWindow));
        }
    }
}
