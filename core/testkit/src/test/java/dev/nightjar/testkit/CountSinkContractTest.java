/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each sink of counts with a defect fails the tests of the contract that are about it, and no other. */
class CountSinkContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.defect = defect;
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements WindowedCountSinkContract {
        static Defect defect = Defect.NONE;

        @BeforeEach
        void emptyTheStore() {
            Memory.ROWS.clear();
        }

        @Override
        public SinkFactory<WindowedCount> factory() {
            return defect;
        }

        @Override
        public List<WindowedCount> readBack() {
            synchronized (Memory.ROWS) {
                return List.copyOf(Memory.ROWS.values());
            }
        }

        @Override
        public Optional<SinkFactory<WindowedCount>> unreachable() {
            return Optional.empty();
        }
    }

    enum Defect implements SinkFactory<WindowedCount> {
        NONE(),
        ADDS_TO_WHAT_IS_STORED(
                "writingABatchAgainChangesNothing",
                "rewritingARecordReplacesIt",
                "theLastRecordOfAKeyInABatchWins",
                "fourWritersAtOnceLoseNothing",
                "anInterruptIsKeptAndHarmless",
                "metricKeyAndWindowAreTheIdentity") {
            @Override
            WindowedCount stored(WindowedCount record) {
                WindowedCount old = Memory.ROWS.get(key(record));
                return old == null ? record : withCount(record, Math.max(0, old.count() + record.count()));
            }
        },
        KEEPS_COUNTS_AS_DOUBLE("everyCountIsExact") {
            @Override
            WindowedCount stored(WindowedCount record) {
                return withCount(record, (long) (double) record.count());
            }
        },
        KEEPS_COUNTS_OF_32_BITS("everyCountIsExact") {
            @Override
            WindowedCount stored(WindowedCount record) {
                return withCount(record, record.count() & 0xffff_ffffL);
            }
        },
        DROPS_COUNTS_OF_NONE(
                "aBatchIsVisibleWhenWriteReturns",
                "theBatchBelongsToTheCaller",
                "writingABatchAgainChangesNothing",
                "rewritingARecordReplacesIt",
                "aBatchOfTenThousandIsStoredWhole",
                "fourWritersAtOnceLoseNothing",
                "aSerializedFactoryOpensTheSameStore",
                "anInterruptIsKeptAndHarmless",
                "closingAgainDoesNothing",
                "closingWaitsForRunningWrites",
                "everyKeyComesBackAsItWentIn",
                "everyCountIsExact") {
            @Override
            void put(WindowedCount record) {
                if (record.count() > 0) {
                    super.put(record);
                }
            }
        },
        IS_NOT_KEYED_BY_METRIC("metricKeyAndWindowAreTheIdentity") {
            @Override
            List<Object> key(WindowedCount record) {
                return List.of(record.key(), record.windowStart(), record.windowEnd());
            }
        },
        IS_NOT_KEYED_BY_THE_END_OF_THE_WINDOW("metricKeyAndWindowAreTheIdentity") {
            @Override
            List<Object> key(WindowedCount record) {
                return List.of(record.metric(), record.key(), record.windowStart());
            }
        },
        IS_KEYED_BY_SECONDS("metricKeyAndWindowAreTheIdentity") {
            @Override
            List<Object> key(WindowedCount record) {
                return List.of(
                        record.metric(),
                        record.key(),
                        record.windowStart().getEpochSecond(),
                        record.windowEnd().getEpochSecond());
            }
        },
        TAKES_KEYS_IN_ANY_CASE_FOR_EQUAL("metricKeyAndWindowAreTheIdentity") {
            @Override
            List<Object> key(WindowedCount record) {
                return List.of(
                        record.metric(),
                        record.key().toLowerCase(Locale.ROOT),
                        record.windowStart(),
                        record.windowEnd());
            }
        },
        TRIMS_KEYS("metricKeyAndWindowAreTheIdentity", "everyKeyComesBackAsItWentIn") {
            @Override
            WindowedCount stored(WindowedCount record) {
                return new WindowedCount(
                        record.metric(),
                        record.key().strip(),
                        record.windowStart(),
                        record.windowEnd(),
                        record.count());
            }
        };

        final Set<String> caughtBy;

        Defect(String... caughtBy) {
            this.caughtBy = Set.of(caughtBy);
        }

        @Override
        public Sink<WindowedCount> open() {
            return new Memory(this);
        }

        void put(WindowedCount record) {
            Memory.ROWS.put(key(record), stored(record));
        }

        List<Object> key(WindowedCount record) {
            return List.of(record.metric(), record.key(), record.windowStart(), record.windowEnd());
        }

        WindowedCount stored(WindowedCount record) {
            return record;
        }

        private static WindowedCount withCount(WindowedCount record, long count) {
            return new WindowedCount(record.metric(), record.key(), record.windowStart(), record.windowEnd(), count);
        }
    }

    /** A correct sink in memory, but for its defect. */
    private static final class Memory implements Sink<WindowedCount> {
        static final Map<List<Object>, WindowedCount> ROWS = new LinkedHashMap<>();

        private final Defect defect;
        private boolean closed;

        Memory(Defect defect) {
            this.defect = defect;
        }

        @Override
        public void write(List<WindowedCount> batch) {
            synchronized (ROWS) {
                if (closed) {
                    throw new IllegalStateException("The sink is closed");
                }
                List.copyOf(batch).forEach(defect::put);
            }
        }

        @Override
        public void close() {
            synchronized (ROWS) {
                closed = true;
            }
        }
    }
}
