/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what arrives over a stream, and when it last arrived.
 *
 * <p>Safe for use by multiple threads; one of them counts.
 */
final class StreamMeter {
    private final StreamTime time;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong thrownAway = new AtomicLong();
    private final AtomicLong untoldKeepAlives = new AtomicLong();
    private final AtomicLong untoldThrownAway = new AtomicLong();
    private final PostRate rate = new PostRate();
    private volatile long lastByte;
    private volatile long lastPost;
    private volatile long postsBefore;

    StreamMeter(StreamTime time) {
        this.time = time;
        this.lastByte = time.nanos();
        this.lastPost = lastByte;
    }

    /** It is about to connect. */
    void connecting() {
        connections.incrementAndGet();
    }

    /** It is live from now on, as far as the ledger is concerned. */
    void live() {
        postsBefore = posts.get();
    }

    void byteCame() {
        lastByte = time.nanos();
    }

    void postCame() {
        posts.incrementAndGet();
        lastPost = time.nanos();
        rate.add(lastPost);
    }

    void keepAliveCame() {
        untoldKeepAlives.incrementAndGet();
    }

    void thrownAway(long count) {
        thrownAway.addAndGet(count);
        untoldThrownAway.addAndGet(count);
    }

    /** How many posts came since it is live. */
    long postsSinceLive() {
        return posts.get() - postsBefore;
    }

    /** How long ago the last byte came. */
    Duration silence() {
        return since(lastByte, time.nanos());
    }

    /** How many keep-alives came since this was last asked. */
    long takeKeepAlives() {
        return untoldKeepAlives.getAndSet(0);
    }

    /** How many frames were thrown away since this was last asked. */
    long takeThrownAway() {
        return untoldThrownAway.getAndSet(0);
    }

    StreamStatus status(
            StreamStatus.State state,
            long duplicates,
            int waiting,
            List<Interval> missing,
            Spent spent,
            @Nullable String trouble,
            @Nullable Instant nextAttempt) {
        long now = time.nanos();
        return new StreamStatus(
                state,
                rate.perSecond(now),
                since(lastByte, now),
                posts.get() == 0 ? null : since(lastPost, now),
                posts.get(),
                duplicates,
                thrownAway.get(),
                waiting,
                connections.get(),
                missing.stream().map(Interval::length).reduce(Duration.ZERO, Duration::plus),
                missing.size(),
                spent,
                trouble,
                nextAttempt);
    }

    private static Duration since(long then, long now) {
        return Duration.ofNanos(Math.max(0, now - then));
    }

    /** How many posts came in each of the last seconds. */
    private static final class PostRate {
        private static final int SECONDS = 10;

        private final long[] counts = new long[SECONDS + 2];
        private final long[] seconds = new long[SECONDS + 2];

        synchronized void add(long nanos) {
            long second = nanos / 1_000_000_000;
            int slot = (int) Math.floorMod(second, (long) counts.length);
            if (seconds[slot] != second) {
                seconds[slot] = second;
                counts[slot] = 0;
            }
            counts[slot]++;
        }

        /** Over the last whole seconds. */
        synchronized double perSecond(long nanos) {
            long now = nanos / 1_000_000_000;
            long sum = 0;
            for (int i = 0; i < counts.length; i++) {
                if (seconds[i] < now && seconds[i] >= now - SECONDS) {
                    sum += counts[i];
                }
            }
            return (double) sum / SECONDS;
        }
    }
}
