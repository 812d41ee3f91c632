/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each sink with a defect fails the tests of the contract that are about it, and no other. */
class SinkContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.defect = defect;
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements ClassifiedTweetSinkContract {
        static Defect defect = Defect.NONE;

        @BeforeEach
        void emptyTheStore() {
            Memory.ROWS.clear();
        }

        @Override
        public SinkFactory<ClassifiedTweet> factory() {
            return switch (defect) {
                case FORGETS_ITS_STORE_WHEN_SERIALIZED -> new Forgetful("here");
                case HAS_A_FACTORY_WITHOUT_EQUALS -> new Unequal(defect);
                default -> defect;
            };
        }

        @Override
        public Optional<SinkFactory<ClassifiedTweet>> misconfigured() {
            return Optional.of(
                    defect == Defect.CALLS_A_FAULT_IN_THE_SET_UP_A_BUG ? Misconfigured.AS_A_BUG : Misconfigured.TYPED);
        }

        @Override
        public List<ClassifiedTweet> readBack() {
            synchronized (Memory.ROWS) {
                return Memory.ROWS.values().stream().flatMap(List::stream).toList();
            }
        }

        @Override
        public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
            return Optional.of(
                    switch (defect) {
                        case CALLS_AN_OUTAGE_A_CONFIGURATION_FAULT -> Unreachable.FAILS_FOR_GOOD;
                        case WAITS_FOR_EVER_IN_AN_OUTAGE -> Unreachable.WAITS_FOR_EVER;
                        case FAILS_WITH_WHAT_CANNOT_TRAVEL -> Unreachable.FAILS_WITH_A_SOCKET;
                        case LOSES_RECORDS_IN_AN_OUTAGE -> Unreachable.LOSES_RECORDS;
                        default -> Unreachable.FAILS;
                    });
        }

        @Override
        public Optional<ClassifiedTweet> unstorable(int number) {
            return Optional.of(Tweets.classified(Tweets.tweet(-1 - number, "unstorable " + number)));
        }

        @Override
        public Duration unreachableLimit() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(2);
        }
    }

    enum Unreachable implements SinkFactory<ClassifiedTweet> {
        FAILS {
            @Override
            public Sink<ClassifiedTweet> open() {
                throw new RetriableException("Nobody answers", null);
            }
        },
        FAILS_FOR_GOOD {
            @Override
            public Sink<ClassifiedTweet> open() {
                throw new ConfigException("Nobody answers");
            }
        },
        FAILS_WITH_A_SOCKET {
            @Override
            public Sink<ClassifiedTweet> open() {
                throw new RetriableException("Nobody answers", new RuntimeException() {
                    final Thread notSerializable = Thread.currentThread();
                });
            }
        },
        WAITS_FOR_EVER {
            @Override
            public Sink<ClassifiedTweet> open() {
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
                throw new RetriableException("Nobody answers", null);
            }
        },
        LOSES_RECORDS {
            @Override
            public Sink<ClassifiedTweet> open() {
                return new Memory(Defect.NONE);
            }
        }
    }

    enum Misconfigured implements SinkFactory<ClassifiedTweet> {
        TYPED {
            @Override
            public Sink<ClassifiedTweet> open() {
                throw new ConfigException("The password is refused");
            }
        },
        AS_A_BUG {
            @Override
            public Sink<ClassifiedTweet> open() {
                throw new UncheckedIOException(new IOException("The password is refused"));
            }
        }
    }

    /** Opens the right sink, but has the identity of an object. */
    static final class Unequal implements SinkFactory<ClassifiedTweet> {
        private final Defect defect;

        Unequal(Defect defect) {
            this.defect = defect;
        }

        @Override
        public Sink<ClassifiedTweet> open() {
            return defect.open();
        }
    }

    /** A correct sink in memory, but for its defect. */
    static class Memory implements Sink<ClassifiedTweet> {
        static final Map<String, List<ClassifiedTweet>> ROWS = new LinkedHashMap<>();

        final Defect defect;
        boolean closed;

        Memory(Defect defect) {
            this.defect = defect;
        }

        @Override
        public void write(List<ClassifiedTweet> batch) {
            defect.write(this, batch);
        }

        @Override
        public void close() {
            synchronized (ROWS) {
                closed = true;
            }
        }

        final void checkOpen() {
            synchronized (ROWS) {
                if (closed) {
                    throw new IllegalStateException("The sink is closed");
                }
            }
        }
    }

    private static Set<String> on(String... methods) {
        return Set.of(methods);
    }

    enum Defect implements SinkFactory<ClassifiedTweet> {
        NONE(on()),
        INSERTS_INSTEAD_OF_REPLACING(on(
                "anyTweetIsStoredOrRejected",
                "writingABatchAgainChangesNothing",
                "rewritingARecordReplacesIt",
                "theLastRecordOfAKeyInABatchWins",
                "fourWritersAtOnceLoseNothing",
                "anInterruptIsKeptAndHarmless",
                "tweetsOfOneMillisecondAllSurvive",
                "aTweetFromBeforeSnowflakesIsNeverLost")) {
            @Override
            void put(ClassifiedTweet record) {
                Memory.ROWS
                        .computeIfAbsent(record.tweet().id(), id -> new ArrayList<>())
                        .add(record);
            }
        },
        KEEPS_THE_FIRST_OF_A_KEY(on("rewritingARecordReplacesIt", "theLastRecordOfAKeyInABatchWins")) {
            @Override
            void put(ClassifiedTweet record) {
                Memory.ROWS.putIfAbsent(record.tweet().id(), List.of(record));
            }
        },
        TAKES_THE_FIRST_OF_A_KEY_IN_A_BATCH(on("theLastRecordOfAKeyInABatchWins")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                List<ClassifiedTweet> reversed = new ArrayList<>(batch);
                java.util.Collections.reverse(reversed);
                if (reversed.stream().anyMatch(Defect::isUnstorable)) {
                    reversed = batch;
                }
                super.write(sink, reversed);
            }
        },
        MERGES_WITH_WHAT_IS_STORED(on("rewritingARecordReplacesIt", "theLastRecordOfAKeyInABatchWins")) {
            @Override
            void put(ClassifiedTweet record) {
                Map<String, Classification> merged = new TreeMap<>();
                Memory.ROWS
                        .getOrDefault(record.tweet().id(), List.of())
                        .forEach(old -> merged.putAll(old.classifications()));
                merged.putAll(record.classifications());
                super.put(ClassifiedTweet.of(record.tweet(), merged));
            }
        },
        IS_KEYED_BY_TIME_AND_LABEL(on(
                "anyTweetIsStoredOrRejected",
                "tweetsOfOneMillisecondAllSurvive",
                "rewritingARecordReplacesIt",
                "theLastRecordOfAKeyInABatchWins")) {
            @Override
            void put(ClassifiedTweet record) {
                String label = record.classifications().values().stream()
                        .flatMap(classification -> classification.top().stream())
                        .map(ScoredLabel::label)
                        .findFirst()
                        .orElse("none");
                Memory.ROWS.put(record.tweet().createdAt() + label, List.of(record));
            }
        },
        READS_IDS_AS_DOUBLE(on(
                "anyTweetIsStoredOrRejected",
                "tweetsOfOneMillisecondAllSurvive",
                "aTweetWithEveryComponentComesBack")) {
            @Override
            void put(ClassifiedTweet record) {
                Tweet tweet = record.tweet();
                String id = Long.toString((long) Double.parseDouble(tweet.id()));
                super.put(new ClassifiedTweet(
                        Tweet.builder(id, tweet.text(), tweet.createdAt())
                                .like(tweet)
                                .build(),
                        record.classifications()));
            }
        },
        DROPS_WHAT_DOES_NOT_FIT_ITS_BUFFER(on("aBatchOfTenThousandIsStoredWhole")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                super.write(sink, batch.subList(0, Math.min(batch.size(), 9_999)));
            }
        },
        WRITES_WITH_THE_NEXT_BATCH(on(
                "anyTweetIsStoredOrRejected",
                "aBatchIsVisibleWhenWriteReturns",
                "theBatchBelongsToTheCaller",
                "rewritingARecordReplacesIt",
                "theLastRecordOfAKeyInABatchWins",
                "aBatchOfTenThousandIsStoredWhole",
                "aSerializedFactoryOpensTheSameStore",
                "aPartialRejectionNamesExactlyTheRejectedRecords",
                "aBatchOfRejectedRecordsAloneIsReported",
                "anInterruptIsKeptAndHarmless",
                "closingAgainDoesNothing",
                "closingWaitsForRunningWrites",
                "everyTextComesBackAsItWentIn",
                "aTweetWithEveryComponentComesBack",
                "aTweetWithoutAnAnswerIsStored",
                "aRejectionNamesTheTweetsId")) {
            @Override
            public Sink<ClassifiedTweet> open() {
                return new Memory(NONE) {
                    private List<ClassifiedTweet> last = List.of();

                    @Override
                    public void write(List<ClassifiedTweet> batch) {
                        synchronized (ROWS) {
                            checkOpen();
                            List.copyOf(batch);
                            super.write(last);
                            last = batch;
                        }
                    }
                };
            }
        },
        LOSES_UPDATES_OF_OTHER_THREADS(on("fourWritersAtOnceLoseNothing", "closingWaitsForRunningWrites")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                Map<String, List<ClassifiedTweet>> rows;
                synchronized (Memory.ROWS) {
                    rows = new LinkedHashMap<>(Memory.ROWS);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                synchronized (Memory.ROWS) {
                    Map<String, List<ClassifiedTweet>> before = new LinkedHashMap<>(Memory.ROWS);
                    try {
                        super.write(sink, batch);
                        before.keySet().removeAll(rows.keySet());
                        before.keySet()
                                .removeAll(batch.stream()
                                        .map(record -> record.tweet().id())
                                        .toList());
                        Memory.ROWS.keySet().removeAll(before.keySet());
                    } finally {
                        rows.clear();
                    }
                }
            }
        },
        REPORTS_THE_WRONG_INDEX(
                on("aPartialRejectionNamesExactlyTheRejectedRecords", "aBatchOfRejectedRecordsAloneIsReported")) {
            @Override
            Rejection rejection(int index, ClassifiedTweet record) {
                return super.rejection(index + 1, record);
            }
        },
        REPORTS_A_MESSAGE_AS_CODE(on("aPartialRejectionNamesExactlyTheRejectedRecords")) {
            @Override
            Rejection rejection(int index, ClassifiedTweet record) {
                return new Rejection(index, record.tweet().id(), "Error: Too large!", "It is too large");
            }
        },
        SHOWS_THE_TEXT_OF_A_REJECTED_TWEET(on("aRejectionNamesTheTweetsId")) {
            @Override
            Rejection rejection(int index, ClassifiedTweet record) {
                return new Rejection(
                        index,
                        record.tweet().id(),
                        "refused",
                        "Refused: " + record.tweet().text());
            }
        },
        NAMES_REJECTED_TWEETS_BY_INDEX(on("aRejectionNamesTheTweetsId")) {
            @Override
            Rejection rejection(int index, ClassifiedTweet record) {
                return new Rejection(index, "record-" + index, "refused", "It is refused");
            }
        },
        STORES_NOTHING_BESIDE_A_REJECTED_RECORD(on("aPartialRejectionNamesExactlyTheRejectedRecords")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                List<ClassifiedTweet> bad =
                        batch.stream().filter(Defect::isUnstorable).toList();
                if (bad.isEmpty()) {
                    super.write(sink, batch);
                } else {
                    throw new RejectedRecordsException(bad.stream()
                            .map(record -> rejection(batch.indexOf(record), record))
                            .toList());
                }
            }
        },
        STOPS_AT_A_REJECTED_RECORD(on("aPartialRejectionNamesExactlyTheRejectedRecords")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                int end = 0;
                while (end < batch.size() && !isUnstorable(batch.get(end))) {
                    end++;
                }
                super.write(sink, batch.subList(0, Math.min(end + 1, batch.size())));
            }
        },
        DROPS_REJECTED_RECORDS_SILENTLY(on(
                "aPartialRejectionNamesExactlyTheRejectedRecords",
                "aBatchOfRejectedRecordsAloneIsReported",
                "aRejectionNamesTheTweetsId")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                super.write(
                        sink,
                        batch.stream().filter(record -> !isUnstorable(record)).toList());
            }
        },
        HAS_A_FACTORY_WITHOUT_EQUALS(on("theFactoryIsEqualByValue")),
        CALLS_A_FAULT_IN_THE_SET_UP_A_BUG(on("aFaultInTheSetUpIsAConfigException")),
        FAILS_LIKE_A_BUG_ON_A_TIME_OUT_OF_ITS_RANGE(on("anyTweetIsStoredOrRejected")) {
            @Override
            void put(ClassifiedTweet record) {
                if (record.tweet().createdAt().isBefore(Instant.EPOCH)) {
                    throw new IllegalStateException("Time out of range");
                }
                super.put(record);
            }
        },
        CALLS_AN_OUTAGE_A_CONFIGURATION_FAULT(on("anUnreachableStoreIsRetriable")),
        WAITS_FOR_EVER_IN_AN_OUTAGE(on("anUnreachableStoreIsRetriable")),
        FAILS_WITH_WHAT_CANNOT_TRAVEL(on("anUnreachableStoreIsRetriable")),
        LOSES_RECORDS_IN_AN_OUTAGE(on("anUnreachableStoreIsRetriable")),
        FORGETS_ITS_STORE_WHEN_SERIALIZED(on("aSerializedFactoryOpensTheSameStore", "theFactoryIsEqualByValue")),
        SWALLOWS_AN_INTERRUPT(on("anInterruptIsKeptAndHarmless")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                Thread.interrupted();
                super.write(sink, batch);
            }
        },
        FAILS_FOR_GOOD_AT_AN_INTERRUPT(on("anInterruptIsKeptAndHarmless")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("Interrupted");
                }
                super.write(sink, batch);
            }
        },
        IS_BROKEN_BY_AN_INTERRUPT(on("anInterruptIsKeptAndHarmless")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                if (Thread.currentThread().isInterrupted()) {
                    sink.close();
                    throw new RetriableException("Interrupted", null);
                }
                super.write(sink, batch);
            }
        },
        FAILS_WHEN_CLOSED_AGAIN(on("closingAgainDoesNothing", "closingWaitsForRunningWrites")) {
            @Override
            public Sink<ClassifiedTweet> open() {
                return new Memory(this) {
                    @Override
                    public void close() {
                        checkOpen();
                        super.close();
                    }
                };
            }
        },
        WRITES_AFTER_IT_WAS_CLOSED(on("aClosedSinkRefusesToWrite", "closingWaitsForRunningWrites")) {
            @Override
            public Sink<ClassifiedTweet> open() {
                return new Memory(this) {
                    @Override
                    public void close() {}
                };
            }
        },
        TAKES_AN_EMPTY_BATCH_AFTER_IT_WAS_CLOSED(on("aClosedSinkRefusesToWrite")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                if (!batch.isEmpty()) {
                    super.write(sink, batch);
                }
            }
        },
        DROPS_RUNNING_WRITES_WHEN_CLOSED(on("closingWaitsForRunningWrites")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                sink.checkOpen();
                if (batch.size() == 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
                synchronized (Memory.ROWS) {
                    if (!sink.closed) {
                        super.write(sink, batch);
                    }
                }
            }
        },
        FAILS_RUNNING_WRITES_WHEN_CLOSED(on("closingWaitsForRunningWrites")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                sink.checkOpen();
                if (batch.size() == 10) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
                synchronized (Memory.ROWS) {
                    if (sink.closed) {
                        throw new NullPointerException("The connection is gone");
                    }
                    super.write(sink, batch);
                }
            }
        },
        IGNORES_A_NULL_BATCH(on("aNullBatchIsRefused")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                if (batch != null) {
                    super.write(sink, batch);
                }
            }
        },
        IGNORES_A_NULL_RECORD(on("aNullRecordIsRefused")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                super.write(
                        sink, batch.stream().filter(java.util.Objects::nonNull).toList());
            }
        },
        REFUSES_AN_EMPTY_BATCH(on("anEmptyBatchIsANoOp")) {
            @Override
            void write(Memory sink, List<ClassifiedTweet> batch) {
                sink.checkOpen();
                if (batch.isEmpty()) {
                    throw new IllegalArgumentException("An empty batch");
                }
                super.write(sink, batch);
            }
        },
        TRIMS_TEXTS(on("anyTweetIsStoredOrRejected", "everyTextComesBackAsItWentIn")) {
            @Override
            void put(ClassifiedTweet record) {
                super.put(withText(record, record.tweet().text().strip()));
            }
        },
        TURNS_LINE_BREAKS_INTO_SPACES(on("anyTweetIsStoredOrRejected", "everyTextComesBackAsItWentIn")) {
            @Override
            void put(ClassifiedTweet record) {
                super.put(withText(record, record.tweet().text().replaceAll("[\\r\\n]+", " ")));
            }
        },
        KEEPS_THREE_BYTES_OF_FOUR(
                on("anyTweetIsStoredOrRejected", "everyTextComesBackAsItWentIn", "aTweetWithEveryComponentComesBack")) {
            @Override
            void put(ClassifiedTweet record) {
                super.put(withText(record, record.tweet().text().replaceAll("[^\\u0000-\\uffff]", "?")));
            }
        },
        DROPS_A_TWEET_WITHOUT_TEXT(on("anyTweetIsStoredOrRejected", "everyTextComesBackAsItWentIn")) {
            @Override
            void put(ClassifiedTweet record) {
                if (!record.tweet().text().isEmpty()) {
                    super.put(record);
                }
            }
        },
        DROPS_A_TWEET_WITHOUT_AN_ANSWER(
                on("anyTweetIsStoredOrRejected", "aTweetWithoutAnAnswerIsStored", "everyTextComesBackAsItWentIn")) {
            @Override
            void put(ClassifiedTweet record) {
                if (record.classifications().values().stream().anyMatch(Classification.Scored.class::isInstance)) {
                    super.put(record);
                }
            }
        },
        DROPS_A_TWEET_FROM_BEFORE_SNOWFLAKES(
                on("anyTweetIsStoredOrRejected", "aTweetFromBeforeSnowflakesIsNeverLost")) {
            @Override
            void put(ClassifiedTweet record) {
                if (TweetId.of(record.tweet().id()).time() != null) {
                    super.put(record);
                }
            }
        },
        KEEPS_LITTLE_OF_A_TWEET(on("aTweetWithEveryComponentComesBack")) {
            @Override
            void put(ClassifiedTweet record) {
                Tweet tweet = record.tweet();
                super.put(ClassifiedTweet.of(
                        Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                                .lang(tweet.lang())
                                .build(),
                        record.classifications()));
            }
        },
        LEAVES_A_THREAD(on("nothingLeaks")) {
            @Override
            public Sink<ClassifiedTweet> open() {
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
                return new Memory(this);
            }
        },
        LEAVES_A_FILE_OPEN(on("nothingLeaks")) {
            private final List<RandomAccessFile> files = new ArrayList<>();

            @Override
            public Sink<ClassifiedTweet> open() {
                try {
                    Path file = Path.of(System.getProperty("java.home"), "release");
                    files.add(new RandomAccessFile(file.toFile(), "r"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return new Memory(this);
            }
        };

        final Set<String> caughtBy;

        Defect(Set<String> caughtBy) {
            this.caughtBy = caughtBy;
        }

        @Override
        public Sink<ClassifiedTweet> open() {
            return new Memory(this);
        }

        void write(Memory sink, List<ClassifiedTweet> batch) {
            synchronized (Memory.ROWS) {
                sink.checkOpen();
                List<Rejection> rejections = new ArrayList<>();
                List<ClassifiedTweet> records = List.copyOf(batch);
                for (int i = 0; i < records.size(); i++) {
                    if (isUnstorable(records.get(i))) {
                        rejections.add(rejection(i, records.get(i)));
                    } else {
                        put(records.get(i));
                    }
                }
                if (!rejections.isEmpty()) {
                    throw new RejectedRecordsException(rejections);
                }
            }
        }

        void put(ClassifiedTweet record) {
            Memory.ROWS.put(record.tweet().id(), List.of(record));
        }

        Rejection rejection(int index, ClassifiedTweet record) {
            return new Rejection(index, record.tweet().id(), "told-so", "It is one of those");
        }

        static boolean isUnstorable(ClassifiedTweet record) {
            return record.tweet().text().startsWith("unstorable");
        }

        private static ClassifiedTweet withText(ClassifiedTweet record, String text) {
            Tweet tweet = record.tweet();
            return ClassifiedTweet.of(
                    Tweet.builder(tweet.id(), text, tweet.createdAt())
                            .lang(tweet.lang())
                            .author(tweet.author())
                            .hashtags(tweet.hashtags())
                            .mentions(tweet.mentions())
                            .urls(tweet.urls())
                            .publicMetrics(tweet.publicMetrics())
                            .references(tweet.references())
                            .matchingRuleTags(tweet.matchingRuleTags())
                            .source(tweet.source())
                            .build(),
                    record.classifications());
        }
    }

    /** A factory that is equal to all of its kind, though its copy does not know the store. */
    static final class Forgetful implements SinkFactory<ClassifiedTweet> {
        private final transient String store;

        Forgetful(String store) {
            this.store = store;
        }

        @Override
        public Sink<ClassifiedTweet> open() {
            return store != null
                    ? new Memory(Defect.NONE)
                    : new Sink<>() {
                        @Override
                        public void write(List<ClassifiedTweet> batch) {}

                        @Override
                        public void close() {}
                    };
        }
    }
}
