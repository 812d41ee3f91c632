/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.testkit.ClassifierContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LrSentimentTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return LrModels.sentiment();
    }

    @Override
    public Optional<LrClassifierConfig> misconfigured() {
        return Optional.of(
                LrClassifierConfig.builder(Path.of("no-such-model.json")).build());
    }

    @Override
    public boolean truncates() {
        return false;
    }

    @ParameterizedTest
    @CsvSource({
        "What a wonderful evening thank you all!, positive",
        "I love this song so much \u2764\ufe0f, positive",
        "So happy for you :), positive",
        "This is the worst service ever, negative",
        "I hate mondays so sad and tired :(, negative",
        "ugh that was terrible, negative",
        "The meeting is on Tuesday at 3 in room 12, neutral",
        "Watching the news at 8 tomorrow, neutral",
    })
    void itKnowsPlainCases(String text, String sentiment) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(text).top()).map(ScoredLabel::label).contains(sentiment);
        }
    }

    @Test
    void itsCardTellsOfThisFile() throws IOException {
        Path folder = Path.of("models", "sentiment");
        LrModel model = LrModel.load(folder.resolve("model.json"));
        assertThat(Files.readString(folder.resolve("README.md")))
                .contains(String.format(
                        Locale.ROOT,
                        "%,d bytes, SHA-256 `%s`",
                        Files.size(folder.resolve("model.json")),
                        model.sha256()))
                .contains(String.format(Locale.ROOT, "%,d kept", model.featureCount()))
                .contains(String.format(Locale.ROOT, "a temperature of %.2f", model.temperature()))
                .contains("| macro-recall | " + percent(model, "macro-recall"))
                .contains("| macro-F1 | " + percent(model, "macro-f1"))
                .contains("| accuracy | " + percent(model, "accuracy"))
                .contains("is " + percent(model, "calibration-error") + " points");
    }

    private static String percent(LrModel model, String metric) {
        return String.format(Locale.ROOT, "%.1f", 100 * model.metrics().getOrDefault("validation." + metric, 0.0));
    }

    @Test
    void itNamesItsLabelsAndItself() {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.labels().names()).isEqualTo(List.of("negative", "neutral", "positive"));
            assertThat(classifier.labels().problemType()).isEqualTo(ProblemType.SINGLE_LABEL);
            assertThat(classifier.model()).startsWith("sentiment-lr@");
        }
    }
}
