/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.classifier.onnx.Processor.Products;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the processor and of ONNX Runtime. */
class ProcessorTest {
    private static final String HASWELL =
            "model name\t: a\nflags\t\t: fpu sse4_1 avx f16c avx2 fma\n\nflags\t\t: fpu\n";
    private static final String ZEN_4 = "flags\t\t: sse4_1 avx fma avx2 avx512f avx512_vnni\n";

    @ParameterizedTest
    @CsvSource({
        "amd64, avx2 fma, NARROW",
        "x86_64, sse4_1 avx, WIDE",
        "amd64, avx2 fma avx512f, NARROW",
        "amd64, avx2 avx_vnni, WIDE",
        "amd64, avx512f avx512_vnni, WIDE",
        "amd64, '', UNKNOWN",
        "aarch64, fp asimd, WIDE",
        "riscv64, '', UNKNOWN"
    })
    void whatAProcessorMultipliesExactlyFollowsFromItsInstructions(
            String architecture, String flags, Products expected) {
        String line = architecture.equals("aarch64") ? "Features : " : "flags : ";
        Processor processor = Processor.of(architecture, flags.isEmpty() ? "" : line + flags);
        assertThat(processor.products()).isEqualTo(expected);
    }

    @Test
    void onlyAArch64SumsUpSixteenBitsInSixteen() {
        Processor arm = Processor.of("aarch64", "Features : fp asimd");
        assertThat(Parity.halfPrecisionTolerance(arm)).isEqualTo(0.1);
        assertThat(Parity.halfPrecisionTolerance(Processor.of("amd64", HASWELL)))
                .isEqualTo(Parity.halfPrecisionTolerance(Processor.of("amd64", "")))
                .isEqualTo(0.01);
    }

    @Test
    void theInstructionsThatMatterAreNamed() {
        assertThat(Processor.of("amd64", HASWELL)).hasToString("SSE4_1, AVX, AVX2, FMA");
        assertThat(Processor.of("amd64", "")).hasToString("unknown instructions");
        assertThat(OnnxModels.platform())
                .startsWith("ONNX Runtime 1.28.")
                .contains(Processor.here().toString())
                .endsWith(Processor.here().products().meaning());
    }

    @ParameterizedTest
    @CsvSource({
        "distilroberta-int8, true",
        "distilroberta, false",
        "bert-weight-only, false",
        "bert-fp16, false",
    })
    void onlyFullRangeWeightsOnAProcessorThatLosesThemAreWarnedOf(String model, boolean warned) throws IOException {
        ModelBundle bundle = ModelBundle.directory(Fixtures.directory(model));
        byte[] file = BundleFiles.read(bundle, Optional.empty()).model();
        RunOptions options = OnnxClassifierConfig.builder(bundle).build();
        assertThat(options.overflow(file, Processor.of("amd64", HASWELL)).isPresent())
                .isEqualTo(warned);
        assertThat(options.overflow(file, Processor.of("amd64", ZEN_4))).isEmpty();
        assertThat(options.overflow(file, Processor.of("amd64", ""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"emotion", "sentiment-onnx"})
    void theBundledModelsLoseNothing(String name) {
        byte[] file =
                BundleFiles.read(ModelBundle.bundled(name), Optional.empty()).model();
        assertThat(OnnxOperators.haveWeightsOfFullRange(file)).isFalse();
    }

    @Test
    void theWarningSaysWhatToDo() throws IOException {
        ModelBundle bundle = ModelBundle.directory(Fixtures.directory("distilroberta-int8"));
        byte[] file =
                Files.readAllBytes(Fixtures.directory("distilroberta-int8").resolve("model_quantized.onnx"));
        assertThat(OnnxClassifierConfig.builder(bundle)
                        .build()
                        .overflow(file, Processor.of("amd64", HASWELL))
                        .orElseThrow())
                .contains("AVX2", "no VNNI", "reduce_range=True");
    }

    @Test
    void theVersionOnTheClassPathIsTheTestedOne() {
        assertThat(Environment.version().orElseThrow()).startsWith("1.28.");
        assertThat(Environment.check()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.29.0", "1.31.1", "2.0.0", "nightly"})
    void aVersionThatReportsToItsMakerIsRefusedUnlessItIsKeptFromIt(String version) {
        assertThatThrownBy(() -> Environment.deviation(Optional.of(version), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ONNX Runtime " + version)
                .hasMessageContaining("ORT_DISABLE_TELEMETRY=1");
        assertThat(Environment.deviation(Optional.of(version), true).orElseThrow())
                .contains("1.28 is the one", "command line");
    }

    @Test
    void anOlderOrUnknownVersionIsWarnedOf() {
        assertThat(Environment.deviation(Optional.of("1.27.1"), false).orElseThrow())
                .contains("ONNX Runtime 1.27.1", "1.28 is the one")
                .doesNotContain("command line");
        assertThat(Environment.deviation(Optional.empty(), false).orElseThrow()).contains("not known");
        assertThat(Environment.deviation(Optional.of("1.28.1"), false)).isEmpty();
    }
}
