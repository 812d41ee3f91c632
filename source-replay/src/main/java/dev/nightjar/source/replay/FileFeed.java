/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file, once or again and again.
 *
 * <p>Confined to one thread.
 */
final class FileFeed implements Feed {
    /** How much of a file is looked at to know it again and to find its format. */
    private static final int HEAD_BYTES = 64 * 1024;

    private final Path file;
    private final TweetFormat format;
    private final int maxLineBytes;
    private final long count;
    private final boolean loop;

    private final Fingerprint fingerprint;
    private final Deque<Placed> items = new ArrayDeque<>();
    private FilePlace place;
    private Decoder decoder = Decoder::x;
    private Lines lines;
    private long sizeAtOpening;
    private boolean tweetsInPass;

    private FileFeed(ReplayConfig config, Path file, SourcePosition position) throws IOException {
        this.file = file;
        this.format = config.format();
        this.maxLineBytes = config.maxLineBytes();
        this.count = config.count();
        this.loop = config.isLoop();
        checkFile();
        byte[] head = head();
        if (position.isStart()) {
            fingerprint = Fingerprint.of(head);
            place = new FilePlace(fingerprint, 0, 0, 1, 0, 0, Span.NONE);
        } else {
            place = FilePlace.parse(position);
            fingerprint = place.fingerprint();
        }
        tweetsInPass = place.tweets() > 0;
        lines = open(head);
    }

    /**
     * Opens a file at a position.
     *
     * @throws ConfigException if it is no file that can be read, or not the one of the position
     */
    static FileFeed open(ReplayConfig config, Path file, SourcePosition position) throws IOException {
        return new FileFeed(config, file, position);
    }

    @Override
    public @Nullable Placed next() throws IOException {
        while (place.tweets() < count) {
            Placed item = items.poll();
            if (item != null) {
                place = (FilePlace) item.place();
                tweetsInPass |= item.item() instanceof Item.Tweet;
                return item;
            }
            if (place.offset() == FilePlace.END || !readLine()) {
                if (!nextPass()) {
                    return null;
                }
            }
        }
        return null;
    }

    @Override
    public @Nullable Instant begin() {
        return null;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** Reads the items of the next line; false at the end of the file. */
    private boolean readLine() throws IOException {
        Lines.Line line;
        try {
            line = lines.next();
        } catch (Gunzip.BombException e) {
            return readFault("gzip-bomb", "The file grows to more than " + Gunzip.MAX_RATIO + " times its length");
        } catch (EOFException e) {
            return readFault("truncated-gzip", "The gzip file ends within its data");
        } catch (ZipException e) {
            return readFault("corrupt-gzip", "The gzip file is damaged");
        }
        if (line == null) {
            return readEnd();
        }
        List<Item> read = decode(line, origin());
        FilePlace behind = new FilePlace(
                fingerprint, place.pass(), line.behind(), place.line() + 1, 0, place.tweets(), place.span());
        add(read, line.start(), behind);
        return true;
    }

    private List<Item> decode(Lines.Line line, String origin) {
        if (line.isCut()) {
            return List.of(Item.dead(
                    "line-too-long",
                    "The line has " + line.length() + " bytes, more than " + maxLineBytes,
                    origin,
                    line.bytes(),
                    line.length()));
        }
        if (line.isBlank()) {
            return List.of(new Item.Skipped("blank"));
        }
        try {
            return decoder.decode(line.bytes(), origin);
        } catch (DataException e) {
            return List.of(Item.dead(e, origin, line.bytes()));
        }
    }

    /** What cannot be read ends the pass: what comes behind it is unknown. */
    private boolean readFault(String code, String message) {
        Lines.Line rest = lines.broken();
        add(
                List.of(Item.dead(
                        code, message + "; nothing is read behind it", origin(), rest.bytes(), rest.length())),
                rest.start(),
                end());
        return true;
    }

    /** The end of the file, which may not be where it was: true if there is something to say or to read. */
    private boolean readEnd() throws IOException {
        long size = Files.size(file);
        if (size == sizeAtOpening) {
            return false;
        }
        if (size > sizeAtOpening) {
            add(List.of(new Item.Skipped("file-grew")), place.offset(), place);
        } else {
            String message = "The file had " + sizeAtOpening + " bytes and now has " + size
                    + "; what was cut off may not have been read";
            add(List.of(Item.dead("file-shrank", message, origin(), new byte[0], 0)), place.offset(), end());
        }
        sizeAtOpening = size;
        return true;
    }

    private FilePlace end() {
        return new FilePlace(fingerprint, place.pass(), FilePlace.END, place.line(), 0, place.tweets(), place.span());
    }

    /** Queues the items of a line, each with the place behind it, but for those before the place where we are. */
    private void add(List<Item> read, long start, FilePlace behind) {
        if (place.item() >= read.size()) {
            throw notTheSame("line " + place.line() + " has only " + read.size() + " records");
        }
        long tweets = place.tweets();
        Span span = place.span();
        for (int i = place.item(); i < read.size(); i++) {
            Item item = read.get(i);
            if (item instanceof Item.Tweet found) {
                tweets++;
                span = place.pass() == 0 ? span.with(found.tweet()) : span;
            }
            boolean last = i == read.size() - 1;
            items.add(new Placed(
                    moved(item),
                    new FilePlace(
                            fingerprint,
                            place.pass(),
                            last ? behind.offset() : start,
                            last ? behind.line() : place.line(),
                            last ? 0 : i + 1,
                            tweets,
                            span)));
        }
    }

    private Item moved(Item item) {
        if (place.pass() == 0) {
            return item;
        }
        if (item instanceof Item.Tweet found) {
            return new Item.Tweet(place.span().shift(found.tweet(), place.pass()));
        }
        return item instanceof Item.Deleted deleted && !place.span().isEmpty()
                ? new Item.Deleted(place.span().shift(deleted.id(), place.pass()))
                : item;
    }

    /** Begins at the beginning once more, if that is asked for and gives more tweets. */
    private boolean nextPass() throws IOException {
        long pass = place.pass() + 1;
        if (!loop || !tweetsInPass || place.span().isEmpty() || !place.span().canShift(pass)) {
            return false;
        }
        tweetsInPass = false;
        lines.close();
        checkFile();
        byte[] head = head();
        place = new FilePlace(fingerprint, pass, 0, 1, 0, place.tweets(), place.span());
        lines = open(head);
        return true;
    }

    private Lines open(byte[] head) throws IOException {
        if (!fingerprint.matches(head)) {
            throw notTheSame("it begins differently");
        }
        sizeAtOpening = Files.size(file);
        boolean compressed = Gunzip.isGzip(head);
        if (!compressed && place.offset() > sizeAtOpening) {
            throw notTheSame("it has " + sizeAtOpening + " bytes, fewer than " + place.offset());
        }
        byte[] beginning = compressed ? gunzip(head) : head;
        boolean csv =
                format == TweetFormat.SENTIMENT140 || (format == TweetFormat.AUTO && Sentiment140.matches(beginning));
        decoder = csv ? new Sentiment140() : format == TweetFormat.NIGHTJAR ? Decoder::nightjar : Decoder::x;
        return new Lines(
                input(compressed), csv ? csvLineEnd(beginning) : jsonLineEnd(beginning), maxLineBytes, place.offset());
    }

    private InputStream input(boolean compressed) throws IOException {
        if (place.offset() == FilePlace.END) {
            return InputStream.nullInputStream();
        }
        InputStream raw = new FileInputStream(file.toFile());
        try {
            InputStream in = compressed ? new Gunzip(raw) : raw;
            in.skipNBytes(place.offset());
            return in;
        } catch (EOFException | ZipException e) {
            raw.close();
            throw notTheSame("it cannot be decompressed as far as byte " + place.offset());
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Some public copies of the CSV have the line ends of old Macintoshes. */
    private static int csvLineEnd(byte[] beginning) {
        String text = new String(beginning, StandardCharsets.ISO_8859_1);
        return text.indexOf('\n') < 0 && text.indexOf('\r') >= 0 ? '\r' : '\n';
    }

    /** A file whose first line is the beginning of a JSON document is that document. */
    private int jsonLineEnd(byte[] beginning) {
        if (format == TweetFormat.NIGHTJAR) {
            return '\n';
        }
        String text = new String(beginning, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .stripLeading();
        int end = text.indexOf('\n');
        String first = text.substring(0, Math.max(end, 0)).stripTrailing();
        boolean opens = first.startsWith("{") || first.startsWith("[");
        return opens && (first.endsWith("{") || first.endsWith("[") || first.endsWith(",")) ? Lines.NONE : '\n';
    }

    private String origin() {
        return file.getFileName() + ":" + place.line();
    }

    private byte[] head() throws IOException {
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

    /** A pipe or a device would block, and could not be read again. */
    private void checkFile() {
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

    private ConfigException notTheSame(String reason) {
        return new ConfigException("The file '" + file + "' is not the one of the position: " + reason
                + ". Give the same file, or begin at the start");
    }
}
