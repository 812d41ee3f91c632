/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.GapLedger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPositionTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void everyGapKeepsItsReasonSoThatOneOfTheLimitIsNotPaidForAfterARestart() {
        List<Interval> gaps = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            gaps.add(gap(gaps.size(), reason));
        }
        SourcePosition position = StreamPosition.of(7, START.plusSeconds(600), gaps);
        assertThat(StreamPosition.of(position).gaps()).isEqualTo(gaps);
    }

    @Test
    void anOldPositionWithoutReasonsIsRead() {
        long from = START.toEpochMilli();
        StreamPosition position = StreamPosition.of(new SourcePosition("newest-id=7 until=" + (from + 60_000) + " gaps="
                + from + '-' + (from + 5_000) + ',' + (from + 6_000) + '-'));
        assertThat(position.gaps())
                .containsExactly(
                        new Interval(START, START.plusSeconds(5), State.MISSING, Reason.DROPPED, 0),
                        new Interval(START.plusSeconds(6), START.plusSeconds(60), State.MISSING, Reason.DROPPED, 0));
    }

    @Test
    void gapsThatBecomeOneAreSearchedIfOneOfThemIsTo() {
        List<Interval> gaps = new ArrayList<>();
        for (int i = 0; i < 103; i++) {
            gaps.add(gap(i, i == 2 ? Reason.STALLED : Reason.SPEND_LIMIT));
        }
        List<Interval> kept = StreamPosition.of(StreamPosition.of(7, START.plusSeconds(9_999), gaps))
                .gaps();
        assertThat(kept).hasSize(100);
        assertThat(kept.get(0).reason()).isEqualTo(Reason.STALLED);
        assertThat(kept.get(0).from()).isEqualTo(START);
        assertThat(kept.get(1).reason()).isEqualTo(Reason.SPEND_LIMIT);
    }

    @Test
    void aReasonThatThereIsNotIsAForeignPosition() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> StreamPosition.of(new SourcePosition("newest-id=7 until=9 gaps=BORED:1-2")))
                .withMessageContaining("BORED");
    }

    private static Interval gap(int number, Reason reason) {
        Instant from = START.plusSeconds(10L * number);
        return new Interval(from, from.plusSeconds(5), State.MISSING, reason, 0);
    }
}
