/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.ScoredLabel;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final String MODEL = "m@000000000000";

    private final Evaluation evaluation = new Evaluation(List.of("negative", "neutral", "positive"));

    @Test
    void measuresFollowTheirDefinitions() {
        count("negative", "negative", 2);
        count("negative", "neutral", 1);
        count("neutral", "neutral", 1);
        count("neutral", "positive", 1);
        count("positive", "positive", 3);
        count("positive", "negative", 1);
        count("positive", "neutral", 1);

        assertThat(evaluation.total()).isEqualTo(10);
        assertThat(evaluation.accuracy()).isEqualTo(0.6);
        assertThat(evaluation.precision("negative")).isEqualTo(2.0 / 3);
        assertThat(evaluation.precision("neutral")).isEqualTo(1.0 / 3);
        assertThat(evaluation.recall("positive")).isEqualTo(0.6);
        assertThat(evaluation.macroRecall()).isCloseTo((2.0 / 3 + 1.0 / 2 + 3.0 / 5) / 3, within(1e-12));
        assertThat(evaluation.macroF1()).isCloseTo((2.0 / 3 + 2.0 / 5 + 2.0 / 3) / 3, within(1e-12));
        assertThat(evaluation.confusion()).isDeepEqualTo(new long[][] {{2, 1, 0}, {0, 1, 1}, {1, 1, 3}});
    }

    @Test
    void aRejectedTextIsAWrongAnswerForTheLabelThatWasExpected() {
        evaluation.add("positive", new Classification.Scored(MODEL, List.of(new ScoredLabel("positive", 1)), false));
        evaluation.add("positive", new Classification.Rejected(MODEL, Classification.Reason.BLANK));

        assertThat(evaluation.total()).isEqualTo(2);
        assertThat(evaluation.rejected()).isEqualTo(1);
        assertThat(evaluation.expected("positive")).isEqualTo(2);
        assertThat(evaluation.expected("unknown")).isZero();
        assertThat(evaluation.accuracy()).isEqualTo(0.5);
        assertThat(evaluation.recall("positive")).isEqualTo(0.5);
        assertThat(evaluation.precision("positive")).isEqualTo(1);
        assertThat(evaluation.confusion()).isDeepEqualTo(new long[][] {{0, 0, 0}, {0, 0, 0}, {0, 0, 1}});
    }

    @Test
    void aLabelThatDidNotOccurDoesNotWeighIn() {
        count("negative", "negative", 3);
        count("positive", "positive", 5);

        assertThat(evaluation.macroRecall()).isEqualTo(1);
        assertThat(evaluation.macroF1()).isEqualTo(1);
    }

    @Test
    void aLabelThatWasAnsweredButNeverExpectedLowersF1AndNotRecall() {
        count("negative", "negative", 1);
        count("positive", "neutral", 1);

        assertThat(evaluation.macroRecall()).isEqualTo(0.5);
        assertThat(evaluation.macroF1()).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void aLabelThatWasNotAnnouncedFollowsTheOthers() {
        evaluation.add("optimism", "positive");
        evaluation.add("optimism", "optimism");

        assertThat(evaluation.labels()).containsExactly("negative", "neutral", "positive", "optimism");
        assertThat(evaluation.recall("optimism")).isEqualTo(0.5);
        assertThat(evaluation.confusion()[3]).containsExactly(0, 0, 1, 1);
    }

    /** The normal approximation for 80 of 100: 0.8 ± 1.96 × sqrt(0.8 × 0.2 / 100) = 0.8 ± 0.078. */
    @Test
    void theIntervalOfAShareIsThatOfTheBinomial() {
        count("negative", "negative", 50);
        count("positive", "positive", 30);
        count("positive", "neutral", 15);
        for (int i = 0; i < 5; i++) {
            evaluation.add("positive", new Classification.Rejected(MODEL, Classification.Reason.BLANK));
        }
        Evaluation.Interval interval = evaluation.interval(Evaluation::accuracy);
        assertThat(interval.low()).isCloseTo(0.722, within(0.02));
        assertThat(interval.high()).isCloseTo(0.878, within(0.02));
        assertThat(evaluation.interval(Evaluation::accuracy)).isEqualTo(interval);
        Evaluation.Interval recall = evaluation.interval(Evaluation::macroRecall);
        assertThat(evaluation.macroRecall()).isBetween(recall.low(), recall.high());
    }

    @Test
    void moreTextsNarrowTheInterval() {
        Evaluation larger = new Evaluation(List.of("negative"));
        count("negative", "negative", 30);
        count("negative", "positive", 20);
        for (int i = 0; i < 5000; i++) {
            larger.add("negative", i % 5 < 3 ? "negative" : "positive");
        }
        assertThat(width(larger)).isLessThan(width(evaluation) / 5);
    }

    @Test
    void aMeasureWithoutDoubtOrWithoutTextsHasNoWidth() {
        assertThat(evaluation.interval(Evaluation::macroF1)).isEqualTo(new Evaluation.Interval(0, 0));
        count("negative", "negative", 7);
        assertThat(evaluation.interval(Evaluation::macroF1)).isEqualTo(new Evaluation.Interval(1, 1));
    }

    @Test
    void nothingCountedMeasuresZero() {
        assertThat(evaluation.total()).isZero();
        assertThat(evaluation.accuracy()).isZero();
        assertThat(evaluation.macroF1()).isZero();
        assertThat(evaluation.macroRecall()).isZero();
        assertThat(evaluation.f1("unknown")).isZero();
    }

    private static double width(Evaluation evaluation) {
        Evaluation.Interval interval = evaluation.interval(Evaluation::accuracy);
        return interval.high() - interval.low();
    }

    private void count(String expected, String answered, int times) {
        for (int i = 0; i < times; i++) {
            evaluation.add(expected, answered);
        }
    }
}
