/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952), member by member. Behind a member there may be another one, with zeros before it, or nothing;
 * {@link java.util.zip.GZIPInputStream} takes anything else for the end, and what comes behind it would be lost.
 *
 * <p>Confined to one thread.
 */
final class Gunzip extends InputStream {
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int HEADER_CRC = 2;

    private final InputStream compressed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;
    private boolean inMember;
    private boolean ended;

    Gunzip(InputStream compressed) {
        this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        while (!ended && count > 0) {
            if (!inMember) {
                beginMember();
                continue;
            }
            int read = inflate(bytes, from, count);
            if (read > 0) {
                crc.update(bytes, from, read);
                return read;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw new ZipException("A member needs a dictionary");
            } else if (at == filled) {
                require(peek() >= 0);
            }
        }
        return count == 0 ? 0 : -1;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        compressed.close();
    }

    private int inflate(byte[] bytes, int from, int count) throws ZipException {
        inflater.setInput(buffer, at, filled - at);
        try {
            int read = inflater.inflate(bytes, from, count);
            at = filled - inflater.getRemaining();
            return read;
        } catch (DataFormatException e) {
            throw new ZipException("The data of a member is damaged");
        }
    }

    private void beginMember() throws IOException {
        while (peek() == 0) {
            at++;
        }
        if (peek() < 0) {
            ended = true;
            return;
        }
        if (next() != 0x1F || next() != 0x8B || next() != 8) {
            throw new ZipException("Something that is no gzip member follows");
        }
        int flags = next();
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() + (next() << 8));
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
        inMember = true;
    }

    private void endMember() throws IOException {
        long sum = number();
        long size = number();
        if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xFFFF_FFFFL)) {
            throw new ZipException("The check sum of a member is another");
        }
        inMember = false;
    }

    private long number() throws IOException {
        long number = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            number |= (long) next() << shift;
        }
        return number;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        while (next() != 0) {
            // A name or a comment.
        }
    }

    private int next() throws IOException {
        int next = peek();
        require(next >= 0);
        at++;
        return next;
    }

    private int peek() throws IOException {
        if (at == filled) {
            at = 0;
            filled = Math.max(compressed.read(buffer), 0);
        }
        return at == filled ? -1 : buffer[at] & 0xFF;
    }

    private static void require(boolean more) throws EOFException {
        if (!more) {
            throw new EOFException();
        }
    }
}
