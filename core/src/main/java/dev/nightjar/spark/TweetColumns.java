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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Where a frame has the columns of {@link TweetSchemas#tweet()}, in any order and place; a missing one is null. */
final class TweetColumns implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Shape<Tweet> SHAPE = TweetShape.tweet();

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
    Tweet tweet(Row row) {
        List<Field> columns = SHAPE.columns();
        @Nullable Object[] values = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            Field field = columns.get(i);
            values[i] = places[i] < 0 ? null : value(field, row.get(places[i]));
            if (values[i] == null && field.isRequired()) {
                throw new DataException("missing-column", "The column '" + field.column() + "' is null");
            }
        }
        return SHAPE.make(values);
    }

    /** The values of a tweet, in the order of {@link TweetSchemas#tweet()}; the caller may add to them. */
    static List<@Nullable Object> values(Tweet tweet, TimeType times) {
        return new ArrayList<>(Arrays.asList(values(SHAPE, TweetSchemas.tweet(), tweet, times)));
    }

    private static @Nullable Object[] values(Shape<?> shape, StructType schema, Object record, TimeType times) {
        @Nullable Object[] values = shape.values(record);
        for (Field field : shape.columns()) {
            int i = field.index();
            Object value = values[i];
            switch (field.type()) {
                case TIME -> values[i] = value == null ? null : times.of((Instant) value);
                case RECORD ->
                    values[i] = value == null ? null : element(field, schema.fields()[i].dataType(), value, times);
                case RECORDS -> {
                    DataType element = ((ArrayType) schema.fields()[i].dataType()).elementType();
                    List<?> records = value == null ? List.of() : (List<?>) value;
                    values[i] = Values.seq(records.stream()
                            .map(each -> element(field, element, each, times))
                            .toList());
                }
                default -> {}
            }
        }
        return values;
    }

    private static Object element(Field field, DataType type, Object record, TimeType times) {
        return type instanceof StructType struct
                ? Values.row(struct, values(field.shape(), struct, record, times))
                : record; // the one value that it has
    }

    private static @Nullable Object value(Field field, @Nullable Object column) {
        if (column == null) {
            return null;
        }
        return switch (field.type()) {
            case TIME -> TimeType.read(column);
            case RECORD -> record(field.shape(), column);
            case RECORDS -> records(field, Values.list(column));
            default -> column;
        };
    }

    private static List<?> records(Field field, List<@Nullable Object> elements) {
        for (Object element : elements) {
            if (element == null) {
                throw new DataException("bad-column", "The column '" + field.column() + "' holds a null");
            }
        }
        return elements.stream().map(element -> record(field.shape(), element)).toList();
    }

    private static <R> R record(Shape<R> shape, Object column) {
        List<Field> columns = shape.columns();
        @Nullable Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(columns.get(i), column instanceof Row row ? row.get(i) : column);
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
