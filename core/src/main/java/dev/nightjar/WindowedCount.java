/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.time.Instant;

/**
 * How often something was seen in a span of time: a label, a hashtag, a word, a language. The count is absolute, never
 * an increment, so that writing it again changes nothing; metric, key and window are its identity.
 *
 * <p>Immutable.
 *
 * @param metric what is counted, in the form of a {@linkplain ClassifiedTweet#checkName classifier name}: {@code
 *     emotion}, {@code hashtag}
 * @param key which one: {@code joy}, {@code nba}; not blank, at most {@value #MAX_KEY_LENGTH} characters
 * @param windowStart the window's beginning, inclusive, to the millisecond
 * @param windowEnd the window's end, exclusive, to the millisecond
 * @param count how often, in the whole window; not negative
 * @since 0.1.0
 */
public record WindowedCount(String metric, String key, Instant windowStart, Instant windowEnd, long count)
        implements Serializable {
    /** The longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 256;

    /** Checks the arguments and truncates the times to the millisecond. */
    public WindowedCount {
        ClassifiedTweet.checkName(metric);
        key = WellFormed.repair(key);
        windowStart = windowStart.truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        windowEnd = windowEnd.truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
        if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException(
                    "The key of a '" + metric + "' count is not 1 to " + MAX_KEY_LENGTH + " characters");
        }
        if (!windowStart.isBefore(windowEnd)) {
            throw new IllegalArgumentException("The window from " + windowStart + " to " + windowEnd + " is empty");
        }
        if (count < 0) {
            throw new IllegalArgumentException("The count " + count + " is negative");
        }
    }
}
