/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Original;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Reads windowed counts from the columns of {@link TweetSchemas#windowedCount()}. */
final class CountReader implements RowReader<WindowedCount> {
    private static final long serialVersionUID = 1L;
    private static final int WINDOW = TweetSchemas.windowedCount().fieldIndex("window");

    private final StructType schema;
    private final int[] places;

    CountReader(StructType schema) {
        this.schema = schema;
        this.places = Stream.of(TweetSchemas.windowedCount().fields())
                .mapToInt(field -> TweetSchemas.require(schema, field.name(), field.dataType()))
                .toArray();
    }

    @Override
    public Incoming<WindowedCount> read(InternalRow row) {
        Original original = (stage, code, message) -> Values.deadLetter(schema, row, stage, code, message);
        try {
            return new Arrived<>(record(row), null, -1, original);
        } catch (DataException e) {
            return new Dead<>(original.deadLetter(Stage.SINK, e.code(), e.getMessage()));
        }
    }

    private WindowedCount record(InternalRow row) {
        for (int i = 0; i < places.length; i++) {
            if (row.isNullAt(places[i])
                    || (i == WINDOW && row.getStruct(places[i], 2).anyNull())) {
                throw new DataException(
                        "missing-column",
                        "The column '" + TweetSchemas.windowedCount().fieldNames()[i] + "' is null");
            }
        }
        InternalRow window = row.getStruct(places[WINDOW], 2);
        try {
            return new WindowedCount(
                    row.getString(places[0]),
                    row.getString(places[1]),
                    TweetColumns.instant(window.getLong(0)),
                    TweetColumns.instant(window.getLong(1)),
                    row.getLong(places[3]));
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-column", "The row is not a count: " + e.getMessage(), e);
        }
    }

    @Override
    public int bytes(InternalRow row) {
        return 0;
    }
}
