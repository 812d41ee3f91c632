/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxOperatorsTest {
    @Test
    void theOperatorsOfAGraphAreFound() throws IOException {
        assertThat(OnnxOperators.of(read("faulty", "model.onnx")))
                .containsExactlyInAnyOrder("Gather", "Cast", "Unsqueeze", "Mul", "ReduceSum");
        assertThat(OnnxOperators.of(read("bert-weight-only", "model_quantized.onnx")))
                .contains("MatMulNBits", "Softmax")
                .noneMatch(name -> name.startsWith("DynamicQuantize"));
    }

    @ParameterizedTest
    @CsvSource({
        "bert, model.onnx, false",
        "bert-weight-only, model_quantized.onnx, false",
        "distilroberta-int8, model_quantized.onnx, true",
    })
    void whetherActivationsAreQuantisedFollowsFromTheOperators(String model, String file, boolean expected)
            throws IOException {
        assertThat(OnnxOperators.areDynamicallyQuantised(read(model, file))).isEqualTo(expected);
    }

    @Test
    void operatorsWithinGraphsAndFunctionsCountAndOtherTextsDoNot() {
        byte[] node = field(4, "DynamicQuantizeLinear");
        byte[] branch = field(5, field(6, field(1, node)));
        assertThat(OnnxOperators.of(field(7, field(1, branch)))).containsExactly("DynamicQuantizeLinear");
        assertThat(OnnxOperators.of(field(25, field(7, node)))).containsExactly("DynamicQuantizeLinear");
        byte[] named = field(3, "DynamicQuantizeLinear");
        assertThat(OnnxOperators.areDynamicallyQuantised(field(7, field(1, named))))
                .isFalse();
        assertThat(OnnxOperators.areDynamicallyQuantised(field(2, "DynamicQuantizeLinear")))
                .isFalse();
    }

    @Test
    void whatCannotBeReadCountsAsQuantised() throws IOException {
        byte[] model = read("bert", "model.onnx");
        for (int length : new int[] {1, 100, model.length / 2, model.length - 1}) {
            byte[] cut = Arrays.copyOf(model, length);
            assertThatIllegalArgumentException().isThrownBy(() -> OnnxOperators.of(cut));
            assertThat(OnnxOperators.areDynamicallyQuantised(cut)).isTrue();
        }
        assertThat(OnnxOperators.areDynamicallyQuantised("<html>".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }

    @Test
    void aModelWhoseWeightsAloneAreQuantisedIsBatched() {
        assertThat(passes("bert-weight-only")).isLessThan(20);
        assertThat(passes("distilroberta-int8")).isEqualTo(100);
    }

    @Test
    void theAnswersOfAModelWhoseWeightsAloneAreQuantisedDoNotDependOnTheBatch() {
        OnnxClassifierConfig config = OnnxClassifierConfig.builder(Fixtures.directory("bert-weight-only"))
                .build();
        List<String> texts = texts();
        try (OnnxClassifier batching = config.open();
                OnnxClassifier alone = config.toBuilder().tokenBudget(1).build().open()) {
            List<Classification> answers = batching.classifyAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                Scored together = (Scored) answers.get(i);
                Scored single = (Scored) alone.classify(texts.get(i));
                assertThat(together.best().score())
                        .isCloseTo(single.score(together.best().label()).orElseThrow(), within(1e-5));
            }
        }
    }

    private static long passes(String model) {
        try (OnnxClassifier classifier =
                OnnxClassifierConfig.builder(Fixtures.directory(model)).build().open()) {
            classifier.classifyAll(texts());
            return classifier.passes();
        }
    }

    private static List<String> texts() {
        return IntStream.range(0, 100).mapToObj(i -> "owl " + i).toList();
    }

    private static byte[] read(String model, String file) throws IOException {
        return Files.readAllBytes(Path.of(Fixtures.directory(model).toString(), file));
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A field of bytes, fewer than 128, as protocol buffers encode it. */
    private static byte[] field(int number, byte[] content) {
        int key = number << 3 | 2;
        byte[] head = key < 128
                ? new byte[] {(byte) key, (byte) content.length}
                : new byte[] {(byte) (key & 127 | 128), (byte) (key >> 7), (byte) content.length};
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return all;
    }
}
