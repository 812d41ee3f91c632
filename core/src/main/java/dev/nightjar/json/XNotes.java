/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts by a short kebab-case word.
 *
 * <p>Confined to one thread.
 */
final class XNotes {
    private final Map<String, Long> counts = new TreeMap<>();

    void add(String word) {
        counts.merge(word, 1L, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }
}
