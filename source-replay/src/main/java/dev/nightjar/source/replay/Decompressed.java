/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of a compressed file. It stops at a file made to grow without bound, and tells a fault of the data from one of
 * the disk.
 *
 * <p>Confined to one thread.
 */
final class Decompressed extends InputStream {
    private final Codec codec;
    private final Counting compressed;
    private @Nullable InputStream decompressed;
    private long produced;

    Decompressed(Codec codec, InputStream compressed) {
        this.codec = codec;
        this.compressed = new Counting(compressed);
    }

    /** The data is not what the codec made; nothing can be read behind it. */
    static final class FaultException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String code;
        private final String what;

        FaultException(String code, String what, @Nullable Throwable cause) {
            super(what, cause);
            this.code = code;
            this.what = what;
        }

        /** What is wrong, in a sentence. */
        String what() {
            return what;
        }

        /** The code for a dead letter. */
        String code() {
            return code;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    @SuppressWarnings("IllegalCatch") // what a decompressor throws on damaged data is not always an IOException
    public int read(byte[] bytes, int from, int count) throws IOException {
        int read;
        try {
            if (decompressed == null) {
                decompressed = codec.open(compressed); // reads the header
            }
            read = decompressed.read(bytes, from, count);
        } catch (dev.nightjar.NightjarException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (compressed.failure != null) {
                throw compressed.failure;
            }
            throw fault(e);
        }
        produced += Math.max(read, 0);
        if (produced > Codec.FREE_BYTES && produced / codec.maxRatio() > compressed.consumed) {
            throw new FaultException(
                    codec.word() + "-bomb",
                    "The file grows to more than " + codec.maxRatio() + " times its length",
                    null);
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

    private FaultException fault(Exception cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        boolean cut = cause instanceof EOFException || said.contains("unexpected end of") || said.contains("truncated");
        return cut
                ? new FaultException(
                        "truncated-" + codec.word(), "The " + codec.word() + " file ends within its data", cause)
                : new FaultException("corrupt-" + codec.word(), "The " + codec.word() + " file is damaged", cause);
    }

    private static final class Counting extends FilterInputStream {
        private long consumed;
        private @Nullable IOException failure;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            try {
                int read = super.read(bytes, from, count);
                consumed += Math.max(read, 0);
                return read;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
