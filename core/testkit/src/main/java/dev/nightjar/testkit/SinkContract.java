/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Sink} promises, as tests. A test class implements {@link ClassifiedTweetSinkContract} or {@link
 * WindowedCountSinkContract} and the hooks; the store must be empty at the beginning of each test, which a
 * {@code @BeforeEach} method ensures.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public interface SinkContract<T> extends LiveContract {
    /** Opens the sink under test. Every call gives an equal factory for the same store, within one test. */
    @Override
    SinkFactory<T> factory();

    /** Everything in the store, in any order, read without the sink under test where that is possible. */
    List<T> readBack();

    /**
     * A factory for a store that does not answer, such as a loopback port on which nothing listens; empty for a sink
     * without a server.
     */
    Optional<? extends SinkFactory<T>> unreachable();

    /** A record; each number has a key of its own, and the same number gives an equal record every time. */
    T record(int number);

    /** A record with the same key and another content. */
    T revised(T record);

    /**
     * What {@link #readBack()} gives for a record: the record itself, unless the store cannot return all of it. An
     * adapter that overrides this says so in its README among the known deviations.
     */
    default T stored(T record) {
        return record;
    }

    /**
     * A record that the store can never take, though all others of its batch can be stored; each number has a key of
     * its own. Empty, which skips the tests of rejections, if there is no such record.
     */
    default Optional<T> unstorable(int number) {
        return Optional.empty();
    }

    /** Within what time an unreachable store is reported; 30 s. */
    default Duration unreachableLimit() {
        return Duration.ofSeconds(30);
    }

    /** The time limit of any other test; 2 min. */
    default Duration patience() {
        return Duration.ofMinutes(2);
    }

    /** An empty batch stores nothing and is not an error. */
    @Test
    default void anEmptyBatchIsANoOp() {
        try (Sink<T> sink = factory().open()) {
            sink.write(List.of());
        }
        assertThat(readBack()).isEmpty();
    }

    /** A null batch is a programming fault. */
    @Test
    default void aNullBatchIsRefused() {
        try (Sink<T> sink = factory().open()) {
            assertThatNullPointerException().isThrownBy(() -> sink.write(LiveContract.nothing()));
        }
    }

    /** A null record is a programming fault. */
    @Test
    default void aNullRecordIsRefused() {
        try (Sink<T> sink = factory().open()) {
            assertThatNullPointerException()
                    .isThrownBy(() -> sink.write(Arrays.asList(record(0), LiveContract.nothing())));
        }
    }

    /** A batch is in the store when {@code write} returns, before the sink is closed. */
    @Test
    default void aBatchIsVisibleWhenWriteReturns() {
        try (Sink<T> sink = factory().open()) {
            sink.write(records(0, 3));
            assertStored(records(0, 3));
            sink.write(records(3, 7));
            assertStored(records(0, 7));
        }
    }

    /** The caller's list may change after {@code write} has returned. */
    @Test
    default void theBatchBelongsToTheCaller() {
        List<T> batch = new ArrayList<>(records(0, 5));
        try (Sink<T> sink = factory().open()) {
            sink.write(batch);
            batch.clear();
            sink.write(records(5, 6));
        }
        assertStored(records(0, 6));
    }

    /** Writing a batch again changes nothing. */
    @Test
    default void writingABatchAgainChangesNothing() {
        try (Sink<T> sink = factory().open()) {
            sink.write(records(0, 20));
            sink.write(records(0, 20));
            sink.write(records(10, 20));
        }
        assertStored(records(0, 20));
    }

    /** A record replaces that of the same key, also one of another sink. */
    @Test
    default void rewritingARecordReplacesIt() {
        try (Sink<T> sink = factory().open()) {
            sink.write(records(0, 3));
            sink.write(List.of(revised(record(1))));
        }
        assertStored(List.of(record(0), revised(record(1)), record(2)));
        try (Sink<T> sink = factory().open()) {
            sink.write(List.of(record(1)));
        }
        assertStored(records(0, 3));
    }

    /** Of several records with one key in a batch, the last wins. */
    @Test
    default void theLastRecordOfAKeyInABatchWins() {
        try (Sink<T> sink = factory().open()) {
            sink.write(List.of(record(0), record(1), revised(record(0)), record(2)));
            sink.write(List.of(revised(record(2)), record(3), record(2)));
        }
        assertStored(List.of(revised(record(0)), record(1), record(2), record(3)));
    }

    /** A batch of 10,000 is stored whole. */
    @Test
    default void aBatchOfTenThousandIsStoredWhole() {
        List<T> batch = records(0, 10_000);
        try (Sink<T> sink = factory().open()) {
            sink.write(batch);
            assertStored(batch);
        }
    }

    /** Four threads write through one sink at once, records of their own and records that all of them write. */
    @Test
    default void fourWritersAtOnceLoseNothing() throws Exception {
        int writers = 4;
        int own = 200;
        ExecutorService threads = Executors.newFixedThreadPool(writers, Wait::daemon);
        try (Sink<T> sink = factory().open()) {
            CountDownLatch start = new CountDownLatch(writers);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = 50 + writer * own;
                results.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    for (int i = 0; i < own; i += 40) {
                        sink.write(records(first + i, first + i + 40));
                        sink.write(records(i / 4, i / 4 + 10));
                    }
                    return true;
                }));
            }
            for (Future<Boolean> result : results) {
                Wait.result(patience(), "A writer of four", result);
            }
            assertStored(records(0, 50 + writers * own));
        } finally {
            threads.shutdownNow();
        }
    }

    /** A serialized copy of the factory opens the same store. */
    @Test
    default void aSerializedFactoryOpensTheSameStore() {
        SinkFactory<T> copy = Copies.serialized(factory());
        try (Sink<T> sink = copy.open()) {
            sink.write(records(0, 2));
        }
        assertStored(records(0, 2));
    }

    /** The store names exactly the records that it can never take, and holds all others. */
    @Test
    default void aPartialRejectionNamesExactlyTheRejectedRecords() {
        assumeTrue(unstorable(0).isPresent(), "this store takes every record");
        T bad = unstorable(0).orElseThrow();
        T alsoBad = unstorable(1).orElseThrow();
        try (Sink<T> sink = factory().open()) {
            RejectedRecordsException rejected =
                    rejected(() -> sink.write(List.of(record(0), bad, record(1), record(2), alsoBad, record(3))));
            assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(1, 4);
            assertThat(rejected.rejections()).allSatisfy(rejection -> {
                assertThat(rejection.key()).isNotBlank();
                assertThat(rejection.code()).matches("[a-z0-9]+(-[a-z0-9]+)*");
                assertThat(rejection.message()).isNotBlank();
            });
            assertStored(records(0, 4));
            sink.write(records(4, 6));
        }
        assertStored(records(0, 6));
    }

    /** A batch of rejected records alone is reported in the same way. */
    @Test
    default void aBatchOfRejectedRecordsAloneIsReported() {
        assumeTrue(unstorable(0).isPresent(), "this store takes every record");
        try (Sink<T> sink = factory().open()) {
            RejectedRecordsException rejected =
                    rejected(() -> sink.write(List.of(unstorable(0).orElseThrow())));
            assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(0);
        }
        assertThat(readBack()).isEmpty();
    }

    /** A store that does not answer is reported as retriable, by {@code open} or by {@code write}, in bounded time. */
    @Test
    default void anUnreachableStoreIsRetriable() throws Exception {
        assumeTrue(unreachable().isPresent(), "this sink has no server");
        SinkFactory<T> factory = unreachable().orElseThrow();
        Throwable failure = Wait.within(
                unreachableLimit(),
                "Opening and writing to a store that is out of reach",
                () -> catchThrowable(() -> {
                    try (Sink<T> sink = factory.open()) {
                        sink.write(records(0, 3));
                    }
                }));
        assertThat(failure).isInstanceOf(RetriableException.class);
        assertThat(failure.getMessage()).isNotBlank();
        assertThat(Copies.serialized(failure))
                .as("a copy, as another JVM gets it")
                .hasMessage(failure.getMessage());
    }

    /** An interrupted thread keeps its flag, fails retriably if it fails, and leaves the sink usable. */
    @Test
    default void anInterruptIsKeptAndHarmless() {
        try (Sink<T> sink = factory().open()) {
            sink.write(records(0, 1));
            Thread.currentThread().interrupt();
            Throwable failure;
            boolean kept;
            try {
                failure = catchThrowable(() -> sink.write(records(1, 2)));
            } finally {
                kept = Thread.interrupted();
            }
            assertThat(failure)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            some -> assertThat(some).isInstanceOf(RetriableException.class));
            assertThat(kept).as("the interrupt flag after a write").isTrue();
            sink.write(records(1, 3));
        }
        assertStored(records(0, 3));
    }

    /** Closing twice is closing once. */
    @Test
    default void closingAgainDoesNothing() {
        Sink<T> sink = factory().open();
        sink.write(records(0, 1));
        sink.close();
        assertThatCode(sink::close).doesNotThrowAnyException();
        assertStored(records(0, 1));
    }

    /** A closed sink refuses every batch, the empty one included, and stores nothing. */
    @Test
    default void aClosedSinkRefusesToWrite() {
        Sink<T> sink = factory().open();
        sink.close();
        assertThatIllegalStateException().isThrownBy(() -> sink.write(records(0, 1)));
        assertThatIllegalStateException().isThrownBy(() -> sink.write(List.of()));
        assertThat(readBack()).isEmpty();
    }

    /** Closing waits for running writes: each either returns and is stored, or finds the sink closed. */
    @Test
    default void closingWaitsForRunningWrites() throws Exception {
        Collection<T> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicInteger next = new AtomicInteger();
        Wait.forClosing(patience(), () -> factory().open(), "write", sink -> {
            int first = next.getAndAdd(10);
            List<T> batch = records(first, first + 10);
            sink.write(batch);
            acknowledged.addAll(batch);
        });
        Set<T> found = new HashSet<>(readBack());
        assertNone(
                "acknowledged records missing from the store",
                acknowledged.stream().map(this::stored).filter(record -> !found.contains(record)));
    }

    /** Opening, writing and closing leaves no thread and no connection behind. */
    @Test
    default void nothingLeaks() throws Exception {
        LeakCheck.assertNothingLeaks(patience(), () -> {
            try (Sink<T> sink = factory().open()) {
                sink.write(records(0, 10));
            }
        });
    }

    /** Fails unless the store holds exactly these records, each once. */
    default void assertStored(List<T> expected) {
        Map<T, Integer> surplus = new HashMap<>();
        expected.forEach(record -> surplus.merge(stored(record), -1, Integer::sum));
        readBack().forEach(record -> surplus.merge(record, 1, Integer::sum));
        assertNone(
                "records missing from the store",
                surplus.entrySet().stream()
                        .filter(entry -> entry.getValue() < 0)
                        .map(Map.Entry::getKey));
        assertNone(
                "records in the store that were not written, were replaced or are there twice",
                surplus.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(Map.Entry::getKey));
    }

    private static void assertNone(String what, Stream<?> records) {
        List<String> texts = records.map(String::valueOf).toList();
        assertThat(texts.stream()
                        .limit(3)
                        .map(text -> text.substring(0, Math.min(text.length(), 500)))
                        .toList())
                .as("%d %s", texts.size(), what)
                .isEmpty();
    }

    private List<T> records(int from, int to) {
        return IntStream.range(from, to).mapToObj(this::record).toList();
    }

    private static RejectedRecordsException rejected(ThrowingCallable write) {
        Throwable failure = catchThrowable(write);
        assertThat(failure).isInstanceOf(RejectedRecordsException.class);
        return Copies.serialized((RejectedRecordsException) failure);
    }
}
