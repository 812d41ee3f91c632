/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bundle's own examples tell whether it answers as its original does. */
class OnnxVerifyTest {
    @TempDir
    private Path temporary;

    private Path model;

    @BeforeEach
    void copyAModel() {
        model = Fixtures.copy("bert", temporary.resolve("mood"));
    }

    /**
     * Exact are ids and digests. The tolerances allow for the order of sums on the processor where it matters most
     * (AVX-512, AVX2, AVX and SSE were measured): 4e-6 in 32 bits and with 8-bit weights, 1.8e-5 if heads give sums of
     * larger numbers, 1.5e-3 in 16 bits, and 0.046 if the sums have 16 bits too (AArch64).
     */
    @ParameterizedTest
    @CsvSource({
        "bert, 12, 1e-5",
        "distilbert-multi-label-fp16, 12, 1e-2",
        "distilroberta, 12, 1e-5",
        "xlm-roberta, 12, 1e-5",
        "heads, 12, 3e-5",
        "backbone, 12, 1e-5",
        "bert-weight-only, 250, 1e-5",
    })
    void aModelThatAnswersAsItsOriginalIsVerified(String name, int texts, double largest) {
        verifies(name, texts, largest);
    }

    @Test
    void aModelOfSixteenBitsIsVerifiedAsTightlyAsTheProcessorSumsUp() {
        verifies("bert-fp16", 250, Parity.halfPrecisionTolerance(Processor.here()));
    }

    private static void verifies(String name, int texts, double largest) {
        ModelBundle.Verification verification =
                ModelBundle.directory(Fixtures.directory(name)).verify();
        assertThat(verification.texts()).isEqualTo(texts);
        assertThat(verification.files()).isZero();
        assertThat(verification.largestDifference()).isPositive().isLessThanOrEqualTo(largest);
        assertThat(verification.tolerance()).isGreaterThanOrEqualTo(verification.largestDifference());
    }

    @Test
    void otherIdsAreNamed() throws IOException {
        change(2, "[2, 225, 3]", "[2, 226, 3]");
        assertThat(refusal())
                .hasMessage("parity.jsonl of '" + model
                        + "' expects for text 2 the ids [2, 226, 3], but they are [2, 225, 3]");
    }

    @Test
    void otherNumbersAreNamed() throws IOException {
        change(2, "1.2601124048233032", "1.2631");
        assertThat(refusal())
                .hasMessageStartingWith("parity.jsonl of '" + model + "' expects for text 2 the numbers [1.2631,")
                .hasMessageContaining("but they are [1.26011")
                .hasMessageEndingWith("which is not within 0.001");

        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(
                model.resolve("config.json"), config.replaceFirst("\\{", "{\"nightjar\":{\"parity_tolerance\":0.01},"));
        assertThat(verify().largestDifference()).isBetween(0.002, 0.003);
        assertThat(verify().tolerance()).isEqualTo(0.01);
    }

    @Test
    void aNumberThatIsNoneIsNotWithinAnyTolerance() throws IOException {
        change(2, "1.2601124048233032", "1e999");
        assertThat(refusal()).hasMessageContaining("expects for text 2 the numbers [Infinity");
    }

    @Test
    void examplesOfAnotherModelAreRefused() throws IOException {
        change(0, "\"logits\": [", "\"logits\": [0.5, ");
        assertThat(refusal()).hasMessageContaining("has for text 0 not the 3 numbers of");
        Files.writeString(model.resolve("parity.jsonl"), "{\"text\": \"a\", \"ids\": [" + "1,".repeat(64) + "2]}");
        assertThat(refusal()).hasMessageContaining("an example of 65 ids, more than the model takes");
        Files.writeString(model.resolve("parity.jsonl"), "[]");
        assertThat(refusal()).hasMessageContaining("has an example that is not an object");
        Files.writeString(model.resolve("parity.jsonl"), "{\"text\": \"a\", ");
        assertThat(refusal()).hasMessageContaining("is not JSON");
        Files.writeString(model.resolve("parity.jsonl"), "\n");
        assertThat(refusal()).hasMessageContaining("has no examples");
    }

    @Test
    void aHeadWithoutItsNumbersIsNamed() throws IOException {
        model = Fixtures.copy("heads", temporary.resolve("heads"));
        change(1, "\"sentiment\": [", "\"tone\": [");
        assertThat(refusal()).hasMessageContaining("has for text 1 not the 3 numbers of head 'sentiment'");
    }

    @Test
    void digestsAreCheckedAndCounted() throws IOException {
        Fixtures.writeDigests(model, "config.json", "model.onnx", "tokenizer.json", "parity.jsonl");
        assertThat(verify().files()).isEqualTo(4);
        assertThat(verify().texts()).isEqualTo(12);
        Files.writeString(model.resolve("parity.jsonl"), "\n", StandardOpenOption.APPEND);
        assertThat(refusal()).hasMessageStartingWith("parity.jsonl of '" + model + "' is damaged");
        Fixtures.writeDigests(model, "config.json", "model.onnx", "tokenizer.json");
        assertThat(refusal()).hasMessageContaining("bundle.sha256 does not list it");
        Files.delete(model.resolve("parity.jsonl"));
        assertThat(verify())
                .isEqualTo(new ModelBundle.Verification(
                        verify().sha256(), 3, 0, 0, 0, "texts of similar length, padded on the right"));
    }

    @Test
    void aModelIsVerifiedWhenItIsOpenedIfAskedTo() throws IOException {
        OnnxClassifierConfig plain = OnnxClassifierConfig.builder(model).build();
        OnnxClassifierConfig verifying = plain.toBuilder().verifyOnOpen().build();
        verifying.open().close();
        change(2, "1.2601124048233032", "1.2631");
        plain.open().close();
        assertThat(catchThrowableOfType(ConfigException.class, verifying::open))
                .hasMessageContaining("expects for text 2");
        Files.delete(model.resolve("parity.jsonl"));
        assertThat(catchThrowableOfType(ConfigException.class, verifying::open))
                .hasMessage("'" + model + "' has no parity.jsonl, so it cannot be verified when it is opened");
        assertThat(catchThrowableOfType(
                        ConfigException.class,
                        () -> OnnxEmbedderConfig.builder(model)
                                .pooling("mean")
                                .verifyOnOpen()
                                .build()
                                .open()))
                .isNotNull();
    }

    /**
     * Full-range weights and activations in 8 bits: if products are added in 32 bits, rounding may differ by one step,
     * 0.08 at most; if they are added in 16 bits, as with AVX2 without VNNI, some numbers are off by 1.6, which is
     * detected and explained.
     */
    @Test
    void aModelOfFullRangeIsVerifiedWhereTheProcessorDoesNotLoseItsProducts() {
        model = Fixtures.directory("distilroberta-int8");
        if (losesProducts()) {
            assertThat(refusal()).hasMessageContaining("not within 0.25").hasMessageContaining("reduce_range=True");
        } else {
            assertThat(verify().largestDifference()).isLessThanOrEqualTo(0.1);
        }
    }

    /** A scale that is wrong by a fiftieth is found, on whatever processor. */
    @ParameterizedTest
    @CsvSource({"emotion", "sentiment"})
    void aWrongScaleIsFound(String name) throws IOException {
        model = temporary.resolve("wrong");
        Files.createDirectories(model);
        for (String file : List.of("config.json", "tokenizer.json", "parity.jsonl")) {
            Files.copy(Path.of("models", name, file), model.resolve(file));
        }
        byte[] bytes = Files.readAllBytes(Path.of("models", name, "model.onnx"));
        scaleUp(bytes, 1.02f);
        Files.write(model.resolve("model.onnx"), bytes);
        assertThat(refusal()).hasMessageContaining("which is not within 0.001");
    }

    /** Java and Python compute a model of fewer bits alike: the label is the same for 99.5 % of the texts at least. */
    @ParameterizedTest
    @CsvSource({"distilroberta-int8", "bert-weight-only", "bert-fp16"})
    void theLabelsOfAModelOfFewerBitsAreThoseOfPython(String name) throws IOException {
        assertThat(labelsThatAgree(Fixtures.directory(name), name))
                .isGreaterThanOrEqualTo(name.equals("distilroberta-int8") && losesProducts() ? 0.92 : 0.995);
    }

    /** Full range or not, and whatever the processor loses: a wrong scale costs more labels than any of that. */
    @Test
    void aWrongScaleCostsLabels() throws IOException {
        model = Fixtures.copy("distilroberta-int8", temporary.resolve("int8"));
        Path file = model.resolve("model_quantized.onnx");
        byte[] bytes = Files.readAllBytes(file);
        scaleUpEach(bytes, 1.5f);
        Files.write(file, bytes);
        assertThat(labelsThatAgree(model, "distilroberta-int8")).isLessThan(0.92);
    }

    @Test
    void wrongWeightsOfSixteenBitsAreRefusedHoweverTheProcessorSumsUp() throws IOException {
        model = Fixtures.copy("bert-fp16", temporary.resolve("fp16"));
        Path file;
        try (Stream<Path> files = Files.walk(model)) {
            file = files.filter(any -> any.toString().endsWith(".onnx"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Run weights = firstTensor(bytes, "onnx::MatMul_\\d+");
        for (int i = weights.from; i < weights.to; i += Short.BYTES) {
            numbers.putShort(
                    i, (short) (numbers.getShort(i) + 0x400)); // twice as much: the exponent is in bits 10 to 14
        }
        Files.write(file, bytes);
        assertThat(refusal()).hasMessageContaining("which is not within 0.");
    }

    private static boolean losesProducts() {
        return Processor.here().products() == Processor.Products.NARROW;
    }

    /** Makes the first tensor of scales larger. */
    private static void scaleUp(byte[] model, float factor) {
        Run scales = firstTensor(model, "onnx::MatMul_\\d+\\.scale");
        for (int i = scales.from; i < scales.to; i += Float.BYTES) {
            multiply(model, i, factor);
        }
    }

    /** Where the numbers of a tensor are: its name, then a mark, the length and the numbers. */
    private static Run firstTensor(byte[] model, String name) {
        Matcher found = Pattern.compile(name + "\\x4a").matcher(new String(model, StandardCharsets.ISO_8859_1));
        assertThat(found.find()).isTrue();
        int at = found.end();
        int length = model[at] & 0x7F;
        for (int shift = 7; model[at++] < 0; shift += 7) {
            length |= (model[at] & 0x7F) << shift;
        }
        return new Run(at, at + length);
    }

    private record Run(int from, int to) {}

    /** Makes each scale larger that is a single number: the number between two marks, then the name. */
    private static void scaleUpEach(byte[] model, float factor) {
        Matcher scales = Pattern.compile("\\x22\\x04.{4}\\x42.onnx::MatMul_\\d+_scale", Pattern.DOTALL)
                .matcher(new String(model, StandardCharsets.ISO_8859_1));
        int found = 0;
        for (; scales.find(); found++) {
            multiply(model, scales.start() + 2, factor);
        }
        assertThat(found).isPositive();
    }

    private static void multiply(byte[] model, int at, float factor) {
        ByteBuffer number = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        number.putFloat(at, number.getFloat(at) * factor);
    }

    private static double labelsThatAgree(Path model, String reference) throws IOException {
        List<OnnxParityTest.Reference> references = OnnxParityTest.references(reference);
        try (OnnxClassifier classifier =
                OnnxClassifierConfig.builder(model).maxTokens(64).build().open()) {
            List<String> labels = classifier.labels().names();
            List<String> texts =
                    references.stream().map(OnnxParityTest.Reference::text).toList();
            List<String> expected = new ArrayList<>();
            for (OnnxParityTest.Reference answer : references) {
                int best = 0;
                for (int i = 1; i < answer.logits().size(); i++) {
                    best = answer.logits().get(i) > answer.logits().get(best) ? i : best;
                }
                expected.add(labels.get(best));
            }
            List<Optional<String>> actual = classifier.classifyAll(texts).stream()
                    .map(answer -> answer.top().map(score -> score.label()))
                    .toList();
            int equal = 0;
            for (int i = 0; i < texts.size(); i++) {
                equal += actual.get(i).equals(Optional.of(expected.get(i))) ? 1 : 0;
            }
            assertThat(expected.stream().distinct().count()).isGreaterThan(1);
            return (double) equal / texts.size();
        }
    }

    private void change(int line, String from, String to) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(model.resolve("parity.jsonl")));
        assertThat(lines.get(line)).contains(from);
        lines.set(line, lines.get(line).replace(from, to));
        Files.write(model.resolve("parity.jsonl"), lines);
    }

    private ModelBundle.Verification verify() {
        return ModelBundle.directory(model).verify();
    }

    private ConfigException refusal() {
        return Fixtures.refusal(this::verify);
    }
}
