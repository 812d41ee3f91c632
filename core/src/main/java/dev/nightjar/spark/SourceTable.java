/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * What a format reads. Spark asks for a table, then for the builder of a scan, the scan, and its batch or its stream; all
 * but the stream are this. Equal scans are equal, so that Spark reads once what a query names twice.
 */
record SourceTable(String format, TweetSourceFactory source, boolean hasEnd, int mostRows)
        implements SupportsRead, ScanBuilder, Scan, Batch {
    @Override
    public String name() {
        return format;
    }

    @Override
    @SuppressWarnings("deprecation") // columns() would need types that not every Spark has
    public StructType schema() {
        return TweetSchemas.topic();
    }

    @Override
    public StructType readSchema() {
        return TweetSchemas.topic();
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_READ, TableCapability.MICRO_BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
        return this;
    }

    @Override
    public Scan build() {
        return this;
    }

    @Override
    public String description() {
        return format;
    }

    @Override
    public Batch toBatch() {
        checkEnd("A batch");
        return this;
    }

    @Override
    public MicroBatchStream toMicroBatchStream(String checkpoint) {
        return new SourceStream(this);
    }

    @Override
    public InputPartition[] planInputPartitions() {
        return new InputPartition[] {new Whole()};
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new Readers(format, source);
    }

    void checkEnd(String what) {
        if (!hasEnd) {
            throw new ConfigException(what + " of '" + format
                    + "' would never end; give the option 'count', or another trigger to a stream");
        }
    }

    /** Spark shows it in plans. */
    @Override
    public String toString() {
        return format;
    }

    /** All that the source has. */
    private record Whole() implements InputPartition {}

    /** What the driver has read. It does not travel within the task: Spark warns of one over a megabyte. */
    record Rows(Broadcast<UnsafeRow[]> rows) implements InputPartition {}

    private record Readers(String format, TweetSourceFactory source) implements PartitionReaderFactory {
        @Override
        public PartitionReader<InternalRow> createReader(InputPartition partition) {
            return partition instanceof Rows read
                    ? new Reader(List.of(read.rows().value()), null)
                    : new Reader(List.of(), new SourceRows(format, source, SourcePlace.START));
        }
    }

    private static final class Reader implements PartitionReader<InternalRow> {
        private final Deque<InternalRow> rows;
        private final @Nullable SourceRows more;
        private @Nullable InternalRow row;

        private Reader(List<? extends InternalRow> rows, @Nullable SourceRows more) {
            this.rows = new ArrayDeque<>(rows);
            this.more = more;
        }

        @Override
        public boolean next() throws IOException {
            TaskContext task = TaskContext.get();
            while (rows.isEmpty() && more != null && !more.isExhausted()) {
                if (task != null && task.isInterrupted()) {
                    throw new InterruptedIOException("The task was stopped");
                }
                rows.addAll(more.poll(SourceRows.WAIT));
            }
            row = rows.poll();
            return row != null;
        }

        @Override
        @SuppressWarnings("NullAway") // asked only after next() said so
        public InternalRow get() {
            return row;
        }

        @Override
        public void close() {
            if (more != null) {
                more.close();
            }
        }
    }
}
