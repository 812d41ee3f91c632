/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a document is read, and with what reservations: counts by a short kebab-case word.
 *
 * <p>Confined to one thread.
 */
final class XNotes {
    private final Map<String, Long> counts = new TreeMap<>();
    private final @Nullable IdRule idRule;

    XNotes(@Nullable IdRule idRule) {
        this.idRule = idRule;
    }

    /** The id that a tweet has, or else that the rule gives it. */
    String id(JsonObject json, @Nullable String given, XText text, @Nullable Author author) {
        return given != null || idRule == null
                ? V2Tweet.checkedId(json, given)
                : idRule.id(text.text(), XTime.said(json), author);
    }

    /** A count, also one written as a number with a fraction of zeros; null if it is missing or, which is noted, none. */
    @Nullable
    Long count(@Nullable JsonObject json, String key) {
        Long count = json == null ? null : json.integer(key);
        if (json != null && json.has(key) && count == null) {
            add("count-not-whole");
        }
        return count;
    }

    void add(String word) {
        counts.merge(word, 1L, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }
}
