/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is doing at the moment.
 *
 * <p>Immutable.
 *
 * @param state what it does
 * @param postsPerSecond how many posts came in a second, over the last ten
 * @param sinceLastByte how long ago the last byte came, a keep-alive's too
 * @param sinceLastPost how long ago the last post came; null if none has come
 * @param posts how many posts came since it was opened
 * @param duplicates how many of them had come before and were not passed on
 * @param thrownAway how many were thrown away because the poll was too slow or the limit of posts was reached
 * @param waiting how many frames, and posts that a search found, wait for the poll
 * @param connections how many times it has connected
 * @param missing how much time is missing, over all gaps that are not filled
 * @param gaps how many gaps are not filled
 * @param spent how many posts are counted against the limits
 * @param trouble what ended the last connection or keeps it from the next; null if nothing did
 * @param nextAttempt when it connects again; null if it does not wait
 * @since 0.1.0
 */
public record StreamStatus(
        State state,
        double postsPerSecond,
        Duration sinceLastByte,
        @Nullable Duration sinceLastPost,
        long posts,
        long duplicates,
        long thrownAway,
        int waiting,
        int connections,
        Duration missing,
        int gaps,
        Spent spent,
        @Nullable String trouble,
        @Nullable Instant nextAttempt) {
    /**
     * What a stream does.
     *
     * @since 0.1.0
     */
    public enum State {
        /** It is connected and reads. */
        LIVE,
        /** It waits for its next attempt to connect, or connects. */
        CONNECTING,
        /** It waits until the poll has caught up, or for the next day or month of its limits. */
        PAUSED,
        /** It will not connect again: it was closed, was refused for good, or has reached a limit of posts. */
        ENDED
    }
}
