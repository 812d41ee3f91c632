/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ConfigException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Stops a pipeline whose topic has turned into dead letters: so many of the last records that the set-up must be wrong. */
final class DeadLetterLimit {
    /** The outcome of a record that is no dead letter. */
    static final String GOOD = "";

    private final String topic;
    private final int limit;
    private final int window;
    private final Deque<String> last = new ArrayDeque<>();
    private int dead;

    DeadLetterLimit(String topic, int limit, int window) {
        this.topic = topic;
        this.limit = limit;
        this.window = window;
    }

    /**
     * Takes the outcomes of a batch.
     *
     * @param outcomes the reason of each record that is a dead letter, {@link #GOOD} for the others
     * @throws ConfigException if the limit is reached
     */
    void check(List<String> outcomes) {
        for (String outcome : outcomes) {
            last.addLast(outcome);
            dead += outcome.equals(GOOD) ? 0 : 1;
            if (last.size() > window) {
                dead -= last.removeFirst().equals(GOOD) ? 0 : 1;
            }
            if (dead >= limit) {
                throw tooMany();
            }
        }
    }

    private ConfigException tooMany() {
        Map<String, Integer> reasons = new TreeMap<>();
        last.stream()
                .filter(outcome -> !outcome.equals(GOOD))
                .forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        Map.Entry<String, Integer> top =
                reasons.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return new ConfigException("Of the last " + last.size() + " records of the topic '" + topic + "' " + dead
                + " are dead letters, most often '" + top.getKey() + "' (" + top.getValue()
                + "): check what writes the topic, then start again, or raise the dead-letter limit");
    }
}
