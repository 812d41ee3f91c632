/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses gzip, concatenated members included, and stops at a file made to grow without bound.
 *
 * <p>Confined to one thread.
 */
final class Gunzip extends InputStream {
    /** How many times as long as what it was made from a file may be. */
    static final int MAX_RATIO = 100;

    /** Up to this many bytes the ratio does not matter: 8 MiB. */
    static final long FREE_BYTES = 8 * 1024 * 1024;

    private final Counting compressed;
    private @Nullable GZIPInputStream decompressed;
    private long produced;

    Gunzip(InputStream compressed) {
        this.compressed = new Counting(compressed);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (decompressed == null) {
            decompressed = new GZIPInputStream(compressed, 1 << 16); // reads the header
        }
        int read = decompressed.read(bytes, from, count);
        produced += Math.max(read, 0);
        if (produced > FREE_BYTES && produced / MAX_RATIO > compressed.consumed) {
            throw new BombException();
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        try (compressed) {
            if (decompressed != null) {
                decompressed.close();
            }
        }
    }

    static boolean isGzip(byte[] beginning) {
        return beginning.length > 2 && (beginning[0] & 0xFF) == 0x1F && (beginning[1] & 0xFF) == 0x8B;
    }

    /** It grows beyond {@link #MAX_RATIO}. */
    static final class BombException extends ZipException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Counting extends FilterInputStream {
        private long consumed;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            consumed += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            int read = super.read(bytes, from, count);
            consumed += Math.max(read, 0);
            return read;
        }
    }
}
