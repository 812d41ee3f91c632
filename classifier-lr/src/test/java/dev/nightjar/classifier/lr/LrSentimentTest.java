/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.cascade.CascadeConfig;
import dev.nightjar.testkit.ClassifierContract;
import dev.nightjar.testkit.KeywordClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "\ud83d\ude2d, negative",
        "\ud83d\ude21\ud83d\ude21\ud83d\ude21, negative",
        "\ud83d\udc94\ud83d\udc94, negative",
        "https://t.co/abc123 \ud83d\ude22, negative",
        "\u2764\ufe0f, positive",
        "@owl \ud83d\ude0d, positive",
        "\ud83d\udc4d\ud83c\udffd, positive",
        "On the train to work \ud83d\ude21, negative",
        "On the train to work \ud83c\udf89, positive",
        "On the train to work, neutral",
        "This is NOT a great day, negative",
        "This is a great day, positive",
        "I don't like this song, negative",
        "The food wasn't good, negative",
        "No problem at all, neutral",
        "this suuuuucks, negative",
    })
    void itKnowsPlainCasesNegationsAndEmoji(String text, String sentiment) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(text).top()).map(ScoredLabel::label).contains(sentiment);
        }
    }

    /** What the checks of the command measure with many sentences. */
    @ParameterizedTest
    @ValueSource(strings = {"gay", "black", "Muslim", "Jewish", "disabled", "old", "Mexican"})
    void theNameOfAGroupChangesNextToNothing(String group) {
        try (Classifier classifier = factory().open()) {
            assertThat(negative(classifier, "I saw the " + group + " man reading a paper on the bus"))
                    .isCloseTo(negative(classifier, "I saw the man reading a paper on the bus"), within(0.05));
        }
    }

    private static double negative(Classifier classifier, String text) {
        return ((Classification.Scored) classifier.classify(text))
                .score("negative")
                .orElseThrow();
    }

    /** Full-width, bold, italic script, circled and raised letters, also as an archive escapes them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uff29 \uff48\uff41\uff54\uff45 \uff34\uff28\uff29\uff33 \uff54\uff52\uff41\uff49\uff4e",
                "\ud835\udc08 \ud835\udc21\ud835\udc1a\ud835\udc2d\ud835\udc1e this train",
                "I \ud835\udcf1\ud835\udcea\ud835\udcfd\ud835\udcee \ud835\udcfd\ud835\udcf1\ud835\udcf2\ud835\udcfc train",
                "\u24be \u24d7\u24d0\u24e3\u24d4 \u24e3\u24d7\u24d8\u24e2 \u24e3\u24e1\u24d0\u24d8\u24dd",
                "I \u02b0\u1d43\u1d57\u1d49 \u1d57\u02b0\u2071\u02e2 train",
                "I \\ud835\\udc21\\ud835\\udc1a\\ud835\\udc2d\\ud835\\udc1e this train",
            })
    void styledLettersHaveTheAnswerOfThePlainOnes(String styled) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(styled)).isEqualTo(classifier.classify("I hate this train"));
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

    /** Hashes collide: of any text the model seems to know some n-grams. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0e09\u0e31\u0e19\u0e40\u0e01\u0e25\u0e35\u0e22\u0e14\u0e23\u0e16\u0e44\u0e1f\u0e02\u0e1a\u0e27\u0e19\u0e19\u0e35\u0e49",
                "\u042f \u043d\u0435\u043d\u0430\u0432\u0438\u0436\u0443 \u044d\u0442\u043e\u0442 \u043f\u043e\u0435\u0437\u0434",
                "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d!!",
                "@owl \u0623\u0643\u0631\u0647 \u0647\u0630\u0627 \u0627\u0644\u0642\u0637\u0627\u0631 https://t.co/abc123",
                "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e, \u092f\u0939 \u091f\u094d\u0930\u0947\u0928",
                "https://t.co/abc123",
                "www.example.org https://t.co/abc123",
                "@owl",
                "@owl @lark @wren @kite https://t.co/abc123",
                "\ud83c\uddeb\ud83c\uddf7",
            })
    void whatItNeverSawHasNoLabel(String text) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(text)).isEqualTo(new Rejected(classifier.model(), Reason.UNREADABLE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "no", "xD", ":(", "!!!", "2024", "Grrrrr", "#MondayMotivation", "smh @owl", "u"})
    void shortEnglishHasALabel(String text) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(text).top()).isPresent();
        }
    }

    @Test
    void aCascadeAsksItsSecondModelForWhatItNeverSaw() {
        CascadeConfig cascade = CascadeConfig.builder(LrModels.sentiment(), KeywordClassifier.sentiment())
                .build();
        try (Classifier classifier = cascade.open()) {
            assertThat(classifier.classifyAll(List.of("\ud83c\uddeb\ud83c\uddf7", "I love this so much", " ")))
                    .extracting(answer -> answer.model().replaceFirst("@.*", ""))
                    .containsExactly("keyword-sentiment", "sentiment-lr", "sentiment-lr");
        }
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
