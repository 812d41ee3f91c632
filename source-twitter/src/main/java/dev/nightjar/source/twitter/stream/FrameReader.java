/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines at LF, a CR before it left out. It looks at bytes alone, so that no chunk can be cut in
 * a bad place, and U+2028 in a text is no line end.
 */
final class FrameReader {
    private static final int BUFFER = 1 << 14;

    /** How many times its limit a line may be; then the stream is no stream of lines, but a bomb. */
    private static final int BOMB = 16;

    private final InputStream in;
    private final int limit;
    private final Listener listener;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long length;

    /**
     * A reader.
     *
     * @param limit the longest line in bytes; of a longer one only the beginning is kept
     */
    FrameReader(InputStream in, int limit, Listener listener) {
        this.in = in;
        this.limit = limit;
        this.listener = listener;
    }

    /**
     * Reads to the end of the stream. A last line without LF was cut off and is not passed on.
     *
     * @throws IOException if the stream breaks, or a line does not end
     */
    void run() throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            listener.bytes(read);
            int from = 0;
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    append(buffer, from, i);
                    emit();
                    from = i + 1;
                }
            }
            append(buffer, from, read);
        }
    }

    private void append(byte[] buffer, int from, int to) throws IOException {
        length += to - from;
        if (length > (long) limit * BOMB) {
            throw new IOException("A line of more than " + (long) limit * BOMB + " bytes");
        }
        line.write(buffer, from, Math.min(to - from, limit - line.size()));
    }

    private void emit() throws InterruptedException {
        byte[] bytes = line.toByteArray();
        boolean whole = length <= limit;
        if (whole && bytes.length > 0 && bytes[bytes.length - 1] == '\r') {
            bytes = Arrays.copyOf(bytes, bytes.length - 1);
        }
        line.reset();
        length = 0;
        if (whole) {
            listener.line(bytes);
        } else {
            listener.tooLong(bytes);
        }
    }

    /** What the reader tells. */
    interface Listener {
        /** Some bytes came. */
        void bytes(int count);

        /** A whole line, which may be empty. */
        void line(byte[] bytes) throws InterruptedException;

        /** The beginning of a line that was too long. */
        void tooLong(byte[] beginning) throws InterruptedException;
    }
}
