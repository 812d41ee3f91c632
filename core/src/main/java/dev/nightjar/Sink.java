/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Stores records, each under a key of its own, and replaces a record that is written again: a batch may be written any
 * number of times, and the store holds each record once.
 *
 * <p>Safe for use by multiple threads. No order among concurrent writes is promised; within one batch, the last record
 * of a key wins.
 *
 * @param <T> the type of the records: {@link ClassifiedTweet}, keyed by the tweet's id, {@link WindowedCount}, keyed by
 *     metric, key and window, or {@link DeadLetter}, keyed by its origin
 * @since 0.1.0
 */
public interface Sink<T> extends AutoCloseable {
    /**
     * Writes a batch and returns when the store has acknowledged all of it; there is no flush.
     *
     * @param batch the records; may be empty
     * @throws RetriableException if the same call may work later; any part of the batch may have been stored, which a
     *     repeated call overwrites
     * @throws RejectedRecordsException if the store can never take some of the records; all the others <em>are</em>
     *     stored
     * @throws FatalException if calling again does not help; a {@link ConfigException} where the set-up must change:
     *     credentials refused, the table is missing
     * @throws IllegalStateException if the sink is closed
     */
    void write(List<T> batch);

    /** Waits for running writes, then frees the sink's resources; closing again does nothing. */
    @Override
    void close();
}
