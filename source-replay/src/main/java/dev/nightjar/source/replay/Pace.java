/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When each tweet is due: as long after the first as it was written after it, divided by the speed, and never more of them
 * per second than allowed. A tweet that is older than one before it is due at once; time that a slow caller took is caught
 * up with.
 *
 * <p>Confined to one thread.
 */
final class Pace {
    /** How far a rate may be caught up with, so that a coarse clock does not slow it down. */
    private static final long MAX_ARREARS = Duration.ofMillis(100).toNanos();

    /** Some thirty years, so that no sum overflows. */
    private static final double FURTHEST_NANOS = 1e18;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final double speed;
    private final double maxRate;
    private @Nullable Instant begin;
    private boolean begun;
    private long begunAt;

    /** When the rate or a pause allows the next tweet, in nanoseconds after the first one was asked for. */
    private long nextSlot;

    /**
     * Sets the pace.
     *
     * @param speed how many recorded seconds pass in one; may be infinite
     * @param maxRate the most tweets per second; may be infinite
     * @param begin the recorded time that is now; null for that of the first tweet
     */
    Pace(double speed, double maxRate, @Nullable Instant begin) {
        this.speed = speed;
        this.maxRate = maxRate;
        this.begin = begin;
    }

    /** How many nanoseconds after {@code now} a tweet is due; 0 or less if it is. */
    long wait(Instant createdAt, long now) {
        long elapsed = elapsed(now);
        begin = begin == null ? createdAt : begin;
        long due = nextSlot;
        if (!Double.isInfinite(speed)) {
            double nanos = Duration.between(begin, createdAt).toMillis() * NANOS_PER_MILLI / speed;
            due = Math.max(due, (long) Math.min(nanos, FURTHEST_NANOS));
        }
        return due - elapsed;
    }

    /** Lets the next tweet be due no earlier than after a pause. */
    void pause(Duration pause, long now) {
        if (!pause.isZero()) {
            nextSlot = Math.max(nextSlot, elapsed(now) + pause.toNanos());
        }
    }

    /** Notes that a tweet was delivered. */
    void delivered(long now) {
        if (!Double.isInfinite(maxRate)) {
            nextSlot = Math.max(nextSlot, elapsed(now) - MAX_ARREARS) + (long) (NANOS_PER_SECOND / maxRate);
        }
    }

    /** Nanoseconds since the first was asked for: a clock of nanoseconds may run over, a difference does not. */
    private long elapsed(long now) {
        if (!begun) {
            begun = true;
            begunAt = now;
        }
        return now - begunAt;
    }
}
