/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Erasures;
import dev.nightjar.Ledger;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.Retry;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.spark.Tally.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Writes the records of a partition to every sink, in one pass; its result is the rows of a {@link Tally}. */
final class PartitionWriter<T> implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final RecordReader<T> reader;
    private final LinkedHashMap<String, SinkFactory<T>> sinks;
    private final @Nullable SinkFactory<DeadLetter> deadLetters;
    private final int batchSize;
    private final Duration retryLimit;

    PartitionWriter(
            RecordReader<T> reader,
            Map<String, SinkFactory<T>> sinks,
            @Nullable SinkFactory<DeadLetter> deadLetters,
            int batchSize,
            Duration retryLimit) {
        this.reader = reader;
        this.sinks = new LinkedHashMap<>(sinks);
        this.deadLetters = deadLetters;
        this.batchSize = batchSize;
        this.retryLimit = retryLimit;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Pass pass = new Pass();
        while (rows.hasNext()) {
            pass.add(rows.next());
        }
        pass.flush();
        return pass.tally.rows().iterator();
    }

    /** Spark repeats a failed task: only its first attempt waits for a sink, or a dead one would be waited for four times. */
    private Retry retry() {
        TaskContext task = TaskContext.get();
        return Retry.upTo(task != null && task.attemptNumber() > 0 ? Duration.ZERO : retryLimit);
    }

    private static Rejection both(Rejection first, Rejection second) {
        return new Rejection(first.index(), first.key(), first.code(), first.message() + "; " + second.message());
    }

    /** What has been read of a partition and not been written. */
    private final class Pass {
        private final Retry retry = retry();
        private final Tally tally = new Tally();
        private final List<Row> rows = new ArrayList<>();
        private final List<T> records = new ArrayList<>();
        private final List<DeadLetter> dead = new ArrayList<>();
        private Erasures erasures = new Erasures();
        private long bytes;

        void add(Row row) {
            tally.add(Kind.IN, "", 1);
            String skipped = reader.skipped(row);
            DeadLetter letter = reader.deadLetter(row);
            if (skipped != null) {
                if (!reader.isDeletion(row, erasures)) {
                    tally.add(Kind.SKIPPED, skipped, 1);
                }
            } else if (letter != null) {
                dead.add(letter);
            } else {
                addRecord(row);
            }
            bytes += reader.bytes(row);
            if (records.size() + dead.size() + erasures.size() >= batchSize || bytes >= TopicColumns.MAX_BYTES) {
                flush();
            }
        }

        private void addRecord(Row row) {
            try {
                T record = reader.record(row);
                reader.written(record, erasures);
                records.add(record);
                rows.add(row);
            } catch (DataException e) {
                dead.add(reader.deadLetter(row, Stage.SINK, e.code(), e.getMessage()));
            }
        }

        /** Dead letters last, so that those of the sinks are among them. */
        void flush() {
            if (!records.isEmpty()) {
                writeRecords();
            }
            if (!dead.isEmpty()) {
                writeDeadLetters();
            }
            erase();
            rows.clear();
            records.clear();
            dead.clear();
            bytes = 0;
        }

        /** A record that a sink refuses is one dead letter, whatever the other sinks do; the first refusal gives the code. */
        private void writeRecords() {
            List<T> batch = List.copyOf(records);
            Map<Integer, Rejection> refused = new TreeMap<>();
            sinks.forEach((name, sink) -> {
                for (Rejection rejection : write(name, sink, batch)) {
                    String message = "The sink '" + name + "' refuses it: " + rejection.message();
                    refused.merge(
                            rejection.index(),
                            new Rejection(rejection.index(), rejection.key(), rejection.code(), message),
                            PartitionWriter::both);
                }
            });
            refused.forEach((index, rejection) ->
                    dead.add(reader.deadLetter(rows.get(index), Stage.SINK, rejection.code(), rejection.message())));
            tally.add(Kind.OUT, "", batch.size() - refused.size());
        }

        private List<Rejection> write(String name, SinkFactory<T> sink, List<T> batch) {
            try {
                retry.run(
                        "write " + batch.size() + " records to the sink '" + name + "'",
                        () -> sink.shared().write(batch));
                return List.of();
            } catch (RejectedRecordsException e) {
                return e.rejections();
            }
        }

        /** Last, so that what was deleted after it was written is gone. */
        private void erase() {
            if (erasures.size() > 0) {
                Map<String, Sink<T>> live = new LinkedHashMap<>();
                sinks.forEach((name, sink) -> live.put(name, sink.shared()));
                erasures.carryOut(live, retry);
            }
            erasures.counts().forEach((reason, count) -> tally.add(Kind.SKIPPED, reason, count));
            erasures = new Erasures();
        }

        private void writeDeadLetters() {
            List<DeadLetter> batch = List.copyOf(dead);
            if (deadLetters == null) {
                throw new ConfigException("There is a dead letter, " + batch.get(0)
                        + ", but the writer has no sink for them: give it one by deadLetters(...)");
            }
            retry.run(
                    "write " + batch.size() + " dead letters",
                    () -> deadLetters.shared().write(batch));
            batch.forEach(letter -> tally.add(Kind.DEAD_LETTER, Ledger.reason(letter), 1));
        }
    }
}
