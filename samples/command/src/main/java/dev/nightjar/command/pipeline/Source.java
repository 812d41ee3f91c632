/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline reads.
 *
 * @param tweets the source, whose text form says what it is, without secrets
 * @param expected how many tweets there will be, -1 if that is not known
 * @param limit after how many tweets a run ends, counted over its restarts too; null if the source ends by itself
 * @param prepare what is to be done before it is opened
 * @param status how it is doing, in one line, for one that people watch; else null
 */
public record Source(
        TweetSourceFactory tweets,
        long expected,
        @Nullable Long limit,
        Runnable prepare,
        @Nullable Supplier<String> status) {

    /** A source that needs none of these. */
    public static Source of(TweetSourceFactory tweets, long expected) {
        return new Source(tweets, expected, null, () -> {}, null);
    }

    /** The first so many of its tweets; all, if null. */
    Source first(@Nullable Long count) {
        if (count != null && count < 1) {
            throw new ConfigException("The option 'count' is " + count + ", not at least 1");
        }
        return new Source(tweets, count == null ? -1 : count, count, prepare, status);
    }
}
