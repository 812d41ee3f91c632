/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Delivers each row before it takes the next. */
final class RowWriter extends ForeachWriter<Row> {
    private static final long serialVersionUID = 1L;

    private final PartitionWriter<?> writer;
    private final StructType schema;
    private transient PartitionWriter.Pass<?> pass;

    RowWriter(PartitionWriter<?> writer, StructType schema) {
        this.writer = writer;
        this.schema = schema;
        this.pass = writer.begin();
    }

    @Override
    public boolean open(long partition, long epoch) {
        pass = writer.begin();
        return true;
    }

    @Override
    public void process(Row row) {
        pass.write(Values.internal(schema, row));
        pass.end();
    }

    @Override
    public void close(Throwable error) {}
}
