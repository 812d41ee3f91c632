/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.DeadLetter;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What happened to the records that a step of a pipeline read: each was passed on, became a dead letter or was skipped
 * on purpose, so that in = out + dead letters + skipped at any time. Only finished batches are in it; a record that is
 * delivered again is counted again.
 *
 * <p>Immutable.
 *
 * @param in how many records were taken
 * @param out how many were published or stored
 * @param deadLetters how many became dead letters, by stage and code: {@code decode/bad-json}
 * @param skipped how many were passed over on purpose, by a short kebab-case reason such as {@code tombstone}
 * @since 0.1.0
 */
public record Ledger(long in, long out, SortedMap<String, Long> deadLetters, SortedMap<String, Long> skipped)
        implements Serializable {
    /** A ledger of nothing. */
    public static final Ledger EMPTY = new Ledger(0, 0, new TreeMap<>(), new TreeMap<>());

    /** Copies the maps. */
    public Ledger {
        deadLetters = Collections.unmodifiableSortedMap(new TreeMap<>(deadLetters));
        skipped = Collections.unmodifiableSortedMap(new TreeMap<>(skipped));
    }

    /** How many became dead letters, over all stages and codes. */
    public long deadLetterCount() {
        return sum(deadLetters);
    }

    /** How many were passed over, over all reasons. */
    public long skippedCount() {
        return sum(skipped);
    }

    /** Whether every record that was taken is accounted for. */
    public boolean isBalanced() {
        return in == out + deadLetterCount() + skippedCount();
    }

    /** The sum of this ledger and another. */
    public Ledger plus(Ledger other) {
        return new Ledger(
                in + other.in, out + other.out, sum(deadLetters, other.deadLetters), sum(skipped, other.skipped));
    }

    /** How a dead letter is counted in {@link #deadLetters()}: its stage and its code. */
    public static String reason(DeadLetter letter) {
        return WireName.of(letter.stage()) + '/' + letter.code();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.isEmpty()
                ? 0
                : counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static SortedMap<String, Long> sum(Map<String, Long> counts, Map<String, Long> others) {
        SortedMap<String, Long> sums = new TreeMap<>(counts);
        others.forEach((reason, count) -> sums.merge(reason, count, Long::sum));
        return sums;
    }
}
