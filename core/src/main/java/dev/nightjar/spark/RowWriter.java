/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Delivers each row before it takes the next. */
final class RowWriter extends ForeachWriter<Row> {
    private static final long serialVersionUID = 1L;

    private final PartitionWriter<?> writer;
    private final StructType schema;
    private transient PartitionWriter.@Nullable Pass<?> pass;
    private transient @Nullable Function<Row, InternalRow> internal;

    RowWriter(PartitionWriter<?> writer, StructType schema) {
        this.writer = writer;
        this.schema = schema;
    }

    @Override
    public boolean open(long partition, long epoch) {
        pass = writer.begin();
        internal = Values.internal(schema);
        return true;
    }

    @Override
    public void process(Row row) {
        PartitionWriter.Pass<?> open = Objects.requireNonNull(pass, "open() comes first");
        open.write(Objects.requireNonNull(internal).apply(row));
        open.end();
    }

    @Override
    public void close(Throwable error) {}
}
