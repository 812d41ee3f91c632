/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrClassifier;
import dev.nightjar.classifier.lr.LrTrainer;
import dev.nightjar.testkit.KeywordClassifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private final List<List<String>> asked = new ArrayList<>();

    /** With "happy", "love" and "sad", positive has 2 of 3.5; without "happy" 1 of 2.5; without "sad" 2 of 2.5. */
    @Test
    void aWordCountsByWhatTheScoreLosesWithoutIt() {
        Explanation explanation = explain("happy I  love\tsad", 8);
        assertThat(explanation.method()).isEqualTo(Explanation.Method.OCCLUSION);
        assertThat(explanation.pieces())
                .extracting(Explanation.Piece::text)
                .containsExactly("sad", "happy", "love", "I");
        assertThat(explanation.pieces().get(0).weight()).isCloseTo(2 / 3.5 - 2 / 2.5, within(1e-12));
        assertThat(explanation.pieces().get(1).weight()).isCloseTo(2 / 3.5 - 1 / 2.5, within(1e-12));
        assertThat(explanation.pieces().get(3).weight()).isZero();
        assertThat(asked)
                .as("one batch beside the answer")
                .containsExactly(
                        List.of("happy I  love\tsad"),
                        List.of("I love sad", "happy love sad", "happy I sad", "happy I love"));
    }

    @Test
    void aTextOfOneWordOwesItsScoreToIt() {
        assertThat(explain("happy", 8).pieces()).containsExactly(new Explanation.Piece("word", "happy", 1 / 1.5));
    }

    @Test
    void aTextWithoutAnAnswerHasNoExplanation() {
        assertThat(explain(" ", 8).pieces()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void ofALongTextTheFirstWordsAreLeftOut() {
        assertThat(explain("happy ".repeat(3000), 8).pieces()).hasSize(8);
        assertThat(asked.get(1)).hasSize(Explanation.MOST_WORDS);
    }

    @Test
    void aLogisticRegressionGivesItsNgrams() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            texts.add(new LabelledText("owl", "hoot in the dark " + i));
            texts.add(new LabelledText("lark", "song at dawn " + i));
        }
        try (LrClassifier classifier =
                LrTrainer.builder("birds").build().train(texts).classifier()) {
            Explanation explanation = Explanation.of(classifier, "hoot", classifier.classify("hoot"), 3);
            assertThat(explanation.method()).isEqualTo(Explanation.Method.N_GRAMS);
            assertThat(explanation.pieces()).hasSize(3).allSatisfy(piece -> {
                assertThat(piece.text()).containsAnyOf("h", "o", "t");
                assertThat(piece.kind()).isIn("words", "letters");
                assertThat(piece.weight()).isPositive();
            });
        }
    }

    private Explanation explain(String text, int limit) {
        try (Classifier keywords = KeywordClassifier.sentiment().open()) {
            Classifier classifier = new Classifier() {
                @Override
                public LabelSet labels() {
                    return keywords.labels();
                }

                @Override
                public String model() {
                    return keywords.model();
                }

                @Override
                public List<Classification> classifyAll(List<String> texts) {
                    asked.add(texts);
                    return keywords.classifyAll(texts);
                }

                @Override
                public void close() {}
            };
            return Explanation.of(classifier, text, classifier.classify(text), limit);
        }
    }
}
