/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.Ledger;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;

/**
 * Stops a writer whose rows have turned into dead letters: so large a share of its last batches that the set-up must be
 * wrong rather than the records. Confined to one thread.
 */
final class DeadLetterShare {
    private final int most;
    private final int window;
    private final Deque<Ledger> last = new ArrayDeque<>();

    DeadLetterShare(int most, int window) {
        this.most = most;
        this.window = window;
    }

    /**
     * Takes a batch; as many batches are looked at together as it takes to fill the window.
     *
     * @throws ConfigException if the limit is reached, after which it begins anew
     */
    void check(Ledger batch) {
        last.addLast(batch);
        while (last.size() > 1 && sum().in() - last.getFirst().in() >= window) {
            last.removeFirst();
        }
        Ledger sum = sum();
        long dead = sum.deadLetterCount();
        // Of more rows than the window, as large a share.
        if (dead >= most && dead * window >= (double) most * sum.in()) {
            last.clear();
            throw tooMany(sum);
        }
    }

    private Ledger sum() {
        return last.stream().reduce(Ledger.EMPTY, Ledger::plus);
    }

    private static ConfigException tooMany(Ledger sum) {
        Map.Entry<String, Long> top = Collections.max(sum.deadLetters().entrySet(), Map.Entry.comparingByValue());
        return new ConfigException("Of the last " + sum.in() + " rows " + sum.deadLetterCount()
                + " are dead letters, most often '" + top.getKey() + "' (" + top.getValue()
                + "): check what writes the topic, then start again, or raise the dead-letter limit");
    }
}
