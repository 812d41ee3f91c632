/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.io.Gate;
import dev.nightjar.options.Configuration;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tweets of a file, of a database or made up from a seed, at the pace of the {@link ReplayConfig} or
 * {@link JdbcReplayConfig} that opens it.
 *
 * <p>Confined to one thread; only {@link #close()} may be called from another.
 *
 * @since 0.1.0
 */
public final class ReplaySource implements TweetSource {
    private static final Logger LOG = LoggerFactory.getLogger(ReplaySource.class);

    /** Longer than anybody waits, and no overflow. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private final String what;
    private final Feed.Opener opener;
    private final int batchSize;
    private final PollTime time;
    private final Pace pace;
    private final SourcePosition opened;
    private final ReentrantLock polling = new ReentrantLock();
    private final Gate gate = new Gate();

    private @Nullable Feed feed;
    private Feed.@Nullable Placed ahead;
    private boolean ended;
    private Feed.@Nullable Place lastPlace;

    private ReplaySource(
            Configuration config, String what, Feed.Opener opener, PollTime time, SourcePosition position) {
        this.what = what;
        this.opener = opener;
        this.batchSize = config.get(ReplayConfig.BATCH_SIZE);
        this.time = time;
        this.opened = position;
        Feed first = openFeed();
        this.feed = first;
        this.pace = new Pace(config.get(ReplayConfig.SPEED), config.get(ReplayConfig.MAX_RATE), first.begin());
    }

    static ReplaySource open(ReplayConfig config, SourcePosition position, PollTime time) {
        return open(config, "The file '" + config.find(ReplayConfig.FILE) + "'", config::feed, position, time);
    }

    /**
     * Opens a feed.
     *
     * @param config has the options of the pace
     * @param what is replayed, for messages
     */
    static ReplaySource open(
            Configuration config, String what, Feed.Opener opener, SourcePosition position, PollTime time) {
        return new ReplaySource(config, what, opener, time, position);
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        long limit = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT.toNanos() : timeout.toNanos();
        polling.lock();
        try {
            gate.checkOpen("source");
            long deadline = time.now() + limit;
            Batch batch = new Batch();
            while (batch.size < batchSize && readAhead(batch) && waitFor(ahead, batch, deadline)) {
                take(batch);
            }
            readAhead(batch); // to know whether that was all
            return batch.toSourceBatch();
        } finally {
            polling.unlock();
        }
    }

    @Override
    public boolean isExhausted() {
        return ended;
    }

    @Override
    public SourcePosition position() {
        return lastPlace == null ? opened : new SourcePosition(lastPlace.token());
    }

    @Override
    public void close() {
        gate.close();
        time.wake();
        polling.lock();
        try {
            release();
        } finally {
            polling.unlock();
        }
    }

    /** Reads the next record if it is not read yet; false if there is none or it cannot be read now. */
    private boolean readAhead(Batch batch) {
        if (ahead != null || ended) {
            return !ended;
        }
        try {
            if (feed == null) {
                feed = openFeed();
            }
            ahead = feed.next();
            pace.pause(feed.pause(), time.now());
            ended = ahead == null;
            return !ended;
        } catch (IOException e) {
            release();
            return unreadable(new RetriableException(what + " cannot be read on", e), batch);
        } catch (RetriableException | ConfigException e) {
            release();
            return unreadable(e, batch);
        }
    }

    /** What a poll has already read goes out first: the next one meets the same fault. */
    private static boolean unreadable(NightjarException fault, Batch batch) {
        if (batch.size == 0) {
            throw fault;
        }
        return false;
    }

    /** Waits until a record is due; false if this poll should not wait for it. */
    private boolean waitFor(Feed.@Nullable Placed next, Batch batch, long deadline) throws InterruptedException {
        while (next != null && next.item() instanceof FeedItem.Tweet found) {
            long now = time.now();
            long wait = pace.wait(found.tweet().createdAt(), now);
            if (wait <= 0) {
                return true;
            }
            if (batch.size > 0 || deadline - now <= 0) {
                return false;
            }
            time.sleep(Math.min(wait, deadline - now));
            gate.checkOpen("source");
        }
        return true;
    }

    private void take(Batch batch) {
        Feed.Placed taken = Objects.requireNonNull(ahead);
        batch.add(taken.item());
        if (taken.item() instanceof FeedItem.Tweet) {
            pace.delivered(time.now());
        }
        lastPlace = taken.place();
        ahead = null;
    }

    private Feed openFeed() {
        try {
            return opener.open(position());
        } catch (IOException e) {
            throw new RetriableException(what + " cannot be opened", e);
        }
    }

    private void release() {
        if (feed != null) {
            try {
                feed.close();
            } catch (IOException e) {
                LOG.debug("Closing failed after it was read: {}", what, e);
            }
            feed = null;
        }
    }

    /** What one poll returns. */
    private static final class Batch {
        private final SourceBatch.Builder records = SourceBatch.builder();
        private int size;

        void add(FeedItem item) {
            size++;
            if (item instanceof FeedItem.Tweet found) {
                records.tweet(found.tweet());
            } else if (item instanceof FeedItem.Dead dead) {
                records.deadLetter(dead.letter());
            } else if (item instanceof FeedItem.Deleted deleted) {
                records.deleted(deleted.id());
            } else if (item instanceof FeedItem.Skipped passed) {
                records.skipped(passed.reason(), 1);
            }
        }

        SourceBatch toSourceBatch() {
            return size == 0 ? SourceBatch.empty() : records.build();
        }
    }
}
