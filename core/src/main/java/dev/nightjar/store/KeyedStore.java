/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.DataException;
import dev.nightjar.Experimental;
import dev.nightjar.FatalException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import java.util.List;

/**
 * What a {@link KeyedSink} needs from a store that replaces entries by key: how a record becomes an entry, and how to
 * write several entries at once.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records
 * @param <E> the form of a record in the store: a document, a line, a row
 * @since 0.1.0
 */
@Experimental
public interface KeyedStore<T, E> extends AutoCloseable {
    /** The key of a record: writing another record of this key replaces it. */
    String key(T row);

    /**
     * A record as the store takes it.
     *
     * @throws DataException if the store can never take it, as far as that can be told without asking
     */
    E encode(T row);

    /** How much an entry adds to a request, in bytes. */
    long bytes(E entry);

    /**
     * Writes entries and returns when the store has acknowledged all of them but those it names.
     *
     * @param request at least one entry, no two with the same key
     * @return the entries that the store can never take; all others are stored
     * @throws RetriableException as {@link Sink#write}
     * @throws FatalException as {@link Sink#write}
     */
    List<Rejection> write(List<Entry<E>> request);

    /** Frees what the store holds. It is called once, when no write is running. */
    @Override
    void close();

    /**
     * A record of a batch as the store takes it.
     *
     * <p>Immutable if the value is.
     *
     * @param <E> the form of a record in the store
     * @param index the record's index in its batch
     * @param key the record's key
     * @param value the encoded record
     * @since 0.1.0
     */
    record Entry<E>(int index, String key, E value) {
        /** This record as one that the store can never take, for a reason as {@link Rejection} describes it. */
        public Rejection rejected(String code, String message) {
            return new Rejection(index, key, code, message);
        }
    }
}
