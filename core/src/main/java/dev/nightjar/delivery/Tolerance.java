/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.FatalException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stops a delivery whose records have turned into dead letters: so many of the last ones that the set-up must be wrong
 * rather than the records. Confined to one thread.
 */
final class Tolerance {
    /** One record that is not a dead letter. */
    static final Ledger GOOD = new Ledger(1, 1, new TreeMap<>(), new TreeMap<>());

    private final Limit limit;
    private final String records;
    private final Deque<Ledger> last = new ArrayDeque<>();
    private long in;
    private long dead;

    /**
     * A tolerance that has seen nothing.
     *
     * @param records the word for the records, for the message: {@code rows}
     */
    Tolerance(Limit limit, String records) {
        this.limit = limit;
        this.records = records;
    }

    /**
     * Takes the outcome of some records, one at a time where that is known; enough of them to fill the window are
     * checked together.
     *
     * @throws FatalException if the limit is reached, after which counting restarts
     */
    void check(Ledger more) {
        last.addLast(more);
        in += more.in();
        dead += more.deadLetterCount();
        while (last.size() > 1 && in - last.getFirst().in() >= limit.window) {
            Ledger oldest = last.removeFirst();
            in -= oldest.in();
            dead -= oldest.deadLetterCount();
        }
        // Of more records than the window, as large a share.
        if (dead >= limit.most && dead * limit.window >= (double) limit.most * in) {
            throw tooMany();
        }
    }

    private FatalException tooMany() {
        Ledger sum = last.stream().reduce(Ledger.EMPTY, Ledger::plus);
        last.clear();
        in = 0;
        dead = 0;
        Map.Entry<String, Long> top = Collections.max(sum.deadLetters().entrySet(), Map.Entry.comparingByValue());
        return new FatalException("Of the last " + sum.in() + ' ' + records + ' ' + sum.deadLetterCount()
                + " are dead letters, most often '" + top.getKey() + "' (" + top.getValue()
                + "): check what writes the topic, then start again, or raise the dead-letter limit");
    }

    /** How many dead letters of how many last records are too many. */
    record Limit(int most, int window) implements Serializable {}
}
