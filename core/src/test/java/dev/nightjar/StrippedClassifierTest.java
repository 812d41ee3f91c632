/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.testkit.KeywordClassifier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrippedClassifierTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "Don't @me, it's 20% #ad ... | dont its 20",
                "RT @wren_at_dusk: SO happy!!! https://t.co/a1?b=c#d #nightjar | rt so happy",
                "see www.example.org now | see now",
                "HTTP is fine, mail a@b.example | http is fine mail a example",
                "caf\u00e9\u2019s \uff03\u591c\u9df9 | caf s",
                "\ud83d\ude00\ud83d\ude80 \u2764 | ``",
                "\u591c\u9df9 \u0634\u0643\u0631\u0627 | ``",
            })
    void nothingIsReadButWordsInLatinLetters(String text, String read) {
        assertThat(StrippedClassifier.strip(text)).isEqualTo(read);
        assertThat(StrippedClassifier.strip(read)).as("once more").isEqualTo(read);
    }

    @Test
    void theAnswersAreThoseForTheStrippedTextByAModelOfItsOwn() {
        ClassifierFactory plain = KeywordClassifier.emotion();
        ClassifierFactory stripped = plain.ofStrippedText();
        assertThat(stripped).isEqualTo(plain.ofStrippedText()).isNotEqualTo(plain);
        assertThat(Serialized.copyOf(stripped)).isEqualTo(stripped);
        try (Classifier classifier = stripped.open();
                Classifier inner = plain.open()) {
            assertThat(classifier.labels()).isEqualTo(inner.labels());
            assertThat(classifier.model())
                    .matches("keyword-emotion@[0-9a-f]{12}")
                    .isNotEqualTo(inner.model());
            List<Classification> answers = classifier.classifyAll(List.of("I #hate this", "so HAPPY", "\ud83d\ude00"));
            assertThat(answers).extracting(Classification::model).containsOnly(classifier.model());
            assertThat(answers.get(0).top().map(ScoredLabel::label)).hasValue("neutral");
            assertThat(answers.get(1).top().map(ScoredLabel::label)).hasValue("joy");
            assertThat(answers.get(2))
                    .isEqualTo(new Classification.Rejected(classifier.model(), Classification.Reason.BLANK));
        }
    }
}
