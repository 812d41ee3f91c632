/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.stream.Queued.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into lines at LF, a CR before it left out. It looks only at bytes, so no chunk boundary does
 * harm, and U+2028 in a text does not end a line.
 */
final class FrameReader {
    private static final int BUFFER = 1 << 14;

    /** How many times its limit a line may be; a longer one means that this is not a stream of lines but a bomb. */
    private static final int BOMB = 16;

    private final InputStream in;
    private final int limit;
    private final Supplier<Instant> clock;
    private final Runnable onBytes;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int end;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long length;

    /**
     * A reader.
     *
     * @param limit the longest line in bytes; of a longer one only the beginning is kept
     * @param clock says when a line comes
     * @param onBytes called when bytes arrive
     */
    FrameReader(InputStream in, int limit, Supplier<Instant> clock, Runnable onBytes) {
        this.in = in;
        this.limit = limit;
        this.clock = clock;
        this.onBytes = onBytes;
    }

    /**
     * The next line. A last one without LF was cut off and is none.
     *
     * @return null at the end of the stream
     * @throws IOException if the stream breaks, or a line does not end
     */
    @Nullable
    Frame next() throws IOException {
        while (end >= 0) {
            for (int i = from; i < end; i++) {
                if (buffer[i] == '\n') {
                    append(i);
                    from = i + 1;
                    return line();
                }
            }
            append(end);
            from = 0;
            end = in.read(buffer);
            if (end > 0) {
                onBytes.run();
            }
        }
        return null;
    }

    private void append(int to) throws IOException {
        length += to - from;
        if (length > (long) limit * BOMB) {
            throw new IOException("A line of more than " + (long) limit * BOMB + " bytes");
        }
        line.write(buffer, from, Math.min(to - from, limit - line.size()));
    }

    private Frame line() {
        byte[] bytes = line.toByteArray();
        boolean whole = length <= limit;
        if (whole && bytes.length > 0 && bytes[bytes.length - 1] == '\r') {
            bytes = Arrays.copyOf(bytes, bytes.length - 1);
        }
        line.reset();
        length = 0;
        return new Frame(bytes, whole, clock.get());
    }
}
