/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import dev.nightjar.ProblemType;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model gives that is not a logit for each label of config.json, and labels that have no names. */
class OnnxNumbersTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "log-softmax", "mean"})
    void aSoftmaxIsAppliedOnce(String model) {
        assertThat(scores(SmallModels.builder(model).build())).satisfies(scores -> {
            for (int i = 0; i < scores.size(); i++) {
                double[] logits = SmallModels.numbers("mean").get(i).clone();
                assertThat(scores.get(i)).containsExactly(ProblemType.SINGLE_LABEL.scores(logits, 1), within(1e-5));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"sigmoid, sigmoid", "mean, sigmoid", "softmax, softmax"})
    void aSigmoidIsAppliedOnce(String model, String expected) throws IOException {
        Path several = withConfig("\"problem_type\":\"multi_label_classification\",\"id2label\":{\"0\":\"anger\","
                + "\"1\":\"joy\",\"2\":\"neutral\"}");
        List<double[]> scores = scores(
                OnnxClassifierConfig.builder(several).modelFile(model + ".onnx").build());
        for (int i = 0; i < scores.size(); i++) {
            assertThat(scores.get(i))
                    .containsExactly(SmallModels.numbers(expected).get(i), within(1e-5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one-sigmoid", "one-flat"})
    void oneNumberIsYesOrNo(String model) throws IOException {
        Path one = withConfig("\"id2label\":{\"0\":\"toxic\"}");
        OnnxClassifierConfig config =
                OnnxClassifierConfig.builder(one).modelFile(model + ".onnx").build();
        OnnxClassifierConfig strict = config.toBuilder().threshold(0.9).build();
        try (OnnxClassifier classifier = config.open();
                OnnxClassifier strictly = strict.open()) {
            assertThat(classifier.labels().names()).containsExactly("not toxic", "toxic");
            assertThat(strictly.model()).isNotEqualTo(classifier.model());
            List<Classification> answers = classifier.classifyAll(SmallModels.texts());
            List<Classification> fewer = strictly.classifyAll(SmallModels.texts());
            for (int i = 0; i < answers.size(); i++) {
                double expected = SmallModels.numbers("one-sigmoid").get(i)[0];
                Scored scored = (Scored) answers.get(i);
                assertThat(scored.score("toxic").orElseThrow()).isCloseTo(expected, within(1e-5));
                assertThat(scored.best().label()).isEqualTo(expected > 0.5 ? "toxic" : "not toxic");
                assertThat(((Scored) fewer.get(i)).best().label()).isEqualTo(expected > 0.9 ? "toxic" : "not toxic");
            }
            assertThat(answers)
                    .extracting(answer -> ((Scored) answer).best().label())
                    .contains("toxic", "not toxic");
        }
    }

    @Test
    void theAnswersOfOneNumberAreNamedAsFarAsTheyHaveNames() throws IOException {
        Path unnamed = withConfig("\"id2label\":{\"0\":\"LABEL_0\"}");
        assertThat(labels(OnnxClassifierConfig.builder(unnamed).modelFile("one.onnx")))
                .containsExactly("no", "yes");
        assertThat(labels(OnnxClassifierConfig.builder(unnamed)
                        .modelFile("one.onnx")
                        .labels("ham;spam")))
                .containsExactly("ham", "spam");
        Path two = withConfig("\"id2label\":{\"0\":\"NEGATIVE\",\"1\":\"POSITIVE\"}");
        assertThat(labels(OnnxClassifierConfig.builder(two).modelFile("one.onnx")))
                .containsExactly("NEGATIVE", "POSITIVE");
    }

    @Test
    void whatSaysNothingOrDoesNotFitIsRefused() throws IOException {
        Path one = withConfig("\"id2label\":{\"0\":\"toxic\"}");
        assertThat(Fixtures.refusal(() -> OnnxClassifierConfig.builder(one)
                        .modelFile("one-softmax.onnx")
                        .build()
                        .open()))
                .hasMessageContaining("gives 1 for every text, a softmax over its only number");
        assertThat(Fixtures.refusal(
                        () -> SmallModels.builder("mean").threshold(0.7).build().open()))
                .hasMessageContaining("'threshold' is for models that give one number")
                .hasMessageContaining("[anger, joy, neutral]");
        assertThat(Fixtures.refusal(
                        () -> SmallModels.builder("mean").labels("a,b").build().open()))
                .hasMessageContaining(
                        "not as a number for each of the 2 labels of config.json or of the option" + " 'labels'");
    }

    @Test
    void labelsWithoutNamesAreNumberedAsInPythonOrNamed() throws IOException {
        Path unnamed = withConfig("\"num_labels\":3");
        OnnxClassifierConfig.Builder builder =
                OnnxClassifierConfig.builder(unnamed).modelFile("mean.onnx");
        assertThat(labels(builder)).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        String before = model(builder.build());
        assertThat(labels(builder.labels("bad; so-so, good"))).containsExactly("bad", "so-so", "good");
        assertThat(model(builder.build())).isNotEqualTo(before);
    }

    @Test
    void aTextThatTheModelDoesNotKnowHasNoLabel() {
        OnnxClassifierConfig config = SmallModels.builder("mean").build();
        List<String> texts = List.of("owl hate \u0e09\u0e31\u0e19 \ud83e\udd89", "love zeitgeist today", "zeitgeist");
        try (OnnxClassifier half = config.open();
                OnnxClassifier strict = config.toBuilder().maxUnknown(0).build().open();
                OnnxClassifier all = config.toBuilder().maxUnknown(1).build().open()) {
            Classification none = new Rejected(half.model(), Reason.UNREADABLE);
            assertThat(all.classifyAll(texts)).doesNotContain(none);
            assertThat(half.classifyAll(texts))
                    .containsExactly(all.classify(texts.get(0)), all.classify(texts.get(1)), none);
            assertThat(strict.classifyAll(texts)).containsOnly(none);
        }
    }

    @Test
    void aMarkBeforeTheTextOfAModelsFilesIsNoPartOfIt() throws IOException {
        OnnxClassifierConfig plain = SmallModels.builder("mean").build();
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
            Path marked = Fixtures.copy("small", temporary.resolve(charset.name()));
            for (String file : List.of("config.json", "tokenizer.json")) {
                Path path = marked.resolve(file);
                Files.writeString(path, '\uFEFF' + Files.readString(path), charset);
            }
            try (OnnxClassifier one = plain.open();
                    OnnxClassifier other = OnnxClassifierConfig.builder(marked)
                            .modelFile("mean.onnx")
                            .build()
                            .open()) {
                assertThat(((Scored) other.classify("good owl")).scores())
                        .isEqualTo(((Scored) one.classify("good owl")).scores());
            }
        }
    }

    @Test
    void theLabelsOfOneHeadAreNamed() {
        OnnxClassifierConfig.Builder builder =
                OnnxClassifierConfig.builder(Fixtures.directory("heads")).head("sentiment");
        assertThat(labels(builder.labels("bad,neither,good"))).containsExactly("bad", "neither", "good");
    }

    private Path withConfig(String settings) throws IOException {
        Path model = Fixtures.copy("small", temporary.resolve("small" + settings.hashCode()));
        Files.writeString(
                model.resolve("config.json"), "{\"model_type\":\"bert\",\"pad_token_id\":0," + settings + '}');
        return model;
    }

    private static List<double[]> scores(OnnxClassifierConfig config) {
        try (OnnxClassifier classifier = config.open()) {
            return classifier.classifyAll(SmallModels.texts()).stream()
                    .map(answer -> classifier.labels().names().stream()
                            .mapToDouble(label -> ((Scored) answer).score(label).orElseThrow())
                            .toArray())
                    .toList();
        }
    }

    private static List<String> labels(OnnxClassifierConfig.Builder builder) {
        try (OnnxClassifier classifier = builder.build().open()) {
            return classifier.labels().names();
        }
    }

    private static String model(OnnxClassifierConfig config) {
        try (OnnxClassifier classifier = config.open()) {
            return classifier.model();
        }
    }
}
