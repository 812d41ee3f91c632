/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.ScoredLabel;
import dev.nightjar.evaluation.Reliability.Bin;
import dev.nightjar.evaluation.Reliability.Threshold;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
    private static final String MODEL = "m@000000000000";

    private final Reliability reliability = new Reliability();

    /** Bins of the 15: (12/15, 13/15] has 0.82, 0.84, 0.86; (7/15, 8/15] has 0.5. */
    @Test
    void theCalibrationErrorIsTheWeighedGapOfAccuracyAndScoreInFifteenBins() {
        right(0.82);
        right(0.84);
        wrong(0.86);
        wrong(0.5);

        assertThat(reliability.bins().get(12))
                .isEqualTo(new Bin(12 / 15.0, 13 / 15.0, 3, (0.82 + 0.84 + 0.86) / 3, 2 / 3.0));
        assertThat(reliability.bins().get(7).answers()).isEqualTo(1);
        assertThat(reliability.calibrationError()).isCloseTo((3 * (0.84 - 2 / 3.0) + 0.5) / 4, within(1e-12));
    }

    @Test
    void aBinHoldsItsUpperEndAndNotItsLower() {
        right(0);
        right(1);
        right(0.2);
        assertThat(reliability.bins()).hasSize(Reliability.BINS);
        assertThat(reliability.bins().get(0).answers()).as("0").isEqualTo(1);
        assertThat(reliability.bins().get(14).answers()).as("1").isEqualTo(1);
        assertThat(reliability.bins().get(2).answers()).as("3/15").isEqualTo(1);
    }

    @Test
    void scoresThatAreRightAsOftenAsTheySayHaveNoError() {
        for (int i = 0; i < 10; i++) {
            if (i < 8) {
                right(0.8);
            } else {
                wrong(0.8);
            }
        }
        assertThat(reliability.calibrationError()).isCloseTo(0, within(1e-12));
    }

    @Test
    void aHigherThresholdCoversLess() {
        wrong(0.4);
        right(0.9);
        right(0.6);
        wrong(0.6);
        reliability.add("a", new Classification.Rejected(MODEL, Classification.Reason.BLANK));

        assertThat(reliability.thresholds())
                .containsExactly(
                        new Threshold(0.9, 0.2, 1), new Threshold(0.6, 0.6, 2 / 3.0), new Threshold(0.4, 0.8, 0.5));
    }

    @Test
    void nothingCountedMeasuresNothing() {
        assertThat(reliability.calibrationError()).isZero();
        assertThat(reliability.thresholds()).isEmpty();
        reliability.add("a", new Classification.Rejected(MODEL, Classification.Reason.BLANK));
        assertThat(reliability.calibrationError()).isZero();
    }

    private void right(double score) {
        reliability.add("a", scored(score));
    }

    private void wrong(double score) {
        reliability.add("b", scored(score));
    }

    private static Classification scored(double score) {
        return new Classification.Scored(MODEL, List.of(new ScoredLabel("a", score)), false);
    }
}
