/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.time.Duration;

/**
 * A source of tweets that is asked for them: a stream, a search, a file. The caller's pace is the back-pressure.
 *
 * <p>Life of a source: {@link TweetSourceFactory#open(SourcePosition)} returns it ready. One thread calls
 * {@link #poll(Duration)} until {@link #isExhausted()} or until it has enough, and publishes or stores each poll's
 * tweets. Only then is {@link #position()} kept, so a source reopened from the kept position repeats tweets rather than
 * losing any.
 *
 * <p>Confined to one thread; only {@link #close()} may be called from another.
 *
 * @since 0.1.0
 */
public interface TweetSource extends AutoCloseable {
    /**
     * Waits for at most {@code timeout} and returns what has arrived: a bounded batch, empty if nothing arrived in
     * time. A record that cannot be read is part of the batch as a dead letter; it never ends the source.
     *
     * @param timeout how long to wait for the first record; zero returns at once
     * @return the next records in the source's order; empty for ever once the source is exhausted
     * @throws RetriableException if the source is out of reach for the moment; nothing is lost, poll again
     * @throws FatalException if calling again does not help; a {@link ConfigException} where the set-up must change:
     *     credentials are refused, the input was replaced
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is lost
     * @throws IllegalStateException if the source is closed, also while the call waits
     */
    SourceBatch poll(Duration timeout) throws InterruptedException;

    /** Whether this source has returned its last record and no poll will ever return another; false for a live one. */
    default boolean isExhausted() {
        return false;
    }

    /**
     * Where this source stands: just after the last record that a poll returned. A source reopened from it continues
     * with the record after that.
     */
    SourcePosition position();

    /** Frees the source's resources and makes a waiting poll return; closing again does nothing. */
    @Override
    void close();
}
