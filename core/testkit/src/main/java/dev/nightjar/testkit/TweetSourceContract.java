/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TweetSource} promises, as tests. A test class implements the hooks; a source that never ends
 * overrides {@link #isFinite()}.
 *
 * @since 0.1.0
 */
public interface TweetSourceContract extends LiveContract {
    /**
     * Opens the source under test, over the same records each time: more of them than one poll returns, at least three
     * polls full. Every call gives an equal factory.
     */
    @Override
    TweetSourceFactory factory();

    /** The most records, tweets and all others together, that one poll of {@link #factory()}'s source returns. */
    int batchSize();

    /**
     * A factory of a source that stays silent for a minute without ending, so that a poll of it waits; empty for a
     * source that is never silent, whose tests of waiting are skipped.
     */
    Optional<? extends TweetSourceFactory> silent();

    /**
     * Whether {@link #factory()}'s source becomes exhausted and can be reopened at each of its positions without loss
     * and repetition; true. A live source overrides it, and its tests of that are skipped.
     */
    default boolean isFinite() {
        return true;
    }

    /** A position that this source never gave. */
    default SourcePosition foreignPosition() {
        return new SourcePosition("no position of this source");
    }

    /** How much longer than its timeout a poll may take on a busy machine; 2 s. */
    default Duration slack() {
        return Duration.ofSeconds(2);
    }

    /** Within what time all of {@link #factory()}'s records must have come; 1 min. */
    default Duration patience() {
        return Duration.ofMinutes(1);
    }

    /** No poll returns more records than it may, so that memory stays bounded. */
    @Test
    default void aPollReturnsABoundedBatch() throws Exception {
        int polls = 0;
        try (TweetSource source = factory().open()) {
            long deadline = System.nanoTime() + patience().toNanos();
            while (polls < 3 && System.nanoTime() < deadline) {
                SourceBatch batch = poll(source, Duration.ofSeconds(1));
                assertThat(records(batch)).as("records of one poll").isLessThanOrEqualTo(batchSize());
                polls += batch.isEmpty() ? 0 : 1;
            }
        }
        assertThat(polls).as("polls that returned records").isEqualTo(3);
    }

    /** A poll without a timeout returns at once, with or without records. */
    @Test
    default void aPollOfNoTimeReturnsAtOnce() throws Exception {
        try (TweetSource source = factory().open()) {
            assertThat(timed(() -> source.poll(Duration.ZERO))).isLessThan(slack());
        }
    }

    /** A poll of a silent source ends when its time is over, and the source still works. */
    @Test
    default void aPollOfASilentSourceEndsInTime() throws Exception {
        try (TweetSource source = silentSource()) {
            Duration timeout = Duration.ofMillis(150);
            List<SourceBatch> batches = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                assertThat(timed(() -> batches.add(source.poll(timeout)))).isLessThan(timeout.plus(slack()));
            }
            assertThat(batches).allSatisfy(batch -> assertThat(batch.tweets()).isEmpty());
            assertThat(source.isExhausted()).isFalse();
        }
    }

    /** A silent source does not make its caller spin: it waits until the time is over or something came. */
    @Test
    default void aPollOfASilentSourceWaits() throws Exception {
        try (TweetSource source = silentSource()) {
            long deadline = System.nanoTime() + Duration.ofMillis(500).toNanos();
            int polls = 0;
            while (System.nanoTime() < deadline) {
                poll(source, Duration.ofMillis(100));
                polls++;
            }
            assertThat(polls).as("polls of 100 ms within half a second").isLessThan(20);
        }
    }

    /** An exhausted source stays so, and its polls return nothing at once. */
    @Test
    default void anExhaustedSourceStaysExhausted() throws Exception {
        assumeTrue(isFinite(), "this source never ends");
        try (TweetSource source = factory().open()) {
            assertThat(source.isExhausted())
                    .as("exhausted before the first poll")
                    .isFalse();
            assertThat(rest(source).tweets()).isNotEmpty();
            SourcePosition end = source.position();
            for (int i = 0; i < 3; i++) {
                assertThat(source.isExhausted()).isTrue();
                Duration timeout = slack().multipliedBy(4);
                assertThat(timed(
                                () -> assertThat(source.poll(timeout).isEmpty()).isTrue()))
                        .as("a poll of an exhausted source")
                        .isLessThan(slack());
                assertThat(source.position()).isEqualTo(end);
            }
        }
    }

    /** A source opened again, also from a serialized copy of its factory, returns the same records. */
    @Test
    default void openingAgainGivesTheSameRecords() throws Exception {
        assumeTrue(isFinite(), "this source never ends");
        SourceBatch first;
        try (TweetSource source = factory().open()) {
            first = rest(source);
        }
        assertThat(first.tweets()).isNotEmpty();
        try (TweetSource source = Copies.serialized(factory()).open(SourcePosition.START)) {
            assertSame(rest(source), first);
        }
    }

    /** A source reopened at the position after some polls continues with the next record: none lost, none repeated. */
    @Test
    default void aReopenedSourceContinuesWithTheNextRecord() throws Exception {
        assumeTrue(isFinite(), "this source never ends");
        SourceBatch all;
        try (TweetSource source = factory().open()) {
            all = rest(source);
        }
        boolean ended = false;
        for (int polls = 0; !ended && polls <= 12; polls++) {
            SourceBatch.Builder read = SourceBatch.builder();
            SourcePosition position;
            try (TweetSource source = factory().open()) {
                for (int i = 0; i < polls; i++) {
                    read.add(poll(source, Duration.ofSeconds(10)));
                }
                position = Copies.serialized(source.position());
                ended = source.isExhausted();
            }
            try (TweetSource source = factory().open(new SourcePosition(position.token()))) {
                read.add(rest(source));
            }
            SourceBatch both = read.build();
            assertThat(both.tweets())
                    .as("the tweets of %d polls and of the source reopened after them", polls)
                    .isEqualTo(all.tweets());
            assertSame(both, all);
        }
    }

    /** A source reopened at its end has nothing more to say. */
    @Test
    default void aSourceReopenedAtItsEndIsEmpty() throws Exception {
        assumeTrue(isFinite(), "this source never ends");
        SourcePosition end;
        try (TweetSource source = factory().open()) {
            rest(source);
            end = source.position();
        }
        try (TweetSource source = factory().open(end)) {
            assertSame(rest(source), SourceBatch.empty());
            assertThat(source.position()).isEqualTo(end);
        }
    }

    /** A position that is none of this source's is a fault of the set-up, not a silent new beginning. */
    @Test
    default void aForeignPositionIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> factory().open(foreignPosition()).close());
    }

    /** A null position and a null timeout are programming faults. */
    @Test
    default void nullIsRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> factory().open(LiveContract.nothing()).close());
        try (TweetSource source = factory().open()) {
            assertThatNullPointerException().isThrownBy(() -> source.poll(LiveContract.nothing()));
        }
    }

    /** Closing a source makes a poll that waits in another thread end. */
    @Test
    @SuppressWarnings("try") // closing while it is used is what is tested
    default void closingEndsAPollThatWaits() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor(Wait::daemon);
        try (TweetSource source = silentSource()) {
            CountDownLatch polling = new CountDownLatch(1);
            Future<Throwable> end = thread.submit(() -> catchThrowable(() -> {
                polling.countDown();
                assertThat(source.poll(Duration.ofMinutes(1)).tweets()).isEmpty();
            }));
            polling.await();
            // From outside one cannot see whether a thread waits for a socket: half a second without an end counts as
            // waiting.
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> end.get(300, TimeUnit.MILLISECONDS));
            source.close();
            Throwable failure = Wait.result(slack().plusSeconds(5), "A poll of a source that was closed", end);
            assertThat(failure)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            some -> assertThat(some).isInstanceOf(IllegalStateException.class));
        } finally {
            thread.shutdownNow();
        }
    }

    /** An interrupt ends a poll that waits, and the source still works. */
    @Test
    default void anInterruptEndsAPollThatWaits() throws Exception {
        try (TweetSource source = silentSource()) {
            Throwable failure = Wait.within(slack().plusSeconds(5), "A poll of an interrupted thread", () -> {
                Thread.currentThread().interrupt();
                return catchThrowable(() -> source.poll(Duration.ofMinutes(1)));
            });
            assertThat(failure).isInstanceOf(InterruptedException.class);
            assertThatCode(() -> source.poll(Duration.ZERO)).doesNotThrowAnyException();
        }
    }

    /** Closing twice is closing once. */
    @Test
    default void closingAgainDoesNothing() throws Exception {
        TweetSource source = factory().open();
        poll(source, Duration.ofSeconds(1));
        source.close();
        assertThatCode(source::close).doesNotThrowAnyException();
    }

    /** A closed source refuses to be polled. */
    @Test
    default void aClosedSourceRefusesToPoll() throws Exception {
        TweetSource unread = factory().open();
        unread.close();
        assertThatIllegalStateException().isThrownBy(() -> unread.poll(Duration.ZERO));
        if (isFinite()) {
            TweetSource exhausted = factory().open();
            rest(exhausted);
            exhausted.close();
            assertThatIllegalStateException().isThrownBy(() -> exhausted.poll(Duration.ZERO));
        }
    }

    /** Opening, polling and closing leaves no thread, no file and no connection behind. */
    @Test
    default void nothingLeaks() throws Exception {
        LeakCheck.assertNothingLeaks(patience(), () -> {
            try (TweetSource source = factory().open()) {
                poll(source, Duration.ofSeconds(1));
            }
        });
    }

    private TweetSource silentSource() {
        assumeTrue(silent().isPresent(), "this source is never silent");
        return silent().orElseThrow().open();
    }

    private SourceBatch poll(TweetSource source, Duration timeout) throws Exception {
        return Wait.within(timeout.plus(patience()), "A poll of " + timeout, () -> source.poll(timeout));
    }

    private SourceBatch rest(TweetSource source) throws Exception {
        SourceBatch.Builder records = SourceBatch.builder();
        long deadline = System.nanoTime() + patience().toNanos();
        while (!source.isExhausted()) {
            assertThat(System.nanoTime())
                    .as("the source is exhausted within %s", patience())
                    .isLessThan(deadline);
            records.add(poll(source, Duration.ofSeconds(1)));
        }
        return records.build();
    }

    /** Fails unless both are equal, and does not show their tweets. */
    private static void assertSame(SourceBatch actual, SourceBatch expected) {
        assertThat(actual)
                .withRepresentation(batch -> batch instanceof SourceBatch shown
                        ? shown.tweets().size() + " tweets, " + shown.deadLetters() + ", deleted " + shown.deletedIds()
                                + ", skipped " + shown.skipped()
                        : String.valueOf(batch))
                .isEqualTo(expected);
    }

    private static long records(SourceBatch batch) {
        return batch.tweets().size()
                + batch.deadLetters().size()
                + batch.deletedIds().size()
                + batch.skippedCount();
    }

    private Duration timed(Callable<?> call) throws Exception {
        long start = System.nanoTime();
        Wait.within(patience(), "A poll", call);
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
