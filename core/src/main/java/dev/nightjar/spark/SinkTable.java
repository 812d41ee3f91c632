/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.delivery.Delivery;
import dev.nightjar.delivery.DeliverySettings;
import dev.nightjar.delivery.Ledger;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.connector.write.streaming.StreamingDataWriterFactory;
import org.apache.spark.sql.connector.write.streaming.StreamingWrite;
import org.apache.spark.sql.internal.connector.SupportsStreamingUpdateAsAppend;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a format writes. Spark asks for a table, then for the builder of a write, then for the write of a batch or a
 * stream: this is all of them. Nothing is undone when a write fails, since a repeated one replaces what it stored; so
 * does an updated row, which is why a stream may update.
 */
final class SinkTable<T> implements SupportsWrite, SupportsStreamingUpdateAsAppend, Write, BatchWrite, StreamingWrite {
    private static final Logger LOG = LoggerFactory.getLogger(SinkTable.class);

    private final String format;
    private final StructType schema;
    private final Function<StructType, RowReader<T>> reader;
    private final DeliverySettings<T> settings;
    private final Writers<T> writers;

    /**
     * A table of a frame's columns.
     *
     * @throws ConfigException if the frame lacks a column or one has the wrong type
     */
    SinkTable(
            String format, StructType schema, Function<StructType, RowReader<T>> reader, DeliverySettings<T> settings) {
        this.format = format;
        this.schema = schema;
        this.reader = reader;
        this.settings = settings;
        try {
            this.writers = new Writers<>(new PartitionWriter<>(reader.apply(schema), settings));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String name() {
        return format;
    }

    @Override
    @SuppressWarnings("deprecation") // columns() would need types that not every Spark has
    public StructType schema() {
        return schema;
    }

    @Override
    public Set<TableCapability> capabilities() {
        return Set.of(TableCapability.BATCH_WRITE, TableCapability.STREAMING_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
        return new SinkTable<>(format, info.schema(), reader, settings);
    }

    @Override
    public Write build() {
        return this;
    }

    @Override
    public String description() {
        return format;
    }

    @Override
    public BatchWrite toBatch() {
        return this;
    }

    @Override
    public StreamingWrite toStreaming() {
        return this;
    }

    /** What a task has stored is there already. Spark 3.5 ends a job whose coordinated task fails at its last batch. */
    @Override
    public boolean useCommitCoordinator() {
        return false;
    }

    @Override
    public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
        return opened();
    }

    @Override
    public StreamingDataWriterFactory createStreamingWriterFactory(PhysicalWriteInfo info) {
        return opened();
    }

    /** Opens the sink here too, so that a store which cannot be opened ends the query by its own error. */
    private Writers<T> opened() {
        delivery().open();
        return writers;
    }

    /** Not closed: the next batch of this JVM needs the same sinks. */
    private Delivery<T> delivery() {
        return new Delivery<>(settings, "rows", settings.retryLimit());
    }

    @Override
    public void commit(WriterCommitMessage[] messages) {
        Ledger ledger =
                Stream.of(messages).map(message -> ((Written) message).ledger()).reduce(Ledger.EMPTY, Ledger::plus);
        delivery().check(ledger);
        LOG.info("Wrote a batch by the format '{}': {}", format, ledger);
    }

    @Override
    public void commit(long epochId, WriterCommitMessage[] messages) {
        commit(messages);
    }

    @Override
    public void abort(WriterCommitMessage[] messages) {}

    @Override
    public void abort(long epochId, WriterCommitMessage[] messages) {}

    /** Spark shows it in plans. */
    @Override
    public String toString() {
        return format;
    }

    /** Makes a writer for each task. */
    private record Writers<T>(PartitionWriter<T> partition) implements DataWriterFactory, StreamingDataWriterFactory {
        @Override
        public DataWriter<InternalRow> createWriter(int partitionId, long taskId) {
            return new TaskWriter<>(partition.begin());
        }

        @Override
        public DataWriter<InternalRow> createWriter(int partitionId, long taskId, long epochId) {
            return createWriter(partitionId, taskId);
        }
    }

    private record TaskWriter<T>(PartitionWriter.Pass<T> pass) implements DataWriter<InternalRow> {
        @Override
        public void write(InternalRow row) {
            pass.write(row);
        }

        @Override
        public WriterCommitMessage commit() {
            return new Written(pass.end());
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    private record Written(Ledger ledger) implements WriterCommitMessage {}
}
