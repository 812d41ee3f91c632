/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.FatalException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    private static final String GOOD = "";

    private final Tolerance tolerance = new Tolerance(new Tolerance.Limit(3, 10), "records of the topic 'tweets'");

    @Test
    void oneShortOfTheLimitInAnyWindowIsAllowedForEver() {
        assertThatCode(() -> {
                    for (int i = 0; i < 100; i++) {
                        check("decode/bad-json", "decode/bad-id");
                        check(GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD);
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void theLimitIsReachedOverTwoBatchesAndTheTopReasonIsNamed() {
        check(GOOD, "decode/bad-id", "decode/bad-json", GOOD);
        assertThatThrownBy(() -> check(GOOD, "decode/bad-json"))
                .isExactlyInstanceOf(FatalException.class)
                .hasMessage("Of the last 6 records of the topic 'tweets' 3 are dead letters, most often"
                        + " 'decode/bad-json' (2): check what writes the topic, then start again, or raise the"
                        + " dead-letter limit");
    }

    @Test
    void itIsReachedInTheMiddleOfABatchThatEndsWell() {
        assertThatThrownBy(() -> {
                    check("a", "a", "a");
                    check(GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD);
                })
                .isExactlyInstanceOf(FatalException.class);
    }

    @Test
    void ofMoreRecordsThanTheWindowTheShareCounts() {
        tolerance.check(batch(11, 3));
        tolerance.check(batch(100, 29));
        assertThatThrownBy(() -> tolerance.check(batch(100, 30)))
                .isExactlyInstanceOf(FatalException.class)
                .hasMessageStartingWith("Of the last 100 records of the topic 'tweets' 30 are dead letters");
    }

    @Test
    void afterItWasReachedItBeginsAnew() {
        assertThatThrownBy(() -> check("a", "a", "a")).isExactlyInstanceOf(FatalException.class);
        assertThatCode(() -> check("a", "a")).doesNotThrowAnyException();
    }

    @Test
    void aRecordThatIsNoDeadLetterIsOne() {
        assertThat(Tolerance.GOOD.in()).isEqualTo(1);
        assertThat(Tolerance.GOOD.isBalanced()).isTrue();
    }

    private void check(String... outcomes) {
        for (String outcome : outcomes) {
            tolerance.check(
                    outcome.equals(GOOD)
                            ? Tolerance.GOOD
                            : new Ledger(1, 0, new TreeMap<>(Map.of(outcome, 1L)), new TreeMap<>()));
        }
    }

    private static Ledger batch(long in, long dead) {
        return new Ledger(in, in - dead, new TreeMap<>(Map.of("decode/bad-json", dead)), new TreeMap<>());
    }
}
