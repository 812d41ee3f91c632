/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.DataException;
import dev.nightjar.ErasableSink;
import dev.nightjar.Experimental;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.Sink;
import dev.nightjar.io.Gate;
import dev.nightjar.store.KeyedStore.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A sink over a {@link KeyedStore} that adds everything a {@link Sink} promises and a store need not know. A batch is
 * written some entries at a time. Of several records with the same key, the last is stored or, if that is rejected, the
 * one before it. The rejections of the whole batch are reported together. Closing waits for running writes and happens
 * once.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records
 * @param <E> the form of a record in the store
 * @since 0.1.0
 */
@Experimental
public sealed class KeyedSink<T, E> implements Sink<T> {
    private final KeyedStore<T, E> store;
    private final int maxEntries;
    private final long maxBytes;

    private final Gate gate = new Gate();

    /**
     * A sink that closes the store when it is closed.
     *
     * @param store what to write to
     * @param maxEntries the most entries in one request, at least 1
     * @param maxBytes the most bytes in one request, at least 1; a greater entry goes alone
     */
    public KeyedSink(KeyedStore<T, E> store, int maxEntries, long maxBytes) {
        this.store = Objects.requireNonNull(store, "store");
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        if (maxEntries < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "A request of " + maxEntries + " entries and " + maxBytes + " bytes at most could hold nothing");
        }
    }

    /**
     * A sink that can erase, and that closes the store when it is closed.
     *
     * @param store what to write to and to erase from
     * @param maxEntries the most entries or keys in one request, at least 1
     * @param maxBytes the most bytes in one request, at least 1; a greater entry goes alone
     */
    public static <T, E> ErasableSink<T> erasable(ErasableStore<T, E> store, int maxEntries, long maxBytes) {
        return new Erasable<>(store, maxEntries, maxBytes);
    }

    @Override
    public void write(List<T> batch) {
        gate.run("sink", () -> writeAll(batch));
    }

    private void writeAll(List<T> batch) {
        List<Rejection> rejections = new ArrayList<>();
        List<Entry<E>> pending = entries(batch, rejections);
        while (!pending.isEmpty()) {
            Map<String, Rejection> refused = new HashMap<>();
            for (List<Entry<E>> request : requests(lastOfEachKey(pending))) {
                store.write(request).forEach(rejection -> refused.put(rejection.key(), rejection));
            }
            rejections.addAll(refused.values());
            pending = shadowed(pending, refused);
        }
        if (!rejections.isEmpty()) {
            throw new RejectedRecordsException(rejections);
        }
    }

    @Override
    public void close() {
        gate.close(store::close);
    }

    private List<Entry<E>> entries(List<T> batch, List<Rejection> rejections) {
        List<Entry<E>> entries = new ArrayList<>(batch.size());
        for (T row : batch) {
            int index = entries.size() + rejections.size();
            String key = store.key(Objects.requireNonNull(row, "a record of the batch"));
            try {
                entries.add(new Entry<>(index, key, store.encode(row)));
            } catch (DataException e) {
                rejections.add(new Rejection(index, key, e.code(), e.getMessage()));
            }
        }
        return entries;
    }

    private Collection<Entry<E>> lastOfEachKey(List<Entry<E>> entries) {
        Map<String, Entry<E>> last = new LinkedHashMap<>();
        entries.forEach(entry -> last.put(entry.key(), entry));
        return last.values();
    }

    private List<List<Entry<E>>> requests(Collection<Entry<E>> entries) {
        List<List<Entry<E>>> requests = new ArrayList<>();
        List<Entry<E>> request = new ArrayList<>();
        long bytes = 0;
        for (Entry<E> entry : entries) {
            long more = store.bytes(entry.value());
            if (!request.isEmpty() && (request.size() == maxEntries || bytes + more > maxBytes)) {
                requests.add(request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(entry);
            bytes += more;
        }
        requests.add(request);
        return requests;
    }

    /** The entries before a refused one with the same key; the last of them is to be stored in its place. */
    private List<Entry<E>> shadowed(List<Entry<E>> entries, Map<String, Rejection> refused) {
        return entries.stream()
                .filter(entry -> {
                    Rejection rejection = refused.get(entry.key());
                    return rejection != null && entry.index() < rejection.index();
                })
                .toList();
    }

    /** The same with one power more. */
    private static final class Erasable<T, E> extends KeyedSink<T, E> implements ErasableSink<T> {
        private final ErasableStore<T, E> store;

        Erasable(ErasableStore<T, E> store, int maxEntries, long maxBytes) {
            super(store, maxEntries, maxBytes);
            this.store = store;
        }

        @Override
        public void erase(List<String> keys) {
            super.gate.run("sink", () -> eraseAll(keys));
        }

        private void eraseAll(List<String> keys) {
            List<String> distinct = List.copyOf(new LinkedHashSet<>(keys));
            Map<String, Rejection> refused = new HashMap<>();
            for (int from = 0; from < distinct.size(); from += Math.min(super.maxEntries, distinct.size() - from)) {
                List<String> request =
                        distinct.subList(from, from + Math.min(super.maxEntries, distinct.size() - from));
                store.erase(request).forEach(rejection -> refused.put(rejection.key(), rejection));
            }
            if (!refused.isEmpty()) {
                throw new RejectedRecordsException(rejections(keys, refused));
            }
        }

        private static List<Rejection> rejections(List<String> keys, Map<String, Rejection> refused) {
            List<Rejection> rejections = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                Rejection rejection = refused.get(keys.get(i));
                if (rejection != null) {
                    rejections.add(new Rejection(i, rejection.key(), rejection.code(), rejection.message()));
                }
            }
            return rejections;
        }
    }
}
