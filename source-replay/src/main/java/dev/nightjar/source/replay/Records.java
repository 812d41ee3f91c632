/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into records with memory for one of them.
 *
 * <p>Confined to one thread.
 */
final class Records implements Closeable {
    private static final int CHUNK = 1 << 16;

    private final InputStream in;
    private final Framer framer;
    private final int lineEnd;
    private final int maxBytes;
    private byte[] buffer = new byte[CHUNK];

    /** Where the record begins in the buffer, where the next byte is, and where what was read ends. */
    private int begin;

    private int at;
    private int filled;

    /** How much of the record, beyond what is kept, is in the buffer no more. */
    private long dropped;

    private Mark mark;
    private long consumed;
    private long line;
    private int lastRead;
    private @Nullable IOException failure;

    /**
     * Reads records.
     *
     * @param in closed with the records
     * @param framer tells where they end
     * @param lineEnd the character that ends a line; a carriage return before a line feed is cut off
     * @param maxBytes the longest record that is kept whole
     * @param mark where in its file the stream is
     */
    Records(InputStream in, Framer framer, int lineEnd, int maxBytes, Mark mark) {
        this.in = in;
        this.framer = framer;
        this.lineEnd = lineEnd;
        this.maxBytes = maxBytes;
        this.mark = mark;
        this.consumed = mark.offset();
        this.line = mark.line();
    }

    /**
     * A place between two records.
     *
     * @param offset in bytes of the decompressed file; {@link #END} behind the last record
     * @param line the line's number, from 1
     * @param onLine how many records began on that line before
     * @param depth how many lists are open
     */
    record Mark(long offset, long line, int onLine, int depth) {
        static final long END = -1;
        static final Mark START = new Mark(0, 1, 0, 0);

        Mark end() {
            return new Mark(END, line, onLine, 0);
        }
    }

    /** A record as it is in the file. */
    static final class Raw {
        private final byte[] bytes;
        private final long length;
        private final boolean isEmptyList;
        private final String where;
        private final Mark behind;

        private Raw(byte[] bytes, long length, boolean isEmptyList, String where, Mark behind) {
            this.bytes = bytes;
            this.length = length;
            this.isEmptyList = isEmptyList;
            this.where = where;
            this.behind = behind;
        }

        /** Its bytes without a line's end; of one that is too long, the beginning. Not a copy. */
        byte[] bytes() {
            return bytes;
        }

        /** How long it is. */
        long length() {
            return length;
        }

        /** Whether it is but a list without elements. */
        boolean isEmptyList() {
            return isEmptyList;
        }

        /** Where it is in the file: {@code 17}, or {@code 17:3} for the third one that begins on the line. */
        String where() {
            return where;
        }

        /** The place behind it. */
        Mark behind() {
            return behind;
        }

        boolean isCut() {
            return bytes.length < length;
        }

        boolean isBlank() {
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                    return false;
                }
            }
            return !isCut();
        }
    }

    /** The next record; null at the end of the stream. */
    @Nullable
    Raw next() throws IOException {
        begin = at;
        dropped = 0;
        if (failure != null) {
            throw failure;
        }
        framer.begin(mark.depth());
        passMark();
        boolean begun = false;
        boolean tooLong = false;
        long beginLine = line;
        while (true) {
            int next = readOrFail();
            lastRead = next;
            Framer.Step step = framer.step(next);
            if (!begun && step != Framer.Step.BEFORE) {
                begun = true;
                beginLine = next == lineEnd ? line - 1 : line;
            }
            switch (step) {
                case BEFORE -> {
                    begin = at;
                    begun = false;
                }
                case WITHIN -> {
                    int run = framer.run(buffer, at, filled);
                    at += run;
                    consumed += run;
                    if (!tooLong && framer.length() > maxBytes) {
                        tooLong = true;
                        int cut = framer.cut(buffer, begin, at);
                        if (cut > 0) {
                            return broken(cut, beginLine);
                        }
                    }
                }
                case LAST -> {
                    return raw(framer.length(), framer.isEmptyList(), beginLine);
                }
                case BEHIND -> {
                    back(next);
                    boolean nothing = next == Framer.END_OF_FILE && begin == at && dropped == 0;
                    Raw last = raw(framer.length(), framer.isEmptyList(), beginLine);
                    return nothing ? null : last;
                }
                case BROKEN -> {
                    return broken(dropped > 0 ? Framer.LINES_END : framer.cut(buffer, begin, at), beginLine);
                }
            }
        }
    }

    /** How many lists are open at the end of the stream. */
    int openLists() {
        return framer.depth();
    }

    /** What was read of a record when the stream failed. */
    Raw failed() {
        return raw(size(), false, line);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** A byte order mark is of no record, also where files were joined. */
    private void passMark() throws IOException {
        boolean marked = true;
        byte[] bom = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        for (int i = 0; i < bom.length && marked; i++) {
            marked = has(i) && buffer[at + i] == bom[i];
        }
        if (marked) {
            at += bom.length;
            consumed += bom.length;
            begin = at;
        }
    }

    /** A record that ends at a place in the buffer, or where its line or its lines end. */
    private Raw broken(int cut, long beginLine) throws IOException {
        if (cut > 0) {
            for (int i = cut; i < at; i++) {
                line -= buffer[i] == lineEnd ? 1 : 0;
            }
            consumed -= at - cut;
            at = cut;
        } else {
            skipLine();
            while (cut == Framer.LINES_END && has(0) && lineGoesOn()) {
                skipLine();
            }
        }
        return raw(size(), false, beginLine);
    }

    private void skipLine() throws IOException {
        while (lastRead >= 0 && lastRead != lineEnd) {
            lastRead = read();
        }
    }

    private boolean lineGoesOn() throws IOException {
        int length = 0;
        while (has(length) && (buffer[at + length] == ' ' || buffer[at + length] == '\t')) {
            length++;
        }
        boolean goesOn = framer.goesOn(buffer, at, has(length) ? at + length + 1 : at + length);
        if (goesOn) {
            lastRead = read();
        }
        return goesOn;
    }

    private Raw raw(long size, boolean isEmptyList, long beginLine) {
        long length = size;
        int kept = (int) Math.min(length, maxBytes + 1L);
        boolean whole = length == kept;
        while (whole && kept > 0 && (buffer[begin + kept - 1] == '\n' || buffer[begin + kept - 1] == '\r')) {
            kept--;
            length--;
        }
        int before = beginLine == mark.line() ? mark.onLine() : 0;
        String where = before == 0 ? Long.toString(beginLine) : beginLine + ":" + (before + 1);
        mark = new Mark(consumed, line, line == beginLine ? before + 1 : 0, framer.depth());
        byte[] bytes = Arrays.copyOfRange(buffer, begin, begin + Math.min(kept, maxBytes));
        return new Raw(bytes, length, isEmptyList, where, mark);
    }

    /** How many bytes the record has so far. */
    private long size() {
        return at - begin + dropped;
    }

    private int read() throws IOException {
        if (at == filled && !has(0)) {
            return Framer.END_OF_FILE;
        }
        int next = buffer[at++] & 0xFF;
        consumed++;
        line += next == lineEnd ? 1 : 0;
        return next;
    }

    /** The next byte; the end of a whole record if the stream fails behind it, and then the failure. */
    private int readOrFail() throws IOException {
        try {
            return read();
        } catch (IOException e) {
            if (!framer.isWhole()) {
                throw e;
            }
            failure = e;
            return Framer.END_OF_FILE;
        }
    }

    private void back(int next) {
        if (next != Framer.END_OF_FILE) {
            at--;
            consumed--;
        }
    }

    /** Whether there is a byte so many behind the next. */
    private boolean has(int ahead) throws IOException {
        while (filled - at <= ahead) {
            if (filled == buffer.length && !makeRoom()) {
                return false;
            }
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read <= 0) {
                return false;
            }
            filled += read;
        }
        return true;
    }

    /** Makes room in the buffer: moves the record to its beginning, lets it grow, or drops what a record has too much. */
    private boolean makeRoom() {
        int keep = Math.min(at - begin, maxBytes + 1);
        if (begin > 0) {
            move(begin, 0);
            at -= begin;
            begin = 0;
        } else if (buffer.length < maxBytes + 1 + CHUNK) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, maxBytes + 1L + CHUNK));
        } else {
            dropped += at - keep;
            move(at, keep);
            at = keep;
        }
        return filled < buffer.length;
    }

    private void move(int from, int to) {
        System.arraycopy(buffer, from, buffer, to, filled - from);
        filled -= from - to;
    }
}
