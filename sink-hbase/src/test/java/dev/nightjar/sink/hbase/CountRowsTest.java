/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.DataException;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.util.Bytes;
import org.junit.jupiter.api.Test;

class CountRowsTest {
    private static final CountRows ROWS = new CountRows();

    @Test
    void noTwoCountsShareAKey() {
        List<WindowedCount> counts = new ArrayList<>();
        for (String metric : List.of("w", "wo", "word", "words")) {
            for (String key : List.of("s", "\u0001", "ds", "\u0080\u0000x", "\ud83e\udd89", " s", "s ")) {
                for (int minute = 0; minute < 4; minute++) {
                    Instant start = Tweets.START.plusSeconds(60L * minute);
                    counts.add(new WindowedCount(metric, key, start, start.plusSeconds(60), 1));
                    counts.add(new WindowedCount(metric, key, start, start.plusSeconds(120), 1));
                }
            }
        }
        assertThat(counts.stream()
                        .map(count -> Bytes.toHex(ROWS.put(count).getRow()))
                        .distinct())
                .hasSize(counts.size());
    }

    @Test
    void theCountIsNoPartOfTheKeyNorOfTheTimestamp() {
        Instant start = Instant.EPOCH;
        Put one = ROWS.put(new WindowedCount("word", "owl", start, start.plusSeconds(1), 1));
        Put other = ROWS.put(new WindowedCount("word", "owl", start, start.plusSeconds(1), Long.MAX_VALUE));
        assertThat(one.getRow()).isEqualTo(other.getRow());
        assertThat(one.getTimestamp()).isEqualTo(other.getTimestamp()).isZero();
    }

    @Test
    void aWindowThatHBaseHasNoTimestampForIsAFaultOfTheRecord() {
        for (Instant start : List.of(Instant.EPOCH.minusMillis(1), Instant.MIN, Instant.MAX.minusSeconds(60))) {
            WindowedCount count = new WindowedCount("word", "owl", start, start.plusSeconds(1), 1);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> ROWS.put(count))
                    .satisfies(fault -> assertThat(fault.code()).isEqualTo("bad-time"));
        }
    }
}
