/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadAllAvailable;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.jspecify.annotations.Nullable;

/**
 * A source as a stream, which the driver reads: only the source can say where a micro-batch ends, and it would have to
 * read it for that. What it has read is sent to the one task of the micro-batch.
 *
 * <p>Confined to the thread of the query.
 */
final class SourceStream implements MicroBatchStream, SupportsTriggerAvailableNow {
    private final SourceTable table;
    private final UnsafeProjection packed = UnsafeProjection.create(TweetSchemas.topic());
    private boolean isToTheEnd;
    private @Nullable SourceRows source;

    /** What was read last, which Spark plans next. */
    private @Nullable Part part;

    SourceStream(SourceTable table) {
        this.table = table;
    }

    @Override
    public void prepareForTriggerAvailableNow() {
        table.checkEnd("Trigger.AvailableNow");
        isToTheEnd = true;
    }

    @Override
    public Offset initialOffset() {
        return SourcePlace.START;
    }

    @Override
    public Offset deserializeOffset(String json) {
        return SourcePlace.parse(json);
    }

    @Override
    public ReadLimit getDefaultReadLimit() {
        return ReadLimit.maxRows(table.mostRows());
    }

    @Override
    public Offset latestOffset() {
        throw new UnsupportedOperationException("Spark asks with a limit");
    }

    @Override
    public Offset latestOffset(Offset start, ReadLimit limit) {
        if (limit instanceof ReadAllAvailable) {
            throw new ConfigException("Trigger.Once would hold all of '" + table.format()
                    + "' in one micro-batch; write Trigger.AvailableNow");
        }
        SourcePlace from = (SourcePlace) start;
        Part next = part;
        if (next == null || next.isEmpty() || !next.from().equals(from)) {
            next = read(from, null);
            part = next;
        }
        return next.to();
    }

    @Override
    public InputPartition[] planInputPartitions(Offset start, Offset end) {
        if (start.equals(end)) {
            return new InputPartition[0];
        }
        Part next = part;
        if (next == null || !next.from().equals(start) || !next.to().equals(end)) {
            next = read((SourcePlace) start, (SourcePlace) end);
            part = next;
        }
        return new InputPartition[] {next.rows()};
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return table.createReaderFactory();
    }

    @Override
    public void commit(Offset end) {}

    @Override
    public void stop() {
        if (source != null) {
            source.close();
            source = null;
        }
    }

    /** Spark shows it in a query's progress. */
    @Override
    public String toString() {
        return table.format();
    }

    private SourceRows openAt(SourcePlace place) {
        if (source != null && !source.place().equals(place)) {
            stop();
        }
        if (source == null) {
            source = new SourceRows(table.format(), table.source(), place);
        }
        return source;
    }

    /** Reads as far as the source goes now within the limits or, if an end is given, to that. */
    private Part read(SourcePlace from, @Nullable SourcePlace end) {
        SourceRows open = openAt(from);
        List<UnsafeRow> rows = new ArrayList<>();
        long bytes = 0;
        while (end != null
                ? open.place().records() < end.records()
                : rows.size() < table.mostRows() && bytes < TopicColumns.MAX_BYTES) {
            boolean waits = end != null || (isToTheEnd && rows.isEmpty());
            List<InternalRow> next = poll(open, waits ? SourceRows.WAIT : Duration.ZERO);
            if (next.isEmpty() && (!waits || open.isExhausted())) {
                break;
            }
            for (InternalRow row : next) {
                rows.add(packed.apply(row).copy());
                bytes += rows.get(rows.size() - 1).getSizeInBytes();
            }
        }
        if (end != null && !open.place().equals(end)) {
            throw new ConfigException("The source of '" + table.format() + "' does not hold what a micro-batch of the"
                    + " checkpoint was made of; give it what it had, or the query another checkpointLocation");
        }
        JavaSparkContext spark = new JavaSparkContext(SparkSession.active().sparkContext());
        return new Part(from, open.place(), new SourceTable.Rows(spark.broadcast(rows.toArray(UnsafeRow[]::new))));
    }

    /** Spark knows by the cause that a query was stopped and did not fail. */
    private static List<InternalRow> poll(SourceRows open, Duration wait) {
        try {
            return open.poll(wait);
        } catch (InterruptedIOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Part(SourcePlace from, SourcePlace to, SourceTable.Rows rows) {
        boolean isEmpty() {
            return from.equals(to);
        }
    }
}
