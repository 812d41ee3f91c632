/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;

/** A time that passes when a caller waits for it, in one thread; scheduled work is done as it passes. */
final class VirtualStreamTime implements StreamTime {
    private final Instant start;
    private final Random random;
    private final List<Ticker> tickers = new ArrayList<>();
    private Instant now;

    VirtualStreamTime(Instant start, long seed) {
        this.start = start;
        this.now = start;
        this.random = new Random(seed);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public long nanos() {
        return Duration.between(start, now).toNanos();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void every(String name, Duration pause, CountDownLatch end, Task task) {
        tickers.add(new Ticker(pause, end, task, now.plus(pause)));
    }

    @Override
    public boolean await(CountDownLatch end, Duration wait) throws InterruptedException {
        Instant until = now.plus(wait);
        while (end.getCount() > 0 && tickBefore(until)) {
            continue;
        }
        if (end.getCount() > 0) {
            now = until;
        }
        return end.getCount() == 0;
    }

    /** Does what is next to be done before a time, and is at its time then; false if nothing is. */
    boolean tickBefore(Instant until) throws InterruptedException {
        tickers.removeIf(ticker -> ticker.end.getCount() == 0);
        Ticker next = tickers.stream()
                .min(Comparator.comparing(ticker -> ticker.next))
                .orElse(null);
        if (next == null || next.next.isAfter(until)) {
            return false;
        }
        now = next.next;
        next.next = now.plus(next.pause);
        next.task.run();
        return true;
    }

    void advanceTo(Instant time) {
        now = time.isAfter(now) ? time : now;
    }

    /** Nobody does anything any more: the process is gone. */
    void forget() {
        tickers.clear();
    }

    private static final class Ticker {
        private final Duration pause;
        private final CountDownLatch end;
        private final Task task;
        private Instant next;

        Ticker(Duration pause, CountDownLatch end, Task task, Instant next) {
            this.pause = pause;
            this.end = end;
            this.task = task;
            this.next = next;
        }
    }
}
