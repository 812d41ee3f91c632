/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DataException;
import dev.nightjar.Tweet;
import dev.nightjar.shape.Field;
import dev.nightjar.shape.Shape;
import dev.nightjar.shape.TweetShape;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Where a frame has the columns of {@link TweetSchemas#tweet()}, in any order and place; a missing one is null. */
final class TweetColumns implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Shape<Tweet> SHAPE = TweetShape.tweet();
    private static final ArrayData NONE = new GenericArrayData(new Object[0]);

    private final int[] places;

    private TweetColumns(int[] places) {
        this.places = places;
    }

    /**
     * Finds the columns.
     *
     * @throws IllegalArgumentException if the id, text or time is missing, or a column has another type
     */
    static TweetColumns in(StructType frame) {
        return new TweetColumns(
                SHAPE.columns().stream().mapToInt(field -> place(frame, field)).toArray());
    }

    private static int place(StructType frame, Field field) {
        String column = field.column();
        return field.isRequired() || TweetSchemas.place(frame, column) >= 0
                ? TweetSchemas.require(
                        frame, column, TweetSchemas.tweet().apply(column).dataType())
                : -1;
    }

    /**
     * The tweet in a row.
     *
     * @throws DataException if the row holds none
     */
    Tweet tweet(InternalRow row) {
        List<Field> columns = SHAPE.columns();
        @Nullable Object[] values = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            Field field = columns.get(i);
            values[i] = places[i] < 0 ? null : value(field, row, places[i]);
            if (values[i] == null && field.isRequired()) {
                throw new DataException("missing-column", "The column '" + field.column() + "' is null");
            }
        }
        return SHAPE.make(values);
    }

    /** The values of a tweet as Spark has them within, in the order of {@link TweetSchemas#tweet()}. */
    static @Nullable Object[] values(Tweet tweet) {
        return values(SHAPE, tweet);
    }

    private static @Nullable Object[] values(Shape<?> shape, Object record) {
        @Nullable Object[] values = shape.values(record);
        for (Field field : shape.columns()) {
            Object value = values[field.index()];
            values[field.index()] = value == null && field.type() == Field.Type.RECORDS
                    ? NONE
                    : value == null ? null : column(field, value);
        }
        return values;
    }

    private static Object column(Field field, Object value) {
        return switch (field.type()) {
            case TEXT, ID -> UTF8String.fromString((String) value);
            case TIME -> micros((Instant) value);
            case COUNT, PLACE -> value;
            case RECORD -> element(field.shape(), value);
            case RECORDS ->
                new GenericArrayData(((List<?>) value)
                        .stream().map(record -> element(field.shape(), record)).toArray());
        };
    }

    private static Object element(Shape<?> shape, Object record) {
        return shape.isSingle()
                ? column(shape.columns().get(0), record) // the one value that it has
                : new GenericInternalRow(values(shape, record));
    }

    /** The time of one of Spark's timestamps. */
    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
    }

    private static @Nullable Object value(Field field, SpecializedGetters row, int place) {
        if (row.isNullAt(place)) {
            return null;
        }
        return switch (field.type()) {
            case TEXT, ID -> row.getUTF8String(place).toString();
            case TIME -> instant(row.getLong(place));
            case COUNT -> row.getLong(place);
            case PLACE -> row.getInt(place);
            case RECORD -> record(field.shape(), row, place);
            case RECORDS -> records(field, row.getArray(place));
        };
    }

    private static List<?> records(Field field, ArrayData elements) {
        List<Object> records = new ArrayList<>(elements.numElements());
        for (int i = 0; i < elements.numElements(); i++) {
            if (elements.isNullAt(i)) {
                throw new DataException("bad-column", "The column '" + field.column() + "' holds a null");
            }
            records.add(record(field.shape(), elements, i));
        }
        return records;
    }

    private static <R> R record(Shape<R> shape, SpecializedGetters row, int place) {
        List<Field> columns = shape.columns();
        SpecializedGetters struct = shape.isSingle() ? row : row.getStruct(place, columns.size());
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(columns.get(i), struct, shape.isSingle() ? place : i);
            if (values[i] == null && columns.get(i).isRequired()) {
                throw new DataException("bad-column", "An element of an array lacks its field " + i);
            }
        }
        try {
            return shape.make(values);
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-column", String.valueOf(e.getMessage()), e);
        }
    }
}
