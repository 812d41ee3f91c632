/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Delivers the records of a partition, in one pass over it; its result is the ledger. That travels to the driver as the
 * task's result, since an accumulator would count the rows of a repeated task twice.
 */
record PartitionWriter<T>(RowReader<T> reader, DeliverySettings<T> settings)
        implements MapPartitionsFunction<Row, Ledger> {
    @Override
    public Iterator<Ledger> call(Iterator<Row> rows) {
        Delivery<T> delivery = delivery(); // not closed: the next task of this JVM needs the same sinks
        Ledger ledger = Ledger.EMPTY;
        while (rows.hasNext()) {
            ledger = ledger.plus(delivery.deliver(batch(rows)));
        }
        return List.of(ledger).iterator();
    }

    /** Spark repeats a failed task: only its first attempt waits for a sink, or a dead one would cost four waits. */
    private Delivery<T> delivery() {
        TaskContext task = TaskContext.get();
        return new Delivery<>(
                settings, "rows", task != null && task.attemptNumber() > 0 ? Duration.ZERO : settings.retryLimit());
    }

    private List<Incoming<T>> batch(Iterator<Row> rows) {
        List<Incoming<T>> batch = new ArrayList<>();
        long bytes = 0;
        while (rows.hasNext() && batch.size() < settings.batchSize() && bytes < TopicColumns.MAX_BYTES) {
            Row row = rows.next();
            batch.add(reader.read(row));
            bytes += reader.bytes(row);
        }
        return batch;
    }
}
