/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.io.TextFile;
import dev.nightjar.json.XJson;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file opened at a place: its records, and what reads them.
 *
 * <p>Confined to one thread.
 */
final class OpenFile implements Closeable {
    /** How much of a file is looked at to know it again and to find its format. */
    private static final int HEAD_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

    private final Path file;
    private final Records records;
    private final TweetFormat.Reader reader;
    private long size;
    private boolean saidOpen;

    private OpenFile(Path file, Records records, TweetFormat.Reader reader, long size) {
        this.file = file;
        this.records = records;
        this.reader = reader;
        this.size = size;
    }

    /**
     * What a file is, by its first bytes.
     *
     * @param codec how it is compressed; null if it is not
     * @param charset of its text where it is not UTF-8; null if it is
     * @param text the beginning of its text
     */
    private record Head(@Nullable Codec codec, @Nullable Charset charset, String text) {
        boolean isPlain() {
            return codec == null && charset == null;
        }

        InputStream open(InputStream raw) throws IOException {
            InputStream in = codec == null ? raw : new Decompressed(codec, raw);
            return charset == null ? in : TextFile.utf8(in);
        }
    }

    /**
     * The fingerprint of a file.
     *
     * @throws ConfigException if it is no file that can be read
     */
    static Fingerprint fingerprint(Path file) throws IOException {
        check(file);
        return Fingerprint.of(firstBytes(file));
    }

    /**
     * Opens a file.
     *
     * @throws ConfigException if it is no file that can be read, or not the one of the place
     */
    static OpenFile open(ReplayConfig config, Path file, FilePlace place) throws IOException {
        return open(file, place, config.get(ReplayConfig.MAX_RECORD_BYTES), beginning -> {
            Formats.Found found = Formats.of(config, beginning, file.toString());
            LOG.debug("'{}' is read as {}, since {}", file, found.format().name(), found.why());
            return found.format().reader(beginning);
        });
    }

    /**
     * Opens a file that is not replayed.
     *
     * @param format makes what reads it, of the beginning of its text
     * @throws ConfigException if it is no file that can be read
     */
    static OpenFile open(Path file, Function<String, TweetFormat.Reader> format) throws IOException {
        return open(file, FilePlace.start(fingerprint(file)), XJson.MAX_BYTES, format);
    }

    /**
     * The beginning of a file's text.
     *
     * @throws ConfigException if it is no file that can be read
     */
    static String beginning(Path file) throws IOException {
        check(file);
        return head(file, firstBytes(file)).text();
    }

    private static OpenFile open(
            Path file, FilePlace place, int maxRecordBytes, Function<String, TweetFormat.Reader> format)
            throws IOException {
        check(file);
        byte[] firstBytes = firstBytes(file);
        if (!place.fingerprint().matches(firstBytes)) {
            throw notTheSame(file, "it begins differently");
        }
        Head head = head(file, firstBytes);
        long size = Files.size(file);
        if (head.isPlain() && place.mark().offset() > size) {
            throw notTheSame(
                    file,
                    "it has " + size + " bytes, fewer than " + place.mark().offset());
        }
        TweetFormat.Reader reader = format.apply(head.text());
        int lineEnd = lineEnd(reader, head.text());
        Records records = new Records(
                input(file, head, place.mark().offset()),
                reader.framing().framer(lineEnd),
                lineEnd,
                maxRecordBytes,
                place.mark());
        return new OpenFile(file, records, reader, size);
    }

    /** What a file is read as, and why, on one line. */
    static String describe(ReplayConfig config, Path file) throws IOException {
        check(file);
        Head head = head(file, firstBytes(file));
        Formats.Found found = Formats.of(config, head.text(), file.toString());
        found.format().reader(head.text());
        String codec =
                head.codec() == null ? "" : ", compressed with " + head.codec().word();
        String charset = head.charset() == null ? "" : ", in " + head.charset();
        return "'" + file + "' is read as " + found.format().name() + codec + charset + ", since " + found.why();
    }

    /** A file that is not the one of a place. */
    static ConfigException notTheSame(Path file, String reason) {
        return new ConfigException("The file '" + file + "' is not the one of the position: " + reason
                + ". Give the same file, or begin at the start");
    }

    Records records() {
        return records;
    }

    TweetFormat.Reader reader() {
        return reader;
    }

    /** Whether it was said before that a list is not closed, which it is now. */
    boolean isSaidOpen() {
        boolean said = saidOpen;
        saidOpen = true;
        return said;
    }

    /** By how many bytes the file has grown since it was opened or this was last asked. */
    long growth() throws IOException {
        long before = size;
        size = Files.size(file);
        return size - before;
    }

    @Override
    public void close() throws IOException {
        records.close();
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

    private static byte[] firstBytes(Path file) throws IOException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return in.readNBytes(HEAD_BYTES);
        }
    }

    /**
     * Looks what a file is.
     *
     * @throws ConfigException if it is of a kind that is known and not read
     */
    private static Head head(Path file, byte[] bytes) throws IOException {
        Codec codec = Codec.of(bytes);
        byte[] beginning = codec == null ? bytes : beginning(file, codec);
        String other = codec != null && Codec.of(beginning) != null
                ? "compressed twice; decompress it once first"
                : OtherFiles.kind(beginning);
        if (other != null) {
            throw new ConfigException("The file '" + file + "' is " + other);
        }
        Charset charset = TextFile.marked(beginning);
        String text = new String(beginning, charset == null ? StandardCharsets.UTF_8 : charset);
        return new Head(codec, charset, text.replace("\uFEFF", ""));
    }

    private static byte[] beginning(Path file, Codec codec) throws IOException {
        byte[] beginning = new byte[HEAD_BYTES];
        int length = 0;
        try (InputStream in = new Decompressed(codec, new FileInputStream(file.toFile()))) {
            for (int read = 0; read >= 0 && length < HEAD_BYTES; ) {
                length += read;
                read = in.read(beginning, length, HEAD_BYTES - length);
            }
        } catch (Decompressed.FaultException e) {
            // It shows again when the file is read.
        }
        return Arrays.copyOf(beginning, length);
    }

    private static InputStream input(Path file, Head head, long offset) throws IOException {
        if (offset == Records.Mark.END) {
            return InputStream.nullInputStream();
        }
        // A channel would be closed by an interrupt of the reading thread.
        InputStream raw = new FileInputStream(file.toFile());
        try {
            InputStream in = head.open(raw);
            in.skipNBytes(offset);
            return in;
        } catch (EOFException | Decompressed.FaultException | CharacterCodingException e) {
            raw.close();
            throw notTheSame(file, "it cannot be decompressed as far as byte " + offset);
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Some public copies of CSV files have the line ends of the old Macintosh. */
    private static int lineEnd(TweetFormat.Reader reader, String beginning) {
        boolean old = reader.framing() != Framing.JSON && beginning.indexOf('\n') < 0 && beginning.indexOf('\r') >= 0;
        return old ? '\r' : '\n';
    }
}
