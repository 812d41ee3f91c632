/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.shape;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one kind of record. A document such as JSON has them as {@link #fields()}, with a group as a nested
 * object; a table such as Spark's has them flat, as {@link #columns()}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class Shape<R> {
    private final List<Field> fields;
    private final List<Field> columns;
    private final Function<R, @Nullable Object[]> splitter;
    private final Function<Components, R> maker;

    private Shape(List<Field> columns, Function<R, @Nullable Object[]> splitter, Function<Components, R> maker) {
        this.columns = List.copyOf(columns);
        this.fields = columns.stream()
                .sorted(Comparator.comparing(field -> field.type() != Field.Type.PLACE))
                .toList();
        this.splitter = splitter;
        this.maker = maker;
    }

    /** The fields in the order of a document, which has places first; those of a group follow each other. */
    public List<Field> fields() {
        return fields;
    }

    /** The fields in the order of a table. */
    public List<Field> columns() {
        return columns;
    }

    /** Whether a table has the value of the only field in place of the record. */
    public boolean isSingle() {
        return fields.size() == 1;
    }

    /** The values in a record, one for each of the {@link #columns()}; null where it has none or an empty list. */
    @SuppressWarnings("unchecked") // Java's generics cannot say that a field's shape is for the field's value
    public @Nullable Object[] values(Object record) {
        return splitter.apply((R) record);
    }

    /**
     * The record with some values.
     *
     * @param values one for each of the {@link #columns()}, null where there is none; a required one is not null
     * @throws IllegalArgumentException if there is no such record; it says why
     * @throws dev.nightjar.DataException if its own class refuses them
     */
    public R make(@Nullable Object[] values) {
        return maker.apply(new Components(values));
    }

    /** Collects the fields; a path is the field's name, behind that of its group and a dot if it has one. */
    static final class Builder<R> {
        private final List<Field> columns = new ArrayList<>();

        Builder<R> required(String name, Field.Type type) {
            return add(name, name, type, true, null);
        }

        Builder<R> optional(String path, Field.Type type) {
            return add(path, path, type, false, null);
        }

        Builder<R> record(String path, Shape<?> shape) {
            return add(path, path, Field.Type.RECORD, false, shape);
        }

        Builder<R> records(String path, Shape<?> shape) {
            return records(path, path, shape);
        }

        Builder<R> records(String path, String column, Shape<?> shape) {
            return add(path, column, Field.Type.RECORDS, false, shape);
        }

        /**
         * The shape.
         *
         * @param splitter gives a record's values in the order in which the fields were added
         * @param maker makes a record of such values
         */
        Shape<R> build(Function<R, @Nullable Object[]> splitter, Function<Components, R> maker) {
            return new Shape<>(columns, splitter, maker);
        }

        private Builder<R> add(
                String path, String column, Field.Type type, boolean required, @Nullable Shape<?> shape) {
            columns.add(new Field(path, column, type, required, shape, columns.size()));
            return this;
        }
    }

    /** The components of a record to be made, given out in the order of the columns. */
    static final class Components {
        private final @Nullable Object[] values;
        private int next;

        private Components(@Nullable Object[] values) {
            this.values = values;
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the field's type says of which class it is
        <T extends @Nullable Object> T next() {
            return (T) values[next++];
        }

        <T> List<T> list() {
            List<T> list = this.<@Nullable List<T>>next();
            return list == null ? List.of() : list;
        }
    }
}
