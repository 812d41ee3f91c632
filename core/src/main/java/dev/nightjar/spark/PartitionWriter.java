/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.delivery.SinkMetrics;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Delivers the records of a partition, in one pass over it; its result says what became of them and what the sinks did.
 * That travels to the driver as the task's result, since an accumulator would count the rows of a repeated task twice.
 */
record PartitionWriter<T>(RowReader<T> reader, DeliverySettings<T> settings)
        implements FlatMapFunction<Iterator<InternalRow>, PartitionWriter.Written> {
    @Override
    public Iterator<Written> call(Iterator<InternalRow> rows) {
        Pass<T> pass = begin();
        rows.forEachRemaining(pass::write);
        return List.of(new Written(pass.end(), pass.metrics.sinks())).iterator();
    }

    /** What became of the rows of a task, and what each sink did. */
    record Written(Ledger ledger, SortedMap<String, SinkMetrics> sinks) implements Serializable {}

    /** Spark repeats a failed task: only its first attempt waits for a sink, or a dead one would cost four waits. */
    Pass<T> begin() {
        TaskContext task = TaskContext.get();
        return new Pass<>(this, task != null && task.attemptNumber() > 0 ? Duration.ZERO : settings.retryLimit());
    }

    /** A task's way through its rows. */
    static final class Pass<T> {
        private final RowReader<T> reader;
        private final int batchSize;
        private final DeliveryMetrics metrics;
        private final Delivery<T> delivery; // not closed: the next task of this JVM needs the same sinks
        private final List<Incoming<T>> batch = new ArrayList<>();
        private long bytes;
        private Ledger ledger = Ledger.EMPTY;

        private Pass(PartitionWriter<T> writer, Duration retryLimit) {
            this.reader = writer.reader;
            this.batchSize = writer.settings.batchSize();
            this.metrics = writer.settings.metrics("");
            this.delivery = new Delivery<>(writer.settings, "rows", retryLimit, metrics);
        }

        void write(InternalRow row) {
            batch.add(reader.read(row.copy())); // Spark writes the next one over it
            bytes += reader.bytes(row);
            if (batch.size() >= batchSize || bytes >= TopicColumns.MAX_BYTES) {
                deliver();
            }
        }

        /** What became of the rows, all of which are delivered by now. */
        Ledger end() {
            deliver();
            return ledger;
        }

        private void deliver() {
            if (!batch.isEmpty()) {
                ledger = ledger.plus(delivery.deliver(batch));
                batch.clear();
                bytes = 0;
            }
        }
    }
}
