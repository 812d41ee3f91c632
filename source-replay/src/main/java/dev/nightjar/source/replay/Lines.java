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
 * Splits a stream into lines with bounded memory. Only one character ends a line, so that U+2028 and its kin within a text
 * do not.
 *
 * <p>Confined to one thread.
 */
final class Lines implements Closeable {
    /** No character ends a line: the whole stream is one. */
    static final int NONE = -1;

    private final InputStream in;
    private final int end;
    private final int maxBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int next;
    private int filled;
    private long offset;
    private byte[] line = new byte[1 << 12];
    private long length;

    /**
     * Reads lines.
     *
     * @param in closed with the lines
     * @param end the character that ends a line, or {@link #NONE}; a carriage return before a line feed is cut off
     * @param maxBytes the longest line that is kept whole
     * @param offset how far into its file the stream is
     */
    Lines(InputStream in, int end, int maxBytes, long offset) {
        this.in = in;
        this.end = end;
        this.maxBytes = maxBytes;
        this.offset = offset;
    }

    /** One line. */
    static final class Line {
        private final byte[] bytes;
        private final long length;
        private final long start;
        private final long behind;

        private Line(byte[] bytes, long length, long start, long behind) {
            this.bytes = bytes;
            this.length = length;
            this.start = start;
            this.behind = behind;
        }

        /** Its bytes without the line's end; of a line that is too long, the beginning. Not a copy. */
        byte[] bytes() {
            return bytes;
        }

        /** How long it is. */
        long length() {
            return length;
        }

        /** Where it begins. */
        long start() {
            return start;
        }

        /** Where the next one begins. */
        long behind() {
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

    /** The next line; null at the end of the stream. */
    @Nullable
    Line next() throws IOException {
        long start = offset;
        length = 0;
        while (true) {
            if (next == filled) {
                next = 0;
                filled = 0;
                int read = in.read(buffer);
                if (read < 0) {
                    return offset == start ? null : line(start);
                }
                filled = read;
            }
            int stop = indexOfEnd();
            keep(stop < 0 ? filled : stop);
            if (stop >= 0) {
                next++;
                offset++;
                return line(start);
            }
        }
    }

    /** What was read of a line when the stream failed. */
    Line broken() {
        return new Line(Arrays.copyOf(line, kept()), length, offset - length, offset);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private int indexOfEnd() {
        for (int i = next; i < filled; i++) {
            if (buffer[i] == end && end != NONE) {
                return i;
            }
        }
        return -1;
    }

    /** Keeps the buffer up to a place, as far as the line may be long. */
    private void keep(int stop) {
        int count = stop - next;
        int from = kept();
        int room = Math.min(count, maxBytes + 1 - from);
        if (room > 0) {
            if (from + room > line.length) {
                line = Arrays.copyOf(line, (int) Math.min(maxBytes + 1, Math.max(from + room, 2L * line.length)));
            }
            System.arraycopy(buffer, next, line, from, room);
        }
        length += count;
        offset += count;
        next = stop;
    }

    /** How much of the line is kept: a carriage return at its end does not count. */
    private int kept() {
        return (int) Math.min(length, maxBytes + 1);
    }

    private Line line(long start) {
        if (end == '\n' && length > 0 && length <= maxBytes + 1 && line[(int) length - 1] == '\r') {
            length--;
        }
        return new Line(Arrays.copyOf(line, (int) Math.min(length, maxBytes)), length, start, offset);
    }
}
