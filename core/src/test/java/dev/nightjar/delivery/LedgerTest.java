/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerTest {
    @Test
    void aSumKeepsTheReasonsApart() {
        Ledger one = ledger(7, 4, Map.of("decode/bad-json", 2L), Map.of("tombstone", 1L));
        Ledger two = ledger(4, 1, Map.of("decode/bad-json", 1L, "sink/too-large", 1L), Map.of("keep-alive", 1L));

        Ledger sum = one.plus(two);

        assertThat(sum)
                .isEqualTo(ledger(
                        11,
                        5,
                        Map.of("decode/bad-json", 3L, "sink/too-large", 1L),
                        Map.of("tombstone", 1L, "keep-alive", 1L)));
        assertThat(sum.deadLetterCount()).isEqualTo(4);
        assertThat(sum.skippedCount()).isEqualTo(2);
        assertThat(sum.isBalanced()).isTrue();
        assertThat(Ledger.EMPTY.plus(sum)).isEqualTo(sum);
    }

    @Test
    void aRecordThatIsNotAccountedForShows() {
        assertThat(ledger(3, 2, Map.of(), Map.of()).isBalanced()).isFalse();
        assertThat(ledger(3, 2, Map.of("sink/x", 2L), Map.of()).isBalanced()).isFalse();
        assertThat(Ledger.EMPTY.isBalanced()).isTrue();
    }

    @Test
    void theReasonOfADeadLetterIsItsStageAndCode() {
        assertThat(Ledger.reason(new DeadLetter(DeadLetter.Stage.SINK, "too-large", "m", "o", new byte[0])))
                .isEqualTo("sink/too-large");
    }

    private static Ledger ledger(long in, long out, Map<String, Long> dead, Map<String, Long> skipped) {
        return new Ledger(in, out, new TreeMap<>(dead), new TreeMap<>(skipped));
    }
}
