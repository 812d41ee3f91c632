/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.shape;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One field of a record: its name and content.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class Field {
    private final String name;
    private final @Nullable String group;
    private final String column;
    private final Type type;
    private final boolean required;
    private final @Nullable Shape<?> shape;
    private final int index;

    Field(String path, String column, Type type, boolean required, @Nullable Shape<?> shape, int index) {
        int dot = path.indexOf('.');
        this.name = path.substring(dot + 1);
        this.group = dot < 0 ? null : path.substring(0, dot);
        this.column = column.substring(column.indexOf('.') + 1);
        this.type = type;
        this.required = required;
        this.shape = shape;
        this.index = index;
    }

    /** Its key in a document. */
    public String name() {
        return name;
    }

    /** The key of the object that groups it with other fields in a document; null if it is next to the id. */
    public @Nullable String group() {
        return group;
    }

    /** Its name in a table. */
    public String column() {
        return column;
    }

    /** What it holds. */
    public Type type() {
        return type;
    }

    /** Whether every record has it. */
    public boolean isRequired() {
        return required;
    }

    /**
     * The fields of the record or records that it holds.
     *
     * @throws NullPointerException if it holds neither a record nor records
     */
    public Shape<?> shape() {
        return Objects.requireNonNull(shape, "shape");
    }

    /** The place of its value among {@link Shape#values}. */
    public int index() {
        return index;
    }

    /**
     * What a field holds.
     *
     * @since 0.1.0
     */
    public enum Type {
        /** A {@link String}. */
        TEXT,
        /** A {@link String}: the id of a tweet, which readers check. */
        ID,
        /** An {@link java.time.Instant}. */
        TIME,
        /** A {@link Long}. */
        COUNT,
        /** An {@link Integer}: a place in the text. */
        PLACE,
        /** A record with fields of its own. */
        RECORD,
        /** A {@link java.util.List} of such records. */
        RECORDS
    }
}
