/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.command.shared.Models;
import dev.nightjar.testkit.KeywordClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchedPairsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "positive | so happy | | true",
                "negative | so happy | | false",
                "negative | | | false",
                "not negative | so happy | | true",
                "not negative | so sad | | false",
                "not negative | | | false",
                "same | so happy | what a happy day | true",
                "same | so happy | what a sad day | false",
                "same negative | the train leaves at ten | the train leaves at two | true",
                "more negative | the train | the sad train | true",
                "more negative | the train | the train again | false",
                "no less negative | the sad train | the sad train again | true",
                "no less negative | the sad train | the train | false",
            })
    void anAnswerIsAsExpectedOrNot(String expectation, String text, String other, boolean holds) throws IOException {
        List<MatchedPairs.Checked> checked = check("negation\tDIR\tone\t%s\t%s\t%s"
                .formatted(expectation, text == null ? "" : text, other == null ? "" : other));
        assertThat(checked).hasSize(1);
        assertThat(checked.get(0).holds()).isEqualTo(holds);
    }

    @Test
    void theGapIsBetweenAllTextsOfOneTemplate() throws IOException {
        List<MatchedPairs.Checked> checked = check("""
                groups\tINV\tbus\tsame negative\ta sad but happy man\ta sad man
                groups\tINV\tbus\tsame negative\ta sad but happy man\ta man
                groups\tINV\tshop\tsame negative\tin the shop\tin a shop
                """);
        MatchedPairs.Gap gap = MatchedPairs.Gap.largest(checked).orElseThrow();
        assertThat(gap.least()).isEqualTo("a man");
        assertThat(gap.most()).isEqualTo("a sad man");
        assertThat(gap.size())
                .isEqualTo(checked.get(0).score(1) - checked.get(1).score(1))
                .isPositive();
        assertThat(MatchedPairs.Gap.largest(checked.subList(2, 3)).orElseThrow().size())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no tab",
                "a\tb\tc\tpositive",
                "a\tMFT\tb\tpositive\ttext\tother\tmore",
                "a\tINV\tb\tsame\ttext",
                "a\tMFT\tb\tpositive\ttext\tother",
                "a\tDIR\tb\tmore\ttext\tother",
                "a\tMFT\tb\tnot\ttext",
                "a\tMFT\tb\t\ttext",
            })
    void aLineThatIsNoneIsRefusedByItsNumber(String line) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> check(MatchedPairs.HEADER + '\n' + line))
                .withMessageContaining("mine.tsv:2");
    }

    @Test
    void pairsOfOtherLabelsAndNoneAreRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> check("a\tMFT\tb\tjoy\ttext"))
                .withMessageContaining("'joy', which is no label of keyword-sentiment");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> check(MatchedPairs.HEADER))
                .withMessageContaining("holds no line of capability, type");
    }

    private List<MatchedPairs.Checked> check(String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.tsv"), lines);
        try (Classifier classifier = KeywordClassifier.sentiment().open()) {
            return MatchedPairs.read(file).check(classifier);
        }
    }

    /** The rates that the cards state. */
    @ParameterizedTest
    @CsvSource({"sentiment-lr, 0.05, 0.12", "sentiment-onnx, 0.05, 0.69"})
    void theBundledModelsFailNoMoreThanTheirCardsSay(String model, double share, double groups) {
        try (Classifier classifier = Models.of(model).open()) {
            List<MatchedPairs.Checked> checked = MatchedPairs.bundled().check(classifier);
            assertThat(checked).hasSizeGreaterThan(300);
            assertThat(checked.stream().filter(test -> !test.holds()).count())
                    .isLessThanOrEqualTo((long) (share * checked.size()));
            List<MatchedPairs.Checked> ofGroups = checked.stream()
                    .filter(test -> test.pair().capability().equals("groups"))
                    .toList();
            assertThat(MatchedPairs.Gap.largest(ofGroups).orElseThrow().size()).isLessThan(groups);
        }
    }
}
