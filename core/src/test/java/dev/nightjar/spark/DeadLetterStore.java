/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Dead letters in the memory of this JVM, by their origin. */
record DeadLetterStore(Map<String, DeadLetter> letters, AtomicInteger largest) implements Sink<DeadLetter> {
    private static final Map<String, Map<String, DeadLetter>> STORES = new ConcurrentHashMap<>();
    private static final Map<String, AtomicInteger> LARGEST = new ConcurrentHashMap<>();
    private static final Set<String> DOWN = ConcurrentHashMap.newKeySet();

    /** A store of a name; each test should have a name of its own. */
    static Factory named(String name) {
        return new Factory(name);
    }

    @Override
    public void write(List<DeadLetter> batch) {
        largest.accumulateAndGet(batch.size(), Math::max);
        batch.forEach(letter -> letters.put(letter.origin(), letter));
    }

    @Override
    public void close() {}

    /** Opens it. */
    record Factory(String name) implements SinkFactory<DeadLetter> {
        @Override
        public Sink<DeadLetter> open() {
            if (DOWN.contains(name)) {
                throw new RetriableException("The dead-letter store is down", null);
            }
            return new DeadLetterStore(store(), LARGEST.computeIfAbsent(name, key -> new AtomicInteger()));
        }

        /** Makes it impossible to open. */
        void down() {
            DOWN.add(name);
        }

        List<DeadLetter> letters() {
            return List.copyOf(store().values());
        }

        /** How many letters the largest batch had. */
        int largestBatch() {
            return LARGEST.getOrDefault(name, new AtomicInteger()).get();
        }

        private Map<String, DeadLetter> store() {
            return STORES.computeIfAbsent(name, key -> new ConcurrentSkipListMap<>());
        }
    }
}
