/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.ErasableSink;
import dev.nightjar.Experimental;
import dev.nightjar.FatalException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import java.util.List;

/**
 * A {@link KeyedStore} that can also erase entries, for {@link KeyedSink#erasable}.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records
 * @param <E> the form of a record in the store
 * @since 0.1.0
 */
@Experimental
public interface ErasableStore<T, E> extends KeyedStore<T, E> {
    /**
     * Erases entries and returns when the store has acknowledged all but those it names.
     *
     * @param keys at least one, no two the same
     * @return the keys that the store can never erase, by their index in the list
     * @throws RetriableException as {@link ErasableSink#erase}
     * @throws FatalException as {@link ErasableSink#erase}
     */
    List<Rejection> erase(List<String> keys);
}
