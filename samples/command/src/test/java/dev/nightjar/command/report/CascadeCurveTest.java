/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classifier;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.testkit.KeywordClassifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class CascadeCurveTest {
    private static final KeywordClassifier.Factory FIRST = new KeywordClassifier.Factory(
            "first",
            List.of(
                    new KeywordClassifier.Label("neutral", List.of()),
                    new KeywordClassifier.Label("positive", List.of("happy", "fun")),
                    new KeywordClassifier.Label("negative", List.of("sad"))),
            "");
    private static final KeywordClassifier.Factory SECOND = new KeywordClassifier.Factory(
            "second",
            List.of(
                    new KeywordClassifier.Label("neutral", List.of("train")),
                    new KeywordClassifier.Label("positive", List.of("happy", "fun", "love", "sunny")),
                    new KeywordClassifier.Label("negative", List.of("sad", "over", "not", "lost"))),
            "");
    private static final List<LabelledText> TEXTS = List.of(
            new LabelledText("positive", "happy fun happy fun"),
            new LabelledText("negative", "not happy, lost and over"),
            new LabelledText("negative", "happy, but it is over, over"),
            new LabelledText("positive", "fun and sad, and sunny"),
            new LabelledText("neutral", "the train leaves at ten"),
            new LabelledText("negative", " "));

    private static final Measurement ONE = measured(FIRST);
    private static final Measurement OTHER = measured(SECOND);
    private static final CascadeCurve CURVE = new CascadeCurve(ONE, OTHER, Measure.ACCURACY);

    @Test
    void theCurveGivesWhatTheCascadeWouldAnswer() {
        for (int i : new int[] {0, 15, 34, 60, 61, 80, 100}) {
            CascadeCurve.Point point = CURVE.points().get(i);
            Evaluation real = new Evaluation(ONE.labels().names());
            long asked;
            try (var cascade = CascadeConfig.builder(FIRST, SECOND)
                    .margin(point.margin())
                    .build()
                    .open()) {
                for (LabelledText text : TEXTS) {
                    real.add(text.label(), cascade.classify(text.text()));
                }
                asked = cascade.askedOfSecond();
            }
            assertThat(point.evaluation().confusion()).isDeepEqualTo(real.confusion());
            assertThat(point.evaluation().rejected()).isEqualTo(1);
            assertThat(point.share()).isEqualTo((double) asked / TEXTS.size());
        }
    }

    @Test
    void theEndsAreTheFirstAloneAndNearlyTheSecondAlone() {
        CascadeCurve.Point start = CURVE.points().get(0);
        assertThat(start.share()).isZero();
        assertThat(start.evaluation().confusion()).isDeepEqualTo(ONE.all().confusion());
        assertThat(start.textsPerSecond()).isCloseTo(ONE.textsPerSecond(), within(1e-6 * ONE.textsPerSecond()));
        CascadeCurve.Point end = CURVE.points().get(100);
        assertThat(end.share()).as("all but the blank text").isEqualTo(4 / 6.0);
        assertThat(end.textsPerSecond()).isLessThan(start.textsPerSecond());
    }

    @Test
    void theSuggestionIsTheCheapestThatIsAsGoodAsTheSecondAlone() {
        CascadeCurve.Point suggested = CURVE.suggested();
        double enough = OTHER.all().accuracy() - CascadeCurve.TOLERANCE;
        assertThat(ONE.all().accuracy()).isLessThan(enough);
        assertThat(suggested.evaluation().accuracy()).isGreaterThanOrEqualTo(enough);
        assertThat(CURVE.points())
                .filteredOn(point -> point.margin() < suggested.margin())
                .allSatisfy(point -> assertThat(point.evaluation().accuracy()).isLessThan(enough));
    }

    private static Measurement measured(KeywordClassifier.Factory factory) {
        try (Classifier classifier = factory.open()) {
            return Measurement.of(factory.name(), classifier, TEXTS);
        }
    }
}
