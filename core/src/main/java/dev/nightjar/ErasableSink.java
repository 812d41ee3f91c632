/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * A {@link Sink} that can also erase what it holds, for tweets that were deleted or withheld. It is an optional power:
 * a pipeline erases where it can and counts where it cannot.
 *
 * <p>A sink keeps no memory of what it erased: a record written after its erasure is stored again, unless the adapter
 * says otherwise. In a topic the deletion comes after the tweet, so that reading a topic again ends with the same rows.
 * An edit of a tweet is a tweet with an id of its own; the older ids of its history are erased when X says that they
 * are superseded.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public interface ErasableSink<T> extends Sink<T> {
    /**
     * Erases the records of some keys and returns when the store has acknowledged it. A key that is not there is erased
     * already. Erasing while another thread writes the same key leaves either.
     *
     * @param keys the keys, of {@link ClassifiedTweet} the tweets' ids; may be empty
     * @throws RetriableException if the same call may work later; any part may have been erased
     * @throws RejectedRecordsException if the store can never erase some of them; all the others <em>are</em> erased
     * @throws FatalException if calling again does not help; a {@link ConfigException} if the set-up must change: the
     *     user may not delete
     * @throws IllegalStateException if the sink is closed
     */
    void erase(List<String> keys);
}
