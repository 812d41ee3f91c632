/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of both bundled models; {@code evaluate} measures their figures, on data that is not here. */
class OnnxModelsTest {
    private static final long LARGEST = 25_000_000;

    /**
     * Only the last product, which is never rounded, depends on the processor: 5e-7 between x86-64 kernels, 3e-6 on
     * AArch64. The numbers of {@code parity.jsonl} are themselves rounded by 5e-6.
     */
    private static final double ANY_PROCESSOR = 1e-5;

    private static final List<String> TEXTS = List.of(
            "What a lovely morning",
            "ok",
            "I can't believe they cancelled the late train again, third time this week, and nobody says a word about it",
            "😂😂😂",
            "so tired of this 💔 https://example.org/a",
            "The council meets on Tuesday at half past six in the town hall");

    @ParameterizedTest
    @ValueSource(strings = {"emotion", "sentiment-onnx"})
    void itsNumbersAreThoseOfTheTraining(String name) {
        ModelBundle.Verification verification = ModelBundle.bundled(name).verify();
        assertThat(verification.files()).isEqualTo(4);
        assertThat(verification.texts()).isGreaterThanOrEqualTo(10);
        assertThat(verification.largestDifference()).isLessThanOrEqualTo(ANY_PROCESSOR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"emotion", "sentiment-onnx"})
    void itIsNoLargerThanPromised(String name) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(Path.of("models", name.replace("-onnx", "")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(LARGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"emotion", "sentiment-onnx"})
    void itAnswersByTheNameThatItIsOpenedBy(String name) {
        OnnxClassifierConfig config = OnnxClassifierConfig.fromMap(Map.of("model", name));
        assertThat(config).isIn(OnnxModels.emotion(), OnnxModels.sentiment());
        assertThat(config.shared().model()).startsWith(name + '@');
    }

    /** Dynamic quantisation would fail this: one scale for all activations of a batch. */
    @ParameterizedTest
    @ValueSource(strings = {"emotion", "sentiment-onnx"})
    void whatElseIsInTheBatchDoesNotChangeAnAnswer(String name) {
        try (Classifier classifier =
                OnnxClassifierConfig.builder(ModelBundle.bundled(name)).build().open()) {
            List<Classification> together = classifier.classifyAll(TEXTS);
            List<Classification> alone = new ArrayList<>();
            for (String text : TEXTS) {
                alone.add(classifier.classify(text));
            }
            for (int i = 0; i < TEXTS.size(); i++) {
                Classification.Scored one = (Classification.Scored) alone.get(i);
                for (ScoredLabel score : ((Classification.Scored) together.get(i)).scores()) {
                    assertThat(one.score(score.label()).orElseThrow())
                            .as(TEXTS.get(i))
                            .isCloseTo(score.score(), within(1e-6));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "emotion, this makes me so happy, joy",
        "emotion, I am so angry at you, anger",
        "emotion, that is disgusting 🤢, disgust",
        "emotion, I am terrified of the dark, fear",
        "emotion, haha 😂😂 so good, joy",
        "emotion, 😭 I miss him, sadness",
        "emotion, The shop opens at nine, neutral",
        "sentiment-onnx, love this view 😍, positive",
        "sentiment-onnx, what a terrible day, negative",
        "sentiment-onnx, this is the worst 😡, negative",
        "sentiment-onnx, love you all ❤, positive",
        "sentiment-onnx, The meeting is on Tuesday, neutral",
        "emotion, I am 😡, anger",
        "emotion, 🎉, joy",
        "emotion, 😢, sadness",
        "emotion, 😨, fear",
        "sentiment-onnx, I am 😡, negative",
        "sentiment-onnx, ❤, positive",
        "sentiment-onnx, 👍, positive",
        "sentiment-onnx, 💩, negative",
        "sentiment-onnx, the bus 🚌 leaves at 9, neutral"
    })
    void plainCasesAreRight(String name, String text, String expected) {
        Classifier classifier =
                OnnxClassifierConfig.builder(ModelBundle.bundled(name)).build().shared();
        assertThat(classifier.classify(text).top().orElseThrow().label()).isEqualTo(expected);
    }

    /** A name or a link tells no mood. */
    @Test
    void namesAndLinksChangeNothing() {
        Classifier classifier = OnnxModels.sentiment().shared();
        assertThat(classifier.classify("@alice this is great"))
                .isEqualTo(classifier.classify("@bob this is great"))
                .isEqualTo(classifier.classify("@bob this is great https://example.org/x"));
    }
}
