/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.options.Option;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of the last posts, as many as fit in a window.
 *
 * <p>Confined to one thread.
 */
public final class SeenIds {
    /** How a post is counted that came before. */
    public static final String DUPLICATE = "duplicate";

    public static final Option<Integer> WINDOW = Option.integer("deduplication-window", 0, Integer.MAX_VALUE)
            .defaultTo(100_000)
            .means("ids that are remembered so that a post comes once");

    private final Map<Long, Boolean> ids;

    /** None yet. */
    public SeenIds(int window) {
        this.ids = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
                return size() > window;
            }
        };
    }

    /** Remembers an id; returns whether it is new. */
    public boolean add(String id) {
        return ids.put(Long.valueOf(id), true) == null;
    }
}
