/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.io.RetryAfter;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says about when to ask again. A header that is missing says nothing: it is not "0 left".
 *
 * @param remaining how many requests are left in the window; null if the answer does not say
 * @param windowEnd when the window ends, by this machine's clock: the server's reset time minus the server's own date
 *     is used, so that a wrong clock does no harm; null if the answer does not say
 * @param retryAfter how long the server asks to wait; null if it does not say
 */
public record RateLimit(
        @Nullable Long remaining,
        @Nullable Instant windowEnd,
        @Nullable Duration retryAfter) {
    static final RateLimit UNKNOWN = new RateLimit(null, null, null);

    /** A window is 15 minutes; what says more is a fault, which must not stop a client for days. */
    static final Duration LONGEST_WINDOW = Duration.ofSeconds(901);

    /** What the headers of an answer say. */
    public static RateLimit of(HttpHeaders headers, Instant now) {
        Instant serverNow = RetryAfter.date(headers.firstValue("Date").orElse(null));
        Long reset = number(headers, "x-rate-limit-reset");
        Instant windowEnd = null;
        if (reset != null) {
            Duration left = Duration.between(serverNow == null ? now : serverNow, Instant.ofEpochSecond(reset));
            windowEnd = now.plus(clamp(left));
        }
        Duration retryAfter =
                RetryAfter.parse(headers.firstValue("Retry-After").orElse(null), serverNow == null ? now : serverNow);
        return new RateLimit(
                number(headers, "x-rate-limit-remaining"), windowEnd, retryAfter == null ? null : clamp(retryAfter));
    }

    /** Whether the answer says that no request is left. */
    boolean isUsedUp() {
        return remaining != null && remaining <= 0;
    }

    private static @Nullable Long number(HttpHeaders headers, String name) {
        String text = headers.firstValue(name).orElse("").strip();
        return text.matches("[0-9]{1,12}") ? Long.valueOf(text) : null;
    }

    private static Duration clamp(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : wait;
    }
}
