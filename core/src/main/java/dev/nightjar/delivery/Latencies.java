/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long the records of the last minutes took, in milliseconds to three digits. What is older than two minutes is
 * forgotten, so that it says how things are and never grows.
 *
 * <p>Safe for use by multiple threads.
 */
final class Latencies {
    private static final long MINUTE = 60_000_000_000L;
    private static final int PRECISION = 1_000;

    private SortedMap<Long, Long> minute = new TreeMap<>();
    private SortedMap<Long, Long> minuteBefore = new TreeMap<>();
    private long begin = System.nanoTime();

    synchronized void add(long millis, long records) {
        turn();
        minute.merge(rounded(millis), records, Long::sum);
    }

    /** How many records took how many milliseconds. */
    synchronized SortedMap<Long, Long> counts() {
        turn();
        SortedMap<Long, Long> counts = new TreeMap<>(minuteBefore);
        minute.forEach((millis, records) -> counts.merge(millis, records, Long::sum));
        return counts;
    }

    private void turn() {
        long age = System.nanoTime() - begin;
        if (age >= MINUTE) {
            minuteBefore = age >= 2 * MINUTE ? new TreeMap<>() : minute;
            minute = new TreeMap<>();
            begin += age;
        }
    }

    private static long rounded(long millis) {
        long unit = 1;
        while (millis >= PRECISION * unit) {
            unit *= 10;
        }
        return (millis + unit / 2) / unit * unit;
    }
}
