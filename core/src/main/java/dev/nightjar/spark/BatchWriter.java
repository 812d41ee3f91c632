/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Health.State;
import dev.nightjar.delivery.Ledger;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Writes frames to sinks: each micro-batch of a streaming query by {@code foreachBatch}, or a batch frame by
 * {@link #write}. The executors write, each partition in one pass to every sink, so that the rows are computed once.
 *
 * <pre>{@code
 * BatchWriter writer = BatchWriter.tweets().sink("mongo", mongo).sink("influx", influx).deadLetters(dlq).build();
 * frame.writeStream().foreachBatch(writer).option("checkpointLocation", checkpoint).start();
 * }</pre>
 *
 * <p>Any failure fails the batch. The query then keeps no offset of unstored records and repeats the batch when it is
 * restarted; sinks replace what they already had of it. In a task's first attempt, a write that may work later is
 * repeated up to {@link Builder#retryLimit}. In the attempts that Spark adds ({@code spark.task.maxFailures}) it is
 * made once, so a sink that is down fails the batch soon after the limit. A record that a sink can never take becomes a
 * dead letter of the stage {@code sink}; the other records are stored, and the other sinks store that record too. The
 * bytes of a dead letter are the record's, for a row that is not from a topic the row as JSON.
 *
 * <p>A row of {@link SparkTweets#fromKafka} without a value, a tombstone, erases the tweet of its key from each
 * {@link dev.nightjar.ErasableSink}. It counts as skipped: {@code erased} if every sink has erased it, else
 * {@code tombstone}.
 *
 * <p>The rows of a partition are written in their order. {@code spark.speculation} must be {@code false}, its default:
 * of two tasks for one partition, the slower one could write an older row of an id last.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class BatchWriter implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;

    private final transient Function<StructType, PartitionWriter<?>> partitionWriter;
    private final transient Delivery<?> all;
    private final transient DeliveryMetrics metrics;

    private <T> BatchWriter(String name, Function<StructType, RowReader<T>> reader, DeliverySettings<T> settings) {
        this.metrics = settings.metrics(name);
        this.partitionWriter = schema -> new PartitionWriter<>(reader.apply(schema), settings);
        this.all = new Delivery<>(settings, "rows", settings.retryLimit());
    }

    /**
     * Begins a writer of classified tweets. Its frames have the columns of {@link TweetSchemas#tweet()}; {@code id},
     * {@code text} and {@code created_at} are required. Each column with the type of {@link
     * TweetSchemas#classification()} is a classification under the column's name. A frame of {@link
     * SparkTweets#fromKafka} keeps its columns {@code kafka}, {@code dead_letter} and {@code skipped}. Other columns
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
     * @throws FatalException if too many rows were dead letters, see {@link Builder#deadLetterLimit}
     * @throws IllegalArgumentException if the frame lacks a column or one has the wrong type
     */
    public Ledger write(Dataset<Row> frame) {
        try {
            List<PartitionWriter.Written> written = Values.collect(frame, partitionWriter.apply(frame.schema()));
            Ledger ledger =
                    written.stream().map(PartitionWriter.Written::ledger).reduce(Ledger.EMPTY, Ledger::plus);
            synchronized (all) {
                written.forEach(task -> metrics.add(task.sinks()));
                all.check(ledger);
                metrics.finish(ledger);
            }
            return ledger;
        } catch (Exception e) { // Spark throws its own undeclared
            metrics.become(State.FAILED, trouble(e));
            throw e;
        }
    }

    private static RuntimeException trouble(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NightjarException typed) {
                return typed;
            }
        }
        return new FatalException("Spark could not write a frame; see its log", failure);
    }

    /** Writes a micro-batch, as {@link #write}; for {@code foreachBatch}. */
    @Override
    public void call(Dataset<Row> batch, Long batchId) {
        write(batch);
    }

    /**
     * A writer for {@code foreach}, which stores each row before it takes the next, a request to each sink per row: for
     * real-time mode, whose rows do not wait for a batch. Rows are not {@linkplain #counts counted}, and each task checks
     * its own share of dead letters alone.
     *
     * @param frame what is written
     * @throws IllegalArgumentException if the frame lacks a column or one has the wrong type
     */
    public ForeachWriter<Row> foreach(Dataset<Row> frame) {
        return new RowWriter(partitionWriter.apply(frame.schema()), frame.schema());
    }

    /** What became of the rows of every frame that this writer wrote whole; a batch that failed is not in it. */
    public Ledger counts() {
        return metrics.counts();
    }

    /**
     * What the driver knows of the writing, under {@link Builder#name}: the ledger of each frame that was written whole,
     * and with it what the sinks did in the tasks that wrote it. Tasks that failed, what is in hand just now and what the
     * classifiers do are not in it: executors are other JVMs, and Spark's UI shows them. Nor is the lag, unless {@link
     * DeliveryMetrics#lag} is told where to ask, such as {@link QueryLag}. It is {@code failed} from a frame that could not
     * be written to the next one that is.
     */
    public DeliveryMetrics metrics() {
        return metrics;
    }

    /**
     * Collects the parts of a {@link BatchWriter}.
     *
     * <p>Confined to one thread.
     *
     * @param <T> the type of the records
     * @since 0.1.0
     */
    public static final class Builder<T> extends DeliveryBuilder<T, Builder<T>> {
        private final Function<StructType, RowReader<T>> reader;
        private String name = "spark";

        private Builder(Function<StructType, RowReader<T>> reader) {
            this.reader = reader;
        }

        /** What its {@linkplain BatchWriter#metrics metrics} are called, such as the query's name. Default {@code spark}. */
        public Builder<T> name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /**
         * {@inheritDoc}
         *
         * <p>Here each partition checks its own rows as it writes them, and the writer checks the sum over all
         * partitions and micro-batches after they are written; if the last ones exceed the window, their share decides.
         */
        @Override
        public Builder<T> deadLetterLimit(int most, int window) {
            return super.deadLetterLimit(most, window);
        }

        /**
         * The writer; no sink is opened before a row is there to be written.
         *
         * @throws ConfigException if there is no sink, two sinks have the same name, or a number is out of range; it
         *     names every fault
         */
        public BatchWriter build() {
            return new BatchWriter(name, reader, settings());
        }

        SinkTable<T> table(String format, StructType schema) {
            return new SinkTable<>(format, schema, reader, settings());
        }
    }
}
