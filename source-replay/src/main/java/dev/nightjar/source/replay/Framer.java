/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

/**
 * Tells where a record ends, byte by byte.
 *
 * <p>Confined to one thread.
 */
interface Framer {
    /** The end of the file, in place of a byte. */
    int END_OF_FILE = -1;

    /** Nothing tells where a broken record ends but the end of its line. */
    int LINE_END = -1;

    /** A broken record of several lines ends before a line that does not {@linkplain #goesOn go on}. */
    int LINES_END = -2;

    /** What a byte is to the record. */
    enum Step {
        /** All up to it is before the record. */
        BEFORE,
        /** It is of the record, or of what separates it from the next. */
        WITHIN,
        /** It is the last one of these. */
        LAST,
        /** It is behind the record. */
        BEHIND,
        /** It shows that the record is broken; the byte is of the record or behind it. */
        BROKEN
    }

    /**
     * Begins a record.
     *
     * @param depth how many lists are open around it
     */
    void begin(int depth);

    /** Takes the next byte, or {@link #END_OF_FILE}. */
    Step step(int next);

    /**
     * How many of the bytes behind the one just taken are {@link Step#WITHIN} the record whatever follows, and no line end; they
     * are taken with it. For speed alone.
     */
    int run(byte[] bytes, int from, int to);

    /** Whether the record is whole, and only what separates it from the next may follow. */
    default boolean isWhole() {
        return false;
    }

    /** How many bytes the record has, without what separates it from the next. */
    long length();

    /** How many lists are open behind the record. */
    int depth();

    /** Whether the record is a list without elements. */
    default boolean isEmptyList() {
        return false;
    }

    /**
     * Where a broken record ends.
     *
     * @param bytes begin with the record
     * @param from where it begins
     * @param to where what was read ends
     * @return a place behind {@code from}, or {@link #LINE_END} or {@link #LINES_END} from {@code to} on
     */
    int cut(byte[] bytes, int from, int to);

    /** Whether a broken record of several lines goes on with a line that begins so. */
    default boolean goesOn(byte[] bytes, int from, int to) {
        return false;
    }
}
