/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.ConfigException;
import dev.nightjar.Embedder;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxEmbedderTest implements FactoryContract<OnnxEmbedderConfig> {
    private static final Path BACKBONE = Fixtures.directory("backbone");
    private static final List<String> TEXTS =
            List.of("the owl flies", "", "ok", " \n", "the owl flies", "what a long long morning");

    @Override
    public OnnxEmbedderConfig fromMap(Map<String, String> options) {
        return OnnxEmbedderConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return OnnxClassifierConfigTest.EXAMPLES;
    }

    @Override
    public Set<String> alone() {
        return Set.of("intra-op-threads", "parallelism");
    }

    @Override
    public List<String> secrets() {
        return List.of("secret-hub-token1", "secret-hub-token2");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(OnnxEmbedderConfig.OPTIONS);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(OnnxEmbedderConfig.builder(OnnxClassifierConfigTest.MODEL));
    }

    /** They are those of a classifier except for five, as the README says instead of a table of its own. */
    @Override
    @Test
    public void everyDeclaredOptionIsTriedAndInTheReadme() {
        Set<String> expected = new HashSet<>(Set.of("pooling", "norm"));
        OnnxClassifierConfig.OPTIONS.all().forEach(option -> expected.add(option.key()));
        expected.removeAll(Set.of("head", "labels", "threshold", "abstain-below", "languages", "cache-size"));
        assertThat(OnnxEmbedderConfig.OPTIONS.all())
                .extracting(Option::key)
                .containsExactlyInAnyOrderElementsOf(expected)
                .containsExactlyInAnyOrderElementsOf(alternatives().keySet());
    }

    @Test
    void aConfigurationSaysWhatItIs() {
        assertThat(fromMap(Map.of("model", "/models/minilm", "pooling", "cls", "norm", "l2", "max-tokens", "96")))
                .isEqualTo(OnnxEmbedderConfig.builder(Path.of("/models/minilm"))
                        .pooling("cls")
                        .norm(OnnxEmbedderConfig.Norm.L2)
                        .maxTokens(96)
                        .build())
                .hasToString("OnnxEmbedderConfig[model="
                        + Path.of("/models/minilm").toAbsolutePath() + ", max-tokens=96, pooling=cls, norm=l2]");
    }

    @ParameterizedTest
    @CsvSource({"mean, embedding", "cls, cls"})
    void vectorsAreThoseOfThePythonModel(String pooling, String key) throws IOException {
        OnnxEmbedderConfig config = OnnxEmbedderConfig.builder(BACKBONE)
                .pooling(pooling)
                .maxTokens(64)
                .tokenBudget(1000)
                .build();
        List<String> texts = new ArrayList<>();
        List<double[]> expected = new ArrayList<>();
        read(key, texts, expected);
        try (Embedder embedder = config.open()) {
            assertThat(embedder.dimension()).isEqualTo(16);
            float[][] vectors = embedder.embedAll(texts);
            for (int i = 0; i < vectors.length; i++) {
                for (int j = 0; j < 16; j++) {
                    assertThat((double) vectors[i][j]).as(texts.get(i)).isCloseTo(expected.get(i)[j], within(1e-5));
                }
            }
        }
    }

    @Test
    void aTextWithNothingToReadIsZeros() {
        try (Embedder embedder = OnnxEmbedderConfig.builder(BACKBONE).build().open()) {
            float[][] vectors = embedder.embedAll(TEXTS);
            assertThat(vectors).hasDimensions(TEXTS.size(), 16);
            assertThat(vectors[1]).containsOnly(0);
            assertThat(vectors[3]).containsOnly(0);
            assertThat(vectors[0]).isEqualTo(vectors[4]).isNotSameAs(vectors[4]).isNotEqualTo(vectors[2]);
            assertThat(embedder.embedAll(List.of())).isEmpty();
        }
    }

    @Test
    void vectorsMayHaveLengthOne() {
        OnnxEmbedderConfig config = OnnxEmbedderConfig.builder(BACKBONE)
                .norm(OnnxEmbedderConfig.Norm.L2)
                .build();
        try (Embedder embedder = config.open();
                Embedder plain = OnnxEmbedderConfig.builder(BACKBONE).build().open()) {
            float[] scaled = embedder.embedAll(TEXTS)[0];
            float[] asItIs = plain.embedAll(TEXTS)[0];
            assertThat(length(scaled)).isCloseTo(1, within(1e-6));
            assertThat(scaled[3] * length(asItIs)).isCloseTo(asItIs[3], within(1e-5));
            assertThat(embedder.embedAll(TEXTS)[1]).containsOnly(0);
            assertThat(embedder.model()).startsWith("backbone@").isNotEqualTo(plain.model());
        }
    }

    @Test
    void anOutputThatIsPooledAlreadyIsTakenAsItIs() {
        try (Embedder embedder =
                OnnxEmbedderConfig.builder(Fixtures.directory("bert")).build().open()) {
            assertThat(embedder.dimension()).isEqualTo(3);
            assertThat(embedder.embedAll(TEXTS)).hasDimensions(TEXTS.size(), 3);
        }
    }

    @Test
    void aTextThatTheModelFailsOnIsNotANumber() {
        try (Embedder embedder =
                OnnxEmbedderConfig.builder(Fixtures.directory("faulty")).build().open()) {
            float[][] vectors = embedder.embedAll(List.of("good", "boom", "void", "bad"));
            assertThat(vectors[0]).containsExactly(4, 0);
            assertThat(vectors[1]).containsOnly(Float.NaN);
            assertThat(vectors[2]).containsOnly(Float.NaN);
            assertThat(vectors[3]).containsExactly(0, 4);
        }
    }

    @Test
    void aPoolingThatTheModelHasNoVectorsForIsRefused(@TempDir Path directory) throws IOException {
        Path backbone = Fixtures.copy("backbone", directory.resolve("backbone"));
        Files.writeString(backbone.resolve("config.json"), "{\"model_type\": \"bert\"}");
        assertThatThrownBy(() -> OnnxEmbedderConfig.builder(backbone).build().open())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("but no vector for a text as 'sentence_embedding'; say with 'pooling'");
        assertThatThrownBy(() -> OnnxEmbedderConfig.builder(Fixtures.directory("bert"))
                        .pooling("mean")
                        .build()
                        .open())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("but no vector for each token as 'last_hidden_state'");
        assertThatThrownBy(() -> OnnxClassifierConfig.builder(BACKBONE).build().open())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has no id2label");
    }

    @Test
    void aClosedEmbedderSaysSo() {
        Embedder embedder = OnnxEmbedderConfig.builder(BACKBONE).build().open();
        embedder.close();
        embedder.close();
        assertThatThrownBy(() -> embedder.embedAll(TEXTS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        return Math.sqrt(squares);
    }

    private static void read(String wanted, List<String> texts, List<double[]> vectors) throws IOException {
        try (JsonParser parser =
                new JsonFactory().createParser(BACKBONE.resolve("parity.jsonl").toFile())) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    if (key.equals("text")) {
                        texts.add(parser.getText());
                    } else if (key.equals(wanted)) {
                        List<Double> numbers = new ArrayList<>();
                        while (parser.nextToken() != JsonToken.END_ARRAY) {
                            numbers.add(parser.getDoubleValue());
                        }
                        vectors.add(
                                numbers.stream().mapToDouble(number -> number).toArray());
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
    }
}
