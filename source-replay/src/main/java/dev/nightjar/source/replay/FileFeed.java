/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a file, once or again and again.
 *
 * <p>Confined to one thread.
 */
final class FileFeed implements Feed {
    private static final Logger LOG = LoggerFactory.getLogger(FileFeed.class);

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
        FilePlace place = position.isStart() ? FilePlace.start(OpenFile.fingerprint(file)) : FilePlace.parse(position);
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
            boolean more = !place.isEnd() && readRecord();
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

    /** Queues what the next record of the file holds; false at the end of the file. */
    private boolean readRecord() throws IOException {
        Records.Raw raw;
        try {
            raw = opened.records().next();
        } catch (Decompressed.FaultException e) {
            return readFault(e.code(), e.what());
        } catch (CharacterCodingException e) {
            return readFault("bad-utf16", "The file is not the UTF-16 that its mark says");
        }
        if (raw == null) {
            return readEnd();
        }
        enqueue(decode(raw, origin(raw)), place.at(raw.behind()));
        return true;
    }

    @SuppressWarnings(
            "IllegalCatch") // a reader of somebody else's may throw anything for a record, which costs that record
    private List<FeedItem> decode(Records.Raw raw, String origin) {
        if (raw.isCut()) {
            String message =
                    "The record has " + raw.length() + " bytes, more than " + config.get(ReplayConfig.MAX_RECORD_BYTES);
            return List.of(FeedItem.dead("record-too-long", message, origin, raw.bytes(), raw.length()));
        }
        if (raw.isEmptyList() || raw.isBlank()) {
            return List.of(new FeedItem.Skipped(raw.isEmptyList() ? "empty-page" : "blank"));
        }
        try {
            return FeedItem.all(opened.reader().read(raw.bytes(), origin));
        } catch (DataException e) {
            return List.of(FeedItem.dead(e, origin, raw.bytes()));
        } catch (RuntimeException e) {
            LOG.debug("The reader failed at {}", origin, e);
            String message =
                    "The reader of the file failed with " + e.getClass().getSimpleName();
            return List.of(FeedItem.dead("reader-failed", message, origin, raw.bytes(), raw.length()));
        }
    }

    /** What cannot be read ends the pass: what comes behind it is unknown. */
    private boolean readFault(String code, String message) {
        Records.Raw rest = opened.records().failed();
        FeedItem dead =
                FeedItem.dead(code, message + "; nothing is read behind it", origin(rest), rest.bytes(), rest.length());
        enqueue(List.of(dead), place.at(place.mark().end()));
        return true;
    }

    /** The end of the file, which may not be where it was: true if there is something to say or to read. */
    private boolean readEnd() throws IOException {
        long growth = opened.growth();
        if (growth > 0) {
            enqueue(List.of(new FeedItem.Skipped("file-grew")), place);
        } else if (growth < 0) {
            String message =
                    "The file lost " + -growth + " bytes while it was read; some of them may not have been read";
            FeedItem dead = FeedItem.dead(
                    "file-shrank",
                    message,
                    file.getFileName() + ":" + place.mark().line(),
                    new byte[0],
                    0);
            enqueue(List.of(dead), place.at(place.mark().end()));
        } else if (opened.records().openLists() > 0 && !opened.isSaidOpen()) {
            enqueue(List.of(new FeedItem.Skipped("list-not-closed")), place);
            return true;
        }
        return growth != 0;
    }

    /** Queues the records of one of the file's, each with the place behind it, but for those before the place where we are. */
    private void enqueue(List<FeedItem> items, FilePlace behind) {
        if (place.item() >= items.size()) {
            throw OpenFile.notTheSame(file, "line " + place.mark().line() + " has only " + items.size() + " records");
        }
        long tweets = place.tweets();
        Span span = place.span();
        for (int i = place.item(); i < items.size(); i++) {
            if (items.get(i) instanceof FeedItem.Tweet found) {
                tweets++;
                span = place.pass() == 0 ? span.with(found.tweet()) : span;
            }
            FilePlace after = i == items.size() - 1 ? behind : place.at(i + 1);
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
        place = new FilePlace(place.fingerprint(), pass, Records.Mark.START, 0, place.tweets(), place.span());
        opened = OpenFile.open(config, file, place);
        return true;
    }

    private String origin(Records.Raw raw) {
        return file.getFileName() + ":" + raw.where();
    }

    /** A record and the place behind it. */
    private record Queued(FeedItem item, FilePlace place) {}
}
