/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.source.twitter.GapSearch;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills gaps by searching, one after the other, and queues the posts it finds.
 *
 * <p>Confined to the thread that runs it; {@link #add} and {@link #close} may be called from another.
 */
final class GapFiller implements StreamTime.Task {
    /** How old a gap must be: a search does not see the last half minute. */
    static final Duration SETTLED = Duration.ofSeconds(45);

    private static final Logger LOG = LoggerFactory.getLogger(GapFiller.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);

    private final @Nullable GapSearch search;
    private final GapLedger ledger;
    private final FrameQueue queue;
    private final StreamTime time;
    private final Deque<Interval> gaps = new ArrayDeque<>();
    private final Deque<GapSearch.Part> parts = new ArrayDeque<>();
    private @Nullable Interval current;
    private boolean opened;
    private boolean complete;
    private long found;
    private Instant from = Instant.MIN;
    private Instant notBefore = Instant.MIN;
    private volatile boolean closed;
    private volatile @Nullable Thread running;

    /**
     * A filler.
     *
     * @param search how it searches; null if gaps are left as they are
     */
    GapFiller(@Nullable GapSearch search, GapLedger ledger, FrameQueue queue, StreamTime time) {
        this.search = search;
        this.ledger = ledger;
        this.queue = queue;
        this.time = time;
    }

    /** A gap is to be filled. */
    void add(Interval gap) {
        if (search != null && gap.reason() != GapLedger.Reason.SPEND_LIMIT) {
            synchronized (gaps) {
                gaps.addLast(gap);
            }
        }
    }

    /** Does a part of the pending work; returns when there is nothing to do at the moment. */
    @Override
    public void run() throws InterruptedException {
        running = Thread.currentThread();
        while (mayRead() && !time.now().isBefore(notBefore)) {
            Interval gap = current == null ? begin() : current;
            if (gap == null) {
                return;
            }
            try {
                if (!search(gap)) {
                    return;
                }
            } catch (RetriableException e) {
                notBefore = time.now().plus(e.retryAfter().orElse(PAUSE));
                LOG.warn("The search for the gap {} waits until {}: {}", gap, notBefore, e.getMessage());
            } catch (FatalException e) {
                LOG.warn("The gap {} stays: {}", gap, e.getMessage());
                end();
            }
        }
    }

    /** Ends a search that is under way. */
    @Override
    public void end() {
        parts.forEach(GapSearch.Part::close);
        parts.clear();
        current = null;
    }

    /** Lets no more be read, since X charges for it; the thread that searches has ended then. */
    void close() {
        closed = true;
        StreamTime.end(running);
    }

    /** At most one page waits for the poll, since X would charge for it even if it is never taken. */
    private boolean mayRead() {
        return !closed && queue.hasRoomForPage();
    }

    private @Nullable Interval begin() {
        synchronized (gaps) {
            Interval next = gaps.peekFirst();
            if (next == null || next.to().plus(SETTLED).isAfter(time.now())) {
                return null;
            }
            gaps.removeFirst();
            current = next;
            opened = false;
            complete = true;
            found = 0;
            from = next.from();
            return next;
        }
    }

    /** Searches on, page by page; returns whether it came to the gap's end. */
    private boolean search(Interval gap) throws InterruptedException {
        GapSearch by = search;
        if (by == null) {
            return false;
        }
        if (!opened) {
            parts.addAll(by.open(gap.from(), gap.to()));
            opened = true;
        }
        while (!parts.isEmpty() && mayRead()) {
            GapSearch.Part part = parts.getFirst();
            try {
                SourceBatch batch = part.poll(POLL);
                if (!batch.isEmpty()) {
                    found += batch.tweets().size();
                    queue.add(new Queued.Found(batch));
                } else if (!part.isExhausted()) {
                    return false;
                }
            } catch (FatalException e) {
                LOG.warn("A part of the gap {} cannot be searched: {}", gap, e.getMessage());
                complete = false;
                parts.removeFirst().close();
                continue;
            }
            if (part.isExhausted()) {
                complete &= part.isComplete();
                from = part.from().isAfter(from) ? part.from() : from;
                parts.removeFirst().close();
            }
        }
        if (!parts.isEmpty()) {
            return false;
        }
        if (complete) {
            // Posts older than a search reaches stay missing; no later search finds them either.
            ledger.filled(new Interval(from, gap.to(), State.MISSING, gap.reason(), 0), State.SEARCHED, found);
            queue.add(new Queued.Filled(gap));
        }
        LOG.info(
                "The gap from {} to {} was searched{}: {} posts",
                from,
                gap.to(),
                complete ? "" : " in part, and stays",
                found);
        end();
        return true;
    }
}
