/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.ErasableSink;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A sink into the memory of this JVM, for tests of pipelines: keyed as a store is, shared by every factory of the same
 * name, serialized copies included. It can be told to fail or to reject.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public final class RecordingSink<T> implements Sink<T> {
    private static final Map<String, Store> STORES = new ConcurrentHashMap<>();

    private final Store store;
    private boolean closed;

    private RecordingSink(Store store) {
        this.store = store;
    }

    /** A sink of classified tweets into the store of a name; each test should have a name of its own. */
    public static Factory<ClassifiedTweet> tweets(String name) {
        return new Factory<>(name, ClassifiedTweet.class);
    }

    /** A sink of counts into the store of a name; each test should have a name of its own. */
    public static Factory<WindowedCount> counts(String name) {
        return new Factory<>(name, WindowedCount.class);
    }

    /** A sink of dead letters into a named store, each under its origin; each test should use a name of its own. */
    public static Factory<DeadLetter> deadLetters(String name) {
        return new Factory<>(name, DeadLetter.class);
    }

    @Override
    public void write(List<T> batch) {
        synchronized (store) {
            if (closed) {
                throw new IllegalStateException("The sink is closed");
            }
            store.write(List.copyOf(batch));
        }
    }

    @Override
    public void close() {
        synchronized (store) {
            store.closings += closed ? 0 : 1;
            closed = true;
        }
    }

    /** The same sink, which can also erase. */
    private record Erasable<T>(RecordingSink<T> sink) implements ErasableSink<T> {
        @Override
        public void write(List<T> batch) {
            sink.write(batch);
        }

        @Override
        public void erase(List<String> keys) {
            synchronized (sink.store) {
                if (sink.closed) {
                    throw new IllegalStateException("The sink is closed");
                }
                sink.store.erase(List.copyOf(keys));
            }
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** The key of a record in the store: the tweet's id, {@code metric/key/start/end}, or a dead letter's origin. */
    public static String key(Object record) {
        if (record instanceof ClassifiedTweet classified) {
            return classified.tweet().id();
        }
        if (record instanceof WindowedCount count) {
            return count.metric() + '/' + count.key() + '/' + count.windowStart() + '/' + count.windowEnd();
        }
        if (record instanceof DeadLetter letter) {
            return letter.origin();
        }
        throw new IllegalArgumentException("No record of a sink: " + record.getClass());
    }

    private static final class Store {
        private final Map<String, Object> rows = new LinkedHashMap<>();
        private final List<List<?>> batches = new ArrayList<>();
        private final Set<String> rejected = new LinkedHashSet<>();
        private Consumer<List<?>> beforeWrite = batch -> {};
        private final Set<String> erased = new LinkedHashSet<>();
        private int failures;
        private int openings;
        private int closings;
        private boolean erasable;

        void erase(List<String> keys) {
            failIfTold();
            forEach(keys, i -> {
                rows.remove(keys.get(i));
                erased.add(keys.get(i));
            });
        }

        void write(List<?> batch) {
            beforeWrite.accept(batch);
            failIfTold();
            batches.add(batch);
            List<String> keys = batch.stream().map(RecordingSink::key).toList();
            forEach(keys, i -> rows.put(keys.get(i), batch.get(i)));
        }

        private void failIfTold() {
            if (failures > 0) {
                failures--;
                throw new RetriableException("Told to fail", null);
            }
        }

        /** Does something for each key that is not to be rejected, by its index; then rejects the others. */
        private void forEach(List<String> keys, IntConsumer action) {
            List<Rejection> rejections = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                if (rejected.contains(keys.get(i))) {
                    rejections.add(new Rejection(i, keys.get(i), "told-to-reject", "Told to reject it"));
                } else {
                    action.accept(i);
                }
            }
            if (!rejections.isEmpty()) {
                throw new RejectedRecordsException(rejections);
            }
        }
    }

    /**
     * Opens a {@link RecordingSink}, looks into its store and tells it what to do.
     *
     * <p>Safe for use by multiple threads.
     *
     * @param <T> the type of the records
     * @param name the store's name
     * @param type the type of the records
     * @since 0.1.0
     */
    public record Factory<T>(String name, Class<T> type) implements SinkFactory<T> {
        @Override
        public Sink<T> open() {
            synchronized (store()) {
                store().openings++;
                RecordingSink<T> sink = new RecordingSink<>(store());
                return store().erasable ? new Erasable<>(sink) : sink;
            }
        }

        /** Lets the sinks that are opened from now on erase; returns this factory. */
        public Factory<T> thatErases() {
            synchronized (store()) {
                store().erasable = true;
            }
            return this;
        }

        /** The keys that were erased, in the order of their first erasure. */
        public List<String> erased() {
            synchronized (store()) {
                return List.copyOf(store().erased);
            }
        }

        /** The stored records, each once, in the order of their first writing. */
        public List<T> records() {
            synchronized (store()) {
                return store().rows.values().stream().map(type::cast).toList();
            }
        }

        /** The batches as they were written, repetitions included and failed writes not. */
        public List<List<T>> batches() {
            synchronized (store()) {
                return store().batches.stream()
                        .map(batch -> batch.stream().map(type::cast).toList())
                        .toList();
            }
        }

        /** How many sinks were opened into this store in this JVM. */
        public int openings() {
            synchronized (store()) {
                return store().openings;
            }
        }

        /** How many of them were closed. */
        public int closings() {
            synchronized (store()) {
                return store().closings;
            }
        }

        /** Makes the next writes fail retriably, without storing anything. */
        public void failNext(int writes) {
            synchronized (store()) {
                store().failures = writes;
            }
        }

        /** Makes the store reject the records of these {@linkplain RecordingSink#key keys}, from now on. */
        public void reject(Set<String> keys) {
            synchronized (store()) {
                store().rejected.addAll(keys);
            }
        }

        /** Runs before each write, with the batch; an exception that it throws is thrown by the write. */
        public void beforeWrite(Consumer<List<T>> action) {
            synchronized (store()) {
                store().beforeWrite =
                        batch -> action.accept(batch.stream().map(type::cast).toList());
            }
        }

        /** Empties the store and forgets the behaviour that was set. */
        public void clear() {
            STORES.remove(name);
        }

        private Store store() {
            return STORES.computeIfAbsent(name, key -> new Store());
        }
    }
}
