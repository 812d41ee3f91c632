/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks where gaps begin and end, and tells the ledger, the poll and the gap filler.
 *
 * <p>Confined to the thread that reads the stream; {@link #seen}, {@link #passedOn}, {@link #lastLine} and {@link #missing}
 * may be called from another.
 */
final class GapWatch {
    /** How late X may deliver a post: a post written less than this before the last line may not have arrived. */
    static final Duration DELIVERY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(GapWatch.class);
    private static final Duration BACKFILL_LIMIT = Duration.ofMinutes(5);

    private final int mostBackfillMinutes;
    private final FrameQueue queue;
    private final GapLedger ledger;
    private final GapFiller filler;
    private final StreamMeter meter;
    /** The gaps that X was asked to backfill. */
    private final List<Interval> unconfirmed = new ArrayList<>();

    private Instant connectedAt;
    /** When X last had nothing to send. */
    private Instant lastQuiet;

    private volatile Instant lastLine;
    /** Up to when all that came was passed on. */
    private volatile Instant passedOn;

    private volatile Instant newestSeen = Instant.MIN;
    private volatile Lateness late = new Lateness(Instant.MIN, Duration.ZERO);

    GapWatch(
            int mostBackfillMinutes,
            FrameQueue queue,
            GapLedger ledger,
            GapFiller filler,
            StreamMeter meter,
            Instant now) {
        this.mostBackfillMinutes = mostBackfillMinutes;
        this.queue = queue;
        this.ledger = ledger;
        this.filler = filler;
        this.meter = meter;
        this.connectedAt = now;
        this.lastQuiet = now;
        this.lastLine = now;
        this.passedOn = now;
    }

    /** How much X is to deliver again: enough for all gaps that wait, as far as the configuration allows. */
    int backfillMinutes(Instant now) {
        if (mostBackfillMinutes == 0 || ledger.isFresh()) {
            return 0;
        }
        Instant oldest =
                unconfirmed.isEmpty() ? ledger.openSince() : unconfirmed.get(0).from();
        long minutes = (Duration.between(oldest, now).toSeconds() + 59) / 60;
        return (int) Math.max(1, Math.min(mostBackfillMinutes, minutes));
    }

    /** A connection is accepted, which ends a gap: posts written from now on will arrive. */
    void connected(Instant now, int backfillMinutes) {
        connectedAt = now;
        meter.live();
        Interval gap = ledger.up(now);
        if (gap != null) {
            queue.add(new Queued.Gap(gap));
            unconfirmed.add(gap);
        }
        lastLine = now; // not before the gap is queued: a poll that finds nothing there is past it
        Instant backfilled = now.minus(Duration.ofMinutes(backfillMinutes));
        unconfirmed.removeIf(waiting -> {
            boolean older = backfillMinutes == 0 || waiting.from().isBefore(backfilled);
            if (older) {
                filler.add(waiting);
            }
            return older;
        });
    }

    /**
     * A line comes. X delivers the older posts first: when one came that was written after the connection, the gaps are
     * filled. If none comes, nothing shows that they are.
     */
    void lineComes(Instant at) {
        if (unconfirmed.isEmpty()) {
            return;
        }
        if (!newestSeen.isBefore(connectedAt)) {
            for (Interval gap : unconfirmed) {
                ledger.filled(gap, State.BACKFILLED, 0);
                queue.add(new Queued.Filled(gap));
            }
            unconfirmed.clear();
        } else if (Duration.between(connectedAt, at).compareTo(BACKFILL_LIMIT) > 0) {
            unconfirmed.forEach(filler::add);
            unconfirmed.clear();
        }
    }

    /** A line that had come is queued, or said nothing. */
    void lineCame(Instant at) {
        lastLine = at;
    }

    /** X had nothing to send. */
    void quiet(Instant at) {
        lastQuiet = at;
        lastLine = at;
    }

    /** A post that the poll has parsed came at one time and was written at another. */
    void seen(Instant at, Instant createdAt) {
        if (createdAt.isAfter(newestSeen)) {
            newestSeen = createdAt;
        }
        Duration by = Duration.between(createdAt, at);
        late = new Lateness(at, by.compareTo(DELIVERY) > 0 ? by : Duration.ZERO);
    }

    /** All that came up to some time was passed on. */
    void passedOn(Instant at) {
        passedOn = at;
    }

    Instant connectedAt() {
        return connectedAt;
    }

    /** Up to when all that came is queued. */
    Instant lastLine() {
        return lastLine;
    }

    /** The gaps that are not filled. */
    List<Interval> missing() {
        return ledger.missing();
    }

    /** The connection is gone. */
    void disconnected(Reason reason) {
        ledger.down(gapBefore(lastLine), reason, meter.postsSinceLive());
    }

    /** The stream was closed: what was read and not passed on is behind its end. */
    void closed(Instant now) {
        stopped(queue.isEmpty() ? now : passedOn);
    }

    /** The stream was told to end. What X is known to have kept back is missing; else little can be. */
    void stopped(Instant end) {
        if (!behind().isZero()) {
            disconnected(Reason.NOT_RUNNING);
        }
        ledger.stop(gapBefore(passedOn), end, meter.postsSinceLive());
    }

    /** The stream has ended by a fault, if it was not told to. */
    void ended(Instant now) {
        disconnected(Reason.NOT_RUNNING);
        ledger.end(now);
    }

    /** Frames are thrown away from one on; returns where the gap begins. */
    Instant overflows(Instant first) {
        // The ledger's gap begins there too, so that this gap's end finds its beginning.
        Instant live = ledger.openSince();
        Instant lost = gapBefore(first);
        Instant from = lost.isBefore(live) ? live : lost;
        // Before all waiting items, so that a position after any of them includes the gap.
        queue.addFirst(new Queued.Gap(new Interval(from, StreamPosition.OPEN_END, State.MISSING, Reason.OVERFLOW, 0)));
        return from;
    }

    /** Frames were thrown away until some time. */
    void overflowed(Instant from, Instant last, long count) {
        Instant end = last.plusMillis(1);
        Interval gap = ledger.dropped(
                from, end.isBefore(from) ? from : end, count, Math.max(0, meter.postsSinceLive() - count));
        meter.live();
        queue.add(new Queued.Gap(gap));
        filler.add(gap);
        LOG.warn("{} frames were thrown away from {} to {}", count, gap.from(), gap.to());
    }

    /** Start of the gap that a drop at this line leaves: what X could not send yet is lost too. */
    private Instant gapBefore(Instant line) {
        Instant from = line.minus(DELIVERY).minus(behind());
        return from.isBefore(connectedAt) ? connectedAt : from;
    }

    /** By how much X was later than it usually is when it last had something to send. */
    private Duration behind() {
        Lateness lateness = late;
        return lateness.at.isAfter(lastQuiet) ? lateness.by : Duration.ZERO;
    }

    /** How late X was with a post, if it was later than it usually is: it waits for a slow reader. */
    private record Lateness(Instant at, Duration by) {}
}
