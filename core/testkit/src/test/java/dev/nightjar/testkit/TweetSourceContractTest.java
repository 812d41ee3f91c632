/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each source with a defect fails the tests of the contract that are about it, and no other. Most of them wait for what
 * does not come, so they do it side by side.
 */
@Execution(ExecutionMode.CONCURRENT)
class TweetSourceContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.DEFECT.set(defect);
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements TweetSourceContract {
        /** A contract's tests are made and run on the thread that asks for them. */
        static final ThreadLocal<Defect> DEFECT = new ThreadLocal<>();

        private final Defect defect = DEFECT.get();

        @Override
        public TweetSourceFactory factory() {
            return defect == Defect.HAS_A_FACTORY_WITHOUT_EQUALS ? new Unequal() : new Factory(defect, false);
        }

        @Override
        public Optional<TweetSourceFactory> silent() {
            return Optional.of(new Factory(defect, true));
        }

        @Override
        public int batchSize() {
            return Memory.BATCH_SIZE;
        }

        @Override
        public Duration slack() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(2);
        }
    }

    /** Opens a correct source, but has the identity of an object. */
    static final class Unequal implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            return Defect.NONE.open(false, position);
        }
    }

    record Factory(Defect defect, boolean silent) implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            return defect.open(silent, position);
        }
    }

    /** A correct source in memory except for its defect: every third record is a dead letter, a deletion or a skip. */
    private static final class Memory implements TweetSource {
        static final int BATCH_SIZE = 5;
        static final int RECORDS = 23;

        final Object lock = new Object();
        final Defect defect;
        final boolean silent;
        int next;
        boolean closed;

        Memory(Defect defect, boolean silent, int next) {
            this.defect = defect;
            this.silent = silent;
            this.next = next;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            synchronized (lock) {
                return defect.poll(this, timeout);
            }
        }

        @Override
        public boolean isExhausted() {
            return defect.isExhausted(this);
        }

        @Override
        public SourcePosition position() {
            return defect.position(this);
        }

        @Override
        public void close() {
            defect.close(this);
        }

        void await(Duration timeout) throws InterruptedException {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (System.nanoTime() < deadline && !closed) {
                lock.wait(Math.max(
                        1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
            }
        }

        SourceBatch batch(int end) {
            List<Tweet> tweets = new ArrayList<>();
            List<DeadLetter> deadLetters = new ArrayList<>();
            List<String> deletedIds = new ArrayList<>();
            long skipped = 0;
            for (; next < end; next++) {
                switch (next % 9) {
                    case 2 ->
                        deadLetters.add(new DeadLetter(
                                DeadLetter.Stage.SOURCE, "bad-id", "No id", "memory:" + next, new byte[] {1}));
                    case 5 -> deletedIds.add(Integer.toString(1 + next));
                    case 8 -> skipped++;
                    default -> tweets.add(Tweets.tweet(next));
                }
            }
            return new SourceBatch(
                    tweets, deadLetters, deletedIds, skipped == 0 ? Map.of() : Map.of("keep-alive", skipped));
        }
    }

    enum Defect {
        NONE(),
        HAS_A_FACTORY_WITHOUT_EQUALS("theFactoryIsEqualByValue"),
        GIVES_A_POSITION_ONE_AHEAD("aReopenedSourceContinuesWithTheNextRecord") {
            @Override
            SourcePosition position(Memory source) {
                return position(Math.min(source.next + 1, Memory.RECORDS));
            }
        },
        GIVES_A_POSITION_ONE_BEHIND("aReopenedSourceContinuesWithTheNextRecord", "aSourceReopenedAtItsEndIsEmpty") {
            @Override
            SourcePosition position(Memory source) {
                return position(Math.max(source.next - 1, 0));
            }
        },
        GIVES_THE_POSITION_BEFORE_THE_BATCH(
                "aReopenedSourceContinuesWithTheNextRecord", "aSourceReopenedAtItsEndIsEmpty") {
            @Override
            SourcePosition position(Memory source) {
                return position(Math.max((source.next - 1) / Memory.BATCH_SIZE * Memory.BATCH_SIZE, 0));
            }
        },
        COUNTS_TWEETS_ALONE_IN_ITS_POSITION(
                "aReopenedSourceContinuesWithTheNextRecord", "aSourceReopenedAtItsEndIsEmpty") {
            @Override
            SourcePosition position(Memory source) {
                return position(
                        new Memory(NONE, false, 0).batch(source.next).tweets().size());
            }
        },
        BEGINS_ANEW_WHEN_REOPENED(
                "aReopenedSourceContinuesWithTheNextRecord",
                "aSourceReopenedAtItsEndIsEmpty",
                "aForeignPositionIsRefused") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                java.util.Objects.requireNonNull(position, "position");
                return super.open(silent, SourcePosition.START);
            }
        },
        BEGINS_ANEW_AT_A_FOREIGN_POSITION("aForeignPositionIsRefused") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                try {
                    return super.open(silent, position);
                } catch (ConfigException e) {
                    return super.open(silent, SourcePosition.START);
                }
            }
        },
        FAILS_AT_A_FOREIGN_POSITION_LIKE_A_BUG("aForeignPositionIsRefused") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                return new Memory(
                        this,
                        silent,
                        position.isStart()
                                ? 0
                                : Integer.parseInt(position.token().substring(3)));
            }
        },
        RETURNS_ALL_AT_ONCE("aPollReturnsABoundedBatch") {
            @Override
            int batchEnd(Memory source) {
                return Memory.RECORDS;
            }
        },
        DROPS_DEAD_LETTERS_WHEN_REOPENED("aReopenedSourceContinuesWithTheNextRecord") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                TweetSource source = super.open(silent, position);
                return position.isStart()
                        ? source
                        : new TweetSource() {
                            @Override
                            public SourceBatch poll(Duration timeout) throws InterruptedException {
                                SourceBatch batch = source.poll(timeout);
                                return new SourceBatch(batch.tweets(), List.of(), batch.deletedIds(), batch.skipped());
                            }

                            @Override
                            public boolean isExhausted() {
                                return source.isExhausted();
                            }

                            @Override
                            public SourcePosition position() {
                                return source.position();
                            }

                            @Override
                            public void close() {
                                source.close();
                            }
                        };
            }
        },
        GIVES_ANOTHER_ORDER_EACH_TIME("openingAgainGivesTheSameRecords", "aReopenedSourceContinuesWithTheNextRecord") {
            private int rounds;

            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                SourceBatch batch = super.poll(source, timeout);
                List<Tweet> tweets = new ArrayList<>(batch.tweets());
                Collections.rotate(tweets, rounds++ % 2);
                return new SourceBatch(tweets, batch.deadLetters(), batch.deletedIds(), batch.skipped());
            }
        },
        IS_NEVER_EXHAUSTED(
                "anExhaustedSourceStaysExhausted",
                "openingAgainGivesTheSameRecords",
                "aReopenedSourceContinuesWithTheNextRecord",
                "aSourceReopenedAtItsEndIsEmpty",
                "aClosedSourceRefusesToPoll") {
            @Override
            boolean isExhausted(Memory source) {
                return false;
            }
        },
        IS_EXHAUSTED_TOO_SOON("anExhaustedSourceStaysExhausted") {
            @Override
            boolean isExhausted(Memory source) {
                return !source.silent && source.next + Memory.BATCH_SIZE >= Memory.RECORDS;
            }
        },
        WAITS_THOUGH_EXHAUSTED("anExhaustedSourceStaysExhausted") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                if (!source.silent && isExhausted(source)) {
                    checkOpen(source);
                    source.await(timeout);
                }
                return super.poll(source, timeout);
            }
        },
        WAITS_LONGER_THAN_IT_MAY("aPollOfASilentSourceEndsInTime") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                return super.poll(source, timeout.multipliedBy(source.silent ? 15 : 1));
            }
        },
        WAITS_THOUGH_THERE_IS_NO_TIME("aPollOfNoTimeReturnsAtOnce", "anInterruptEndsAPollThatWaits") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                if (timeout.isZero()) {
                    checkOpen(source);
                    source.await(Duration.ofMillis(1500));
                    if (source.silent) {
                        throw new RetriableException("Nothing came", null);
                    }
                }
                return super.poll(source, timeout);
            }
        },
        DOES_NOT_WAIT("aPollOfASilentSourceWaits", "closingEndsAPollThatWaits", "anInterruptEndsAPollThatWaits") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                return super.poll(source, timeout.multipliedBy(0));
            }
        },
        LETS_A_POLL_WAIT_WHEN_CLOSED("closingEndsAPollThatWaits") {
            @Override
            void close(Memory source) {
                if (source.silent) {
                    source.closed = false;
                } else {
                    super.close(source);
                }
            }
        },
        FAILS_A_POLL_THAT_WAITS_WHEN_CLOSED("closingEndsAPollThatWaits") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                checkOpen(source);
                try {
                    return super.poll(source, timeout);
                } catch (IllegalStateException e) {
                    throw new RetriableException("Socket closed", e);
                }
            }
        },
        SWALLOWS_AN_INTERRUPT("anInterruptEndsAPollThatWaits") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                try {
                    return super.poll(source, timeout);
                } catch (InterruptedException e) {
                    return SourceBatch.empty();
                }
            }
        },
        IS_BROKEN_BY_AN_INTERRUPT("anInterruptEndsAPollThatWaits") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                try {
                    return super.poll(source, timeout);
                } catch (InterruptedException e) {
                    source.close();
                    throw e;
                }
            }
        },
        FAILS_WHEN_CLOSED_AGAIN("closingAgainDoesNothing", "closingEndsAPollThatWaits") {
            @Override
            void close(Memory source) {
                checkOpen(source);
                super.close(source);
            }
        },
        POLLS_AFTER_IT_WAS_CLOSED("aClosedSourceRefusesToPoll") {
            @Override
            void checkOpen(Memory source) {}
        },
        POLLS_AFTER_IT_WAS_EXHAUSTED_AND_CLOSED("aClosedSourceRefusesToPoll") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                return isExhausted(source) ? SourceBatch.empty() : super.poll(source, timeout);
            }
        },
        TAKES_NULL_FOR_THE_START("nullIsRefused") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                return super.open(silent, position == null ? SourcePosition.START : position);
            }
        },
        TAKES_NULL_FOR_NO_TIME("nullIsRefused") {
            @Override
            SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
                return super.poll(source, timeout == null ? Duration.ZERO : timeout);
            }
        },
        LEAVES_A_THREAD("nothingLeaks") {
            @Override
            TweetSource open(boolean silent, SourcePosition position) {
                CountDownLatch never = new CountDownLatch(1);
                Thread thread = new Thread(() -> {
                    try {
                        never.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.setDaemon(true);
                thread.start();
                return super.open(silent, position);
            }
        };

        final Set<String> caughtBy;

        Defect(String... caughtBy) {
            this.caughtBy = Set.of(caughtBy);
        }

        TweetSource open(boolean silent, SourcePosition position) {
            if (position.isStart()) {
                return new Memory(this, silent, 0);
            }
            for (int next = 1; next <= Memory.RECORDS; next++) {
                if (position.equals(position(next))) {
                    return new Memory(this, silent, next);
                }
            }
            throw new ConfigException("The position '" + position.token() + "' is none of this source");
        }

        SourceBatch poll(Memory source, Duration timeout) throws InterruptedException {
            java.util.Objects.requireNonNull(timeout, "timeout");
            checkOpen(source);
            if (source.silent) {
                source.await(timeout);
                checkOpen(source);
                return SourceBatch.empty();
            }
            return source.batch(batchEnd(source));
        }

        int batchEnd(Memory source) {
            return Math.min(source.next + Memory.BATCH_SIZE, Memory.RECORDS);
        }

        boolean isExhausted(Memory source) {
            return !source.silent && source.next == Memory.RECORDS;
        }

        SourcePosition position(Memory source) {
            return position(source.next);
        }

        void close(Memory source) {
            synchronized (source.lock) {
                source.closed = true;
                source.lock.notifyAll();
            }
        }

        void checkOpen(Memory source) {
            if (source.closed) {
                throw new IllegalStateException("The source is closed");
            }
        }

        static SourcePosition position(int next) {
            return next == 0 ? SourcePosition.START : new SourcePosition("at " + next);
        }
    }
}
