/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.ProblemType;
import dev.nightjar.io.TokenCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a model makes of padding, a text's answer is that which Python gives for it alone. */
class OnnxBatchingTest {
    private static final List<String> LABELS = List.of("anger", "joy", "neutral");

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource({
        "mean, PADDED_RIGHT",
        "no-mask, EQUAL_LENGTHS",
        "first-max, EQUAL_LENGTHS",
        "last-word, PADDED_LEFT",
        "positions, PADDED_LEFT",
        "beside, ALONE",
    })
    void noAnswerDependsOnTheBatch(String model, Batching expected) {
        try (OnnxClassifier classifier = SmallModels.builder(model).build().open()) {
            assertThat(classifier).asString().endsWith("given " + expected);
            TokenCount count = TokenCount.ofThread();
            long tokens = count.tokens();
            long padding = count.padding();
            assertAnswers(model, classifier);
            assertThat(count.tokens() - tokens)
                    .isGreaterThan(SmallModels.texts().size());
            assertThat(count.padding() > padding).as("padded").isEqualTo(expected.pads());
            assertThat(classifier.passes()).isBetween(1L, expected == Batching.ALONE ? 24L : 20L);
        }
    }

    @ParameterizedTest
    @CsvSource({"mean", "last-word", "positions"})
    void aTokenizerThatPadsOnTheLeftIsFollowedAsFarAsTheModelDoes(String model) throws IOException {
        Path left = Fixtures.copy("small", temporary.resolve("small"));
        String tokenizer = Files.readString(left.resolve("tokenizer.json"));
        Files.writeString(
                left.resolve("tokenizer.json"),
                tokenizer.replace(
                        "\"padding\":null",
                        "\"padding\":{\"strategy\":\"BatchLongest\",\"direction\":\"Left\",\"pad_to_multiple_of\":null,"
                                + "\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}"));
        try (OnnxClassifier classifier = OnnxClassifierConfig.builder(left)
                .modelFile(model + ".onnx")
                .build()
                .open()) {
            assertThat(classifier).asString().endsWith("padded on the left");
            assertAnswers(model, classifier);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no-mask, 'it has no attention_mask, without which padding would change its answers, so it is given texts of"
                + " equal length'",
        "first-max, 'padding would change its answers, so it is given texts of equal length, without padding, which is"
                + " slower'",
        "beside, 'so it is given each text alone'",
    })
    void whatIsSlowerIsSaidOnce(String model, String warning) {
        OnnxClassifierConfig config =
                SmallModels.builder(model).tokenBudget(250).build();
        String said = Fixtures.log(() -> {
            try (OnnxClassifier first = config.open();
                    OnnxClassifier second = config.open()) {
                assertThat(second.classifyAll(SmallModels.texts())).isEqualTo(first.classifyAll(SmallModels.texts()));
            }
        });
        assertThat(said).containsOnlyOnce(warning);
        assertThat(Fixtures.log(() -> SmallModels.builder("mean").build().open().close()))
                .doesNotContain("padding");
    }

    @Test
    void aModelThatAnswersByChanceIsRefused() {
        assertThat(Fixtures.refusal(() -> SmallModels.builder("random").build().open()))
                .hasMessageStartingWith("random.onnx of ")
                .hasMessageEndingWith("gives a text another answer each time; export it for inference (PyTorch:"
                        + " model.eval()), without dropout");
    }

    private static void assertAnswers(String model, OnnxClassifier classifier) {
        List<Classification> answers = classifier.classifyAll(SmallModels.texts());
        for (int i = 0; i < answers.size(); i++) {
            double[] expected = ProblemType.SINGLE_LABEL.scores(
                    SmallModels.numbers(model).get(i).clone(), 1);
            Scored scored = (Scored) answers.get(i);
            for (int label = 0; label < expected.length; label++) {
                assertThat(scored.score(LABELS.get(label)).orElseThrow())
                        .as(SmallModels.texts().get(i))
                        .isCloseTo(expected[label], within(1e-5));
            }
        }
    }
}
