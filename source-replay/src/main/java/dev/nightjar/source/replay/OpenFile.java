/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * A file opened at a place: its lines, and what reads them.
 *
 * <p>Confined to one thread.
 */
final class OpenFile implements Closeable {
    /** How much of a file is looked at to know it again and to find its format. */
    private static final int HEAD_BYTES = 64 * 1024;

    private final Path file;
    private final Lines lines;
    private final Decoder decoder;
    private long size;

    private OpenFile(Path file, Lines lines, Decoder decoder, long size) {
        this.file = file;
        this.lines = lines;
        this.decoder = decoder;
        this.size = size;
    }

    /**
     * The fingerprint of a file.
     *
     * @throws ConfigException if it is no file that can be read
     */
    static Fingerprint fingerprint(Path file) throws IOException {
        check(file);
        return Fingerprint.of(head(file));
    }

    /**
     * Opens a file.
     *
     * @throws ConfigException if it is no file that can be read, or not the one of the place
     */
    static OpenFile open(ReplayConfig config, Path file, FilePlace place) throws IOException {
        check(file);
        byte[] head = head(file);
        if (!place.fingerprint().matches(head)) {
            throw notTheSame(file, "it begins differently");
        }
        long size = Files.size(file);
        boolean compressed = Gunzip.isGzip(head);
        if (!compressed && place.offset() > size) {
            throw notTheSame(file, "it has " + size + " bytes, fewer than " + place.offset());
        }
        byte[] beginning = compressed ? gunzip(head) : head;
        TweetFormat format = config.get(ReplayConfig.FORMAT);
        if (format == TweetFormat.AUTO) {
            format = Sentiment140.matches(beginning) ? TweetFormat.SENTIMENT140 : TweetFormat.X;
        }
        Lines lines = new Lines(
                input(file, compressed, place.offset()),
                lineEnd(format, beginning),
                config.get(ReplayConfig.MAX_LINE_BYTES),
                place.offset());
        return new OpenFile(file, lines, decoder(format), size);
    }

    /** A file that is not the one of a place. */
    static ConfigException notTheSame(Path file, String reason) {
        return new ConfigException("The file '" + file + "' is not the one of the position: " + reason
                + ". Give the same file, or begin at the start");
    }

    Lines lines() {
        return lines;
    }

    Decoder decoder() {
        return decoder;
    }

    /** By how many bytes the file has grown since it was opened or this was last asked. */
    long growth() throws IOException {
        long before = size;
        size = Files.size(file);
        return size - before;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** A pipe or a device would block, and could not be read again. */
    private static void check(Path file) {
        if (!Files.exists(file)) {
            throw new ConfigException("The file '" + file + "' does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw new ConfigException("The file '" + file + "' is no regular file but a directory, a pipe or a device");
        }
        if (!Files.isReadable(file)) {
            throw new ConfigException("The file '" + file + "' may not be read by this user");
        }
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return in.readNBytes(HEAD_BYTES);
        }
    }

    private static byte[] gunzip(byte[] head) throws IOException {
        byte[] beginning = new byte[HEAD_BYTES];
        int length = 0;
        try (InputStream in = new Gunzip(new ByteArrayInputStream(head))) {
            for (int read = 0; read >= 0 && length < HEAD_BYTES; ) {
                length += read;
                read = in.read(beginning, length, HEAD_BYTES - length);
            }
        } catch (EOFException | ZipException e) {
            // The head is cut anywhere; damage shows when the file is read.
        }
        return Arrays.copyOf(beginning, length);
    }

    private static InputStream input(Path file, boolean compressed, long offset) throws IOException {
        if (offset == FilePlace.END) {
            return InputStream.nullInputStream();
        }
        // A channel would be closed by an interrupt of the reading thread.
        InputStream raw = new FileInputStream(file.toFile());
        try {
            InputStream in = compressed ? new Gunzip(raw) : raw;
            in.skipNBytes(offset);
            return in;
        } catch (EOFException | ZipException e) {
            raw.close();
            throw notTheSame(file, "it cannot be decompressed as far as byte " + offset);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static Decoder decoder(TweetFormat format) {
        return switch (format) {
            case SENTIMENT140 -> new Sentiment140();
            case NIGHTJAR -> Decoder::nightjar;
            case X, AUTO -> Decoder::x;
        };
    }

    private static int lineEnd(TweetFormat format, byte[] beginning) {
        return switch (format) {
            case SENTIMENT140 -> hasOldMacintoshLineEnds(beginning) ? '\r' : '\n';
            case NIGHTJAR -> '\n';
            case X, AUTO -> isOneDocument(beginning) ? Lines.NONE : '\n';
        };
    }

    /** Whether the lines end as in some public copies of Sentiment140. */
    private static boolean hasOldMacintoshLineEnds(byte[] beginning) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        return text.indexOf('\n') < 0 && text.indexOf('\r') >= 0;
    }

    /** Whether the first line only begins a JSON document, which is then the whole file. */
    private static boolean isOneDocument(byte[] beginning) {
        String text = new String(beginning, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .stripLeading();
        String first = text.substring(0, Math.max(text.indexOf('\n'), 0)).stripTrailing();
        boolean opens = first.startsWith("{") || first.startsWith("[");
        return opens && (first.endsWith("{") || first.endsWith("[") || first.endsWith(","));
    }
}
