/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.ClassifiedTweet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A window of time in equal steps, with the tweets of each tallied. What it reads of a store is bounded: so many tweets
 * a step, and at each move the newest steps, those that it has not got yet, and one that it has, since tweets come late
 * and are erased.
 *
 * <p>Confined to one thread.
 */
final class Timeline {
    /** How many steps a window has. */
    static final int STEPS = 60;
    /** How many tweets of a step are tallied at most. */
    static final int PER_STEP = 200;

    private static final long MOST_NANOS = 500_000_000;
    private static final Tally UNREAD = new Tally();

    private final long step;
    private final Reader reader;
    private final TreeMap<Long, Tally> tallies = new TreeMap<>();
    private long again;

    Timeline(Duration window, Reader reader) {
        this.step = window.toMillis() / STEPS;
        this.reader = reader;
    }

    /** Moves the end of the window to a time. What a slow store does not give in time is left for the next move. */
    void moveTo(Instant time) {
        long last = Math.floorDiv(time.toEpochMilli(), step);
        long first = last - STEPS + 1;
        tallies.headMap(first).clear();
        tallies.tailMap(last, false).clear();
        again = again < first || again >= last - 1 ? first : again + 1;
        long begin = System.nanoTime();
        for (long at = last; at >= first; at--) {
            Tally known = tallies.getOrDefault(at, UNREAD);
            boolean due = at >= last - 1 || at == again || known == UNREAD;
            boolean late = at < last - 1 && System.nanoTime() - begin > MOST_NANOS;
            tallies.put(at, due && !late ? read(at) : known);
        }
    }

    /** Whether some of it is still to be read. */
    boolean isReading() {
        return tallies.containsValue(UNREAD);
    }

    /** The tallies by the step's number, which times {@link #step()} is the beginning of the step. */
    SortedMap<Long, Tally> tallies() {
        return tallies;
    }

    /** The length of a step in milliseconds. */
    long step() {
        return step;
    }

    /** Whether a step has more tweets than are tallied. */
    boolean isSampled() {
        return tallies.values().stream().anyMatch(tally -> tally.tweets() >= PER_STEP);
    }

    /** All of it in one tally. */
    Tally sum() {
        Tally sum = new Tally();
        tallies.values().forEach(sum::add);
        return sum;
    }

    private Tally read(long at) {
        Tally tally = new Tally();
        reader.between(Instant.ofEpochMilli(at * step), Instant.ofEpochMilli((at + 1) * step), PER_STEP)
                .forEach(tally::add);
        return tally;
    }

    /** Reads a store by time. */
    @FunctionalInterface
    interface Reader {
        /** At most so many tweets of a time, spread over it. */
        List<ClassifiedTweet> between(Instant from, Instant until, int most);
    }
}
