/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Requests per quarter of an hour and endpoint. Guarded by its owner. */
final class Limits {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final Map<String, Window> windows = new HashMap<>();

    /** Takes a request; returns the headers with the remaining number, which is negative if none was left. */
    Map<String, String> take(String endpoint, int limit, Instant now) {
        Window window = windows.get(endpoint);
        if (window == null || !now.isBefore(window.end)) {
            window = new Window(now.plus(WINDOW));
            windows.put(endpoint, window);
        }
        window.used++;
        return Map.of(
                "x-rate-limit-limit",
                Integer.toString(limit),
                "x-rate-limit-remaining",
                Integer.toString(limit - window.used),
                "x-rate-limit-reset",
                Long.toString(window.end.plusMillis(999).getEpochSecond()));
    }

    static boolean isExceeded(Map<String, String> headers) {
        return headers.getOrDefault("x-rate-limit-remaining", "0").startsWith("-");
    }

    private static final class Window {
        private final Instant end;
        private int used;

        Window(Instant end) {
            this.end = end;
        }
    }
}
