/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
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
    private final ReplayConfig config;
    private final Path file;
    private final long count;
    private final Deque<Queued> queue = new ArrayDeque<>();
    private OpenFile opened;
    private FilePlace place;
    private boolean tweetsInPass;

    private FileFeed(ReplayConfig config, Path file, OpenFile opened, FilePlace place) {
        this.config = config;
        this.file = file;
        this.count = config.count();
        this.opened = opened;
        this.place = place;
        this.tweetsInPass = place.tweets() > 0;
    }

    /**
     * Opens a file at a position.
     *
     * @throws dev.nightjar.ConfigException if it is no file that can be read, or not the one of the position
     */
    static FileFeed open(ReplayConfig config, Path file, SourcePosition position) throws IOException {
        FilePlace place = position.isStart()
                ? new FilePlace(OpenFile.fingerprint(file), 0, 0, 1, 0, 0, Span.NONE)
                : FilePlace.parse(position);
        return new FileFeed(config, file, OpenFile.open(config, file, place), place);
    }

    @Override
    public @Nullable Placed next() throws IOException {
        while (place.tweets() < count) {
            Queued next = queue.poll();
            if (next != null) {
                place = next.place();
                tweetsInPass |= next.item() instanceof FeedItem.Tweet;
                return new Placed(next.item(), next.place());
            }
            boolean more = place.offset() != FilePlace.END && readLine();
            if (!more && !nextPass()) {
                return null;
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
        opened.close();
    }

    /** Queues the records of the next line; false at the end of the file. */
    private boolean readLine() throws IOException {
        Lines.Line line;
        try {
            line = opened.lines().next();
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
        enqueue(decode(line), line.start(), place.at(line.behind(), place.line() + 1));
        return true;
    }

    private List<FeedItem> decode(Lines.Line line) {
        if (line.isCut()) {
            String message =
                    "The line has " + line.length() + " bytes, more than " + config.get(ReplayConfig.MAX_LINE_BYTES);
            return List.of(FeedItem.dead("line-too-long", message, origin(), line.bytes(), line.length()));
        }
        if (line.isBlank()) {
            return List.of(new FeedItem.Skipped("blank"));
        }
        try {
            return opened.decoder().decode(line.bytes(), origin());
        } catch (DataException e) {
            return List.of(FeedItem.dead(e, origin(), line.bytes()));
        }
    }

    /** What cannot be read ends the pass: what comes behind it is unknown. */
    private boolean readFault(String code, String message) {
        Lines.Line rest = opened.lines().broken();
        FeedItem dead =
                FeedItem.dead(code, message + "; nothing is read behind it", origin(), rest.bytes(), rest.length());
        enqueue(List.of(dead), rest.start(), place.at(FilePlace.END, place.line()));
        return true;
    }

    /** The end of the file, which may not be where it was: true if there is something to say or to read. */
    private boolean readEnd() throws IOException {
        long growth = opened.growth();
        if (growth > 0) {
            enqueue(List.of(new FeedItem.Skipped("file-grew")), place.offset(), place);
        } else if (growth < 0) {
            String message =
                    "The file lost " + -growth + " bytes while it was read; some of them may not have been read";
            FeedItem dead = FeedItem.dead("file-shrank", message, origin(), new byte[0], 0);
            enqueue(List.of(dead), place.offset(), place.at(FilePlace.END, place.line()));
        }
        return growth != 0;
    }

    /** Queues the records of a line, each with the place behind it, but for those before the place where we are. */
    private void enqueue(List<FeedItem> items, long start, FilePlace behind) {
        if (place.item() >= items.size()) {
            throw OpenFile.notTheSame(file, "line " + place.line() + " has only " + items.size() + " records");
        }
        long tweets = place.tweets();
        Span span = place.span();
        for (int i = place.item(); i < items.size(); i++) {
            if (items.get(i) instanceof FeedItem.Tweet found) {
                tweets++;
                span = place.pass() == 0 ? span.with(found.tweet()) : span;
            }
            FilePlace after = i == items.size() - 1 ? behind : place.at(start, place.line(), i + 1);
            queue.add(new Queued(moved(items.get(i)), after.after(tweets, span)));
        }
    }

    /** A record of a later pass, moved behind the passes before. */
    private FeedItem moved(FeedItem item) {
        if (place.pass() > 0 && item instanceof FeedItem.Tweet found) {
            return new FeedItem.Tweet(place.span().shift(found.tweet(), place.pass()));
        }
        if (place.pass() > 0 && item instanceof FeedItem.Deleted deleted) {
            return new FeedItem.Deleted(place.span().shift(deleted.id(), place.pass()));
        }
        return item;
    }

    /** Begins at the beginning once more, if that is asked for and gives more tweets. */
    private boolean nextPass() throws IOException {
        long pass = place.pass() + 1;
        if (!config.get(ReplayConfig.LOOP)
                || !tweetsInPass
                || place.span().isEmpty()
                || !place.span().canShift(pass)) {
            return false;
        }
        tweetsInPass = false;
        opened.close();
        place = new FilePlace(place.fingerprint(), pass, 0, 1, 0, place.tweets(), place.span());
        opened = OpenFile.open(config, file, place);
        return true;
    }

    private String origin() {
        return file.getFileName() + ":" + place.line();
    }

    /** A record and the place behind it. */
    private record Queued(FeedItem item, FilePlace place) {}
}
