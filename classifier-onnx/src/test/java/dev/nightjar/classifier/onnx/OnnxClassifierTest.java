/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxClassifierTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 1000})
    void onlyTheTextThatTheModelFailsOnIsRejected(int tokenBudget) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            texts.add((i % 2 == 0 ? "good " : "bad ").repeat(1 + i));
        }
        texts.set(13, "boom");
        texts.set(14, "good void");
        texts.set(31, "bad boom bad");
        try (Classifier classifier = open("faulty", tokenBudget)) {
            List<Classification> answers = classifier.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                if (i == 13 || i == 14 || i == 31) {
                    assertThat(answers.get(i)).isEqualTo(new Rejected(classifier.model(), Reason.MODEL_FAULT));
                } else {
                    assertThat(answers.get(i).top().map(ScoredLabel::label)).contains(i % 2 == 0 ? "good" : "bad");
                }
            }
        }
    }

    @Test
    void aRepeatedTextIsScoredOnce() {
        try (OnnxClassifier classifier = open("faulty", 1)) {
            List<Classification> answers = classifier.classifyAll(List.of("good", "bad", "good", "boom", "boom"));
            assertThat(classifier.passes()).isEqualTo(3);
            assertThat(answers.get(2)).isSameAs(answers.get(0));
            assertThat(answers.get(4)).isSameAs(answers.get(3));
        }
    }

    /** With a budget of 8 tokens, four texts of two words fit into one batch, and each text of eight is one. */
    @Test
    void textsOfLikeLengthShareABatchAndKeepTheirPlaces() {
        List<String> texts = new ArrayList<>();
        for (String words : List.of("good good", "good bad", "bad good", "bad bad")) {
            texts.add("good " + words + " bad bad bad bad bad");
            texts.add(words);
        }
        try (OnnxClassifier classifier = open("faulty", 8);
                OnnxClassifier alone = open("faulty", 1)) {
            List<Classification> answers = classifier.classifyAll(texts);
            assertThat(classifier.passes()).isEqualTo(5);
            assertThat(answers).isEqualTo(texts.stream().map(alone::classify).toList());
            assertThat(answers.get(0)).isNotEqualTo(answers.get(1));
        }
    }

    @Test
    void theTextsUsedLastAreKeptFromCallToCall() {
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("faulty"))
                .cacheSize(2)
                .build();
        try (Classifier keeping = config.open();
                Classifier forgetting = config.toBuilder().cacheSize(0).build().open()) {
            Classification good = keeping.classify("good");
            keeping.classifyAll(List.of("bad", "boom", ""));
            assertThat(keeping.classifyAll(List.of("boom", "good", "bad bad")).get(1))
                    .isSameAs(good);
            assertThat(keeping.classify("bad good")).isNotNull();
            assertThat(keeping.classify("good")).isEqualTo(good).isNotSameAs(good);
            assertThat(forgetting.classify("good")).isNotSameAs(forgetting.classify("good"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50, 64, 100, 5000, 1_000_000})
    void theTokenBudgetOfAFloatModelDoesNotChangeAnAnswer(int tokenBudget) {
        List<String> texts = IntStream.range(0, 300)
                .mapToObj(i -> ("owl " + i + ' ').repeat(1 + i * 7 % 13))
                .toList();
        try (Classifier classifier = open("distilroberta", tokenBudget);
                Classifier alone = open("distilroberta", 1)) {
            List<Classification> answers = classifier.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                Scored expected = (Scored) alone.classify(texts.get(i));
                Scored actual = (Scored) answers.get(i);
                for (String label : classifier.labels().names()) {
                    assertThat(actual.score(label).orElseThrow())
                            .isCloseTo(expected.score(label).orElseThrow(), within(1e-5));
                }
            }
        }
    }

    @Test
    void moreTextsThanAreHeldAtOnceKeepTheirOrder() {
        List<String> texts = IntStream.range(0, 5000)
                .mapToObj(i -> i + (i % 3 == 0 ? " good" : " bad bad"))
                .toList();
        try (Classifier classifier = open("faulty", 256)) {
            List<Classification> answers = classifier.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(answers.get(i).top().map(ScoredLabel::label)).contains(i % 3 == 0 ? "good" : "bad");
            }
        }
    }

    @Test
    void aDynamicallyQuantisedModelIsGivenEachTextAlone() {
        List<String> texts =
                List.of("I love owls", "I hate the rain so much today that I could scream", "ok", "Oh no, not again!");
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("distilroberta-int8"))
                .build();
        try (Classifier model = config.open();
                Classifier batching =
                        config.toBuilder().tokenBudget(4096).build().open()) {
            List<Classification> together = model.classifyAll(texts);
            assertThat(together).isEqualTo(texts.stream().map(model::classify).toList());
            assertThat(batching.classifyAll(texts)).isNotEqualTo(together);
        }
    }

    @Test
    void aTextIsReadAsFarAsConfiguredOrAsTheTokenizersFileSays() {
        String text = "the quick owl ".repeat(4);
        Path directory = Fixtures.directory("bert");
        assertThat(isTruncated(OnnxClassifierConfig.builder(directory).build(), "ok ".repeat(40)))
                .isTrue();
        assertThat(isTruncated(
                        OnnxClassifierConfig.builder(directory).maxTokens(64).build(), "ok ".repeat(40)))
                .isFalse();
        assertThat(isTruncated(
                        OnnxClassifierConfig.builder(directory).maxTokens(5).build(), text))
                .isTrue();
        assertThat(isTruncated(
                        OnnxClassifierConfig.builder(directory)
                                .maxTokens(100_000)
                                .build(),
                        "ok ".repeat(70)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Finally home and the kids made me breakfast in bed. I love them so much!, joy",
        "This is an outrage. How dare they lie to us again?, anger",
        "I miss her every single day and nothing helps., sadness",
        "Wait... what? I did not see that coming at all!, surprise",
        "I am terrified of what the doctor will say tomorrow., fear",
        "That smell is revolting. I nearly threw up., disgust",
        "The meeting starts at nine in room four., neutral",
    })
    void theBundledModelTellsEmotionsApart(String text, String emotion) {
        assertThat(OnnxModels.emotion().shared().classify(text).top().map(ScoredLabel::label))
                .contains(emotion);
    }

    @Test
    void aModelIsNamedByTheDigestOfItsThreeFiles(@TempDir Path directory) throws IOException {
        Path model = Fixtures.copy("bert", directory.resolve("mood"));
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(model).build();
        String before = modelOf(config);
        String lines = Sha256.of(model.resolve("config.json")) + "  config.json\n"
                + Sha256.of(model.resolve("model.onnx")) + "  model.onnx\n"
                + Sha256.of(model.resolve("tokenizer.json")) + "  tokenizer.json\n";
        assertThat(before)
                .isEqualTo("mood@"
                        + Sha256.of(lines.getBytes(StandardCharsets.UTF_8)).substring(0, 12));

        for (String file : List.of("config.json", "tokenizer.json")) {
            Files.writeString(model.resolve(file), Files.readString(model.resolve(file)) + "\n");
            assertThat(modelOf(config)).startsWith("mood@").isNotEqualTo(before);
            before = modelOf(config);
        }
        assertThat(modelOf(config.toBuilder().name("tone").build())).isEqualTo(before.replace("mood", "tone"));
    }

    @Test
    void theNormalizerOfTheModelAppliesUnlessAnotherIsConfigured() {
        String escaped = "I\\u2019m so happy &amp;amp; grateful";
        String plain = "I\u2019m so happy & grateful";
        Classifier emotion = OnnxModels.emotion().shared();
        assertThat(emotion.classify(escaped)).isEqualTo(emotion.classify(plain));
        try (Classifier none =
                OnnxModels.emotion().toBuilder().normalizer("none").build().open()) {
            assertThat(none.classify(escaped)).isNotEqualTo(none.classify(plain));
        }
    }

    @Test
    void theTemperatureDividesTheLogits(@TempDir Path directory) throws IOException {
        Path model = Fixtures.copy("bert", directory.resolve("mood"));
        String text = "What a morning: the nightjar sang until five!";
        List<Double> logits = OnnxParityTest.references("bert").get(0).logits();
        String config = Files.readString(model.resolve("config.json"));
        for (double temperature : new double[] {0.5, 1, 4}) {
            Files.writeString(
                    model.resolve("config.json"),
                    config.replaceFirst("\\{", "{\"nightjar\":{\"temperature\":" + temperature + "},"));
            double sum = logits.stream()
                    .mapToDouble(logit -> Math.exp(logit / temperature))
                    .sum();
            try (Classifier classifier =
                    OnnxClassifierConfig.builder(model).build().open()) {
                Scored scored = (Scored) classifier.classify(text);
                assertThat(scored.score("neutral").orElseThrow())
                        .isCloseTo(Math.exp(logits.get(1) / temperature) / sum, within(1e-5));
            }
        }
    }

    @Test
    void aTextWhoseBestScoreIsTooLowHasNoLabel() {
        OnnxClassifierConfig config =
                OnnxClassifierConfig.builder(Fixtures.directory("faulty")).build();
        try (Classifier classifier = config.open();
                Classifier abstaining = config.toBuilder()
                        .abstainBelow(0.9)
                        .cacheSize(10)
                        .build()
                        .open()) {
            List<String> texts = List.of("good", "good bad", "bad bad", "", "boom");
            assertThat(classifier.classify("good bad").top().orElseThrow().score())
                    .isCloseTo(0.5, within(1e-6));
            List<Classification> answers = abstaining.classifyAll(texts);
            assertThat(answers.get(0)).isEqualTo(classifier.classify("good"));
            assertThat(answers.get(1)).isEqualTo(new Rejected(abstaining.model(), Reason.UNCERTAIN));
            assertThat(answers.get(2)).isEqualTo(classifier.classify("bad bad"));
            assertThat(answers.get(3)).isEqualTo(new Rejected(abstaining.model(), Reason.BLANK));
            assertThat(answers.get(4)).isEqualTo(new Rejected(abstaining.model(), Reason.MODEL_FAULT));
            assertThat(abstaining.classifyAll(texts)).isEqualTo(answers);
            assertThat(abstaining.classify("good bad")).isSameAs(answers.get(1));
        }
    }

    @Test
    void aModelWhoseLabelsStandForThemselvesDoesNotAbstain() {
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("distilbert-multi-label-fp16"))
                .abstainBelow(0.5)
                .build();
        assertThatThrownBy(config::open)
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("The option 'abstain-below' is for models with one label for each text");
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("bert"))
                .device("cuda:3")
                .build();
        assertThatThrownBy(config::open)
                .isInstanceOf(ConfigException.class)
                .hasMessage("The device 'cuda:3' needs ONNX Runtime with CUDA, which is not on the class path; replace"
                        + " com.microsoft.onnxruntime:onnxruntime by onnxruntime_gpu of the same version");
    }

    @Test
    void scoresOfAMultiLabelModelStandForThemselves() {
        try (Classifier classifier = open("distilbert-multi-label-fp16", 64)) {
            Scored scored = (Scored) classifier.classify("what a morning");
            assertThat(scored.scores().stream().mapToDouble(ScoredLabel::score).sum())
                    .isNotCloseTo(1, within(0.01));
        }
    }

    private static boolean isTruncated(OnnxClassifierConfig config, String text) {
        try (Classifier classifier = config.open()) {
            return ((Scored) classifier.classify(text)).truncated();
        }
    }

    private static String modelOf(OnnxClassifierConfig config) {
        try (Classifier classifier = config.open()) {
            return classifier.model();
        }
    }

    private static OnnxClassifier open(String model, int tokenBudget) {
        return OnnxClassifierConfig.builder(Fixtures.directory(model))
                .tokenBudget(tokenBudget)
                .build()
                .open();
    }
}
