/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.testkit.FactoryContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxClassifierConfigTest implements FactoryContract<OnnxClassifierConfig> {
    @Override
    public OnnxClassifierConfig fromMap(Map<String, String> options) {
        return OnnxClassifierConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "model", "/models/irony",
                "name", "irony-v2",
                "model-file", "onnx/model_int8.onnx",
                "normalizer", "tweet-v1",
                "max-tokens", "96",
                "token-budget", "1024",
                "intra-op-threads", "2",
                "cache-size", "1000");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of(
                "model", "emotion",
                "name", "irony-v3",
                "model-file", "model.onnx",
                "normalizer", "none",
                "max-tokens", "64",
                "token-budget", "1",
                "intra-op-threads", "4",
                "cache-size", "0");
    }

    @Test
    void theBuilderTakesTheSameNames() {
        OnnxClassifierConfig built = OnnxClassifierConfig.builder(Path.of("/models/irony"))
                .name("irony-v2")
                .modelFile("onnx/model_int8.onnx")
                .normalizer("tweet-v1")
                .maxTokens(96)
                .tokenBudget(1024)
                .intraOpThreads(2)
                .cacheSize(1000)
                .build();
        assertThat(fromMap(options())).isEqualTo(built);
        assertThat(built.toBuilder().build()).isEqualTo(built);
        assertThat(built)
                .hasToString(
                        "OnnxClassifierConfig[model=" + Path.of("/models/irony").toAbsolutePath()
                                + ", name=irony-v2, modelFile=onnx/model_int8.onnx, normalizer=tweet-v1, maxTokens=96,"
                                + " tokenBudget=1024, intraOpThreads=2, cacheSize=1000]");
    }

    @Test
    void aModelIsABundledOneAPlaceOnTheClassPathOrADirectory() {
        assertThat(ModelBundle.parse("emotion")).isEqualTo(OnnxModels.emotion().model());
        assertThat(ModelBundle.parse("classpath:/com/example/irony/"))
                .isEqualTo(ModelBundle.resources("com/example/irony"))
                .hasToString("classpath:com/example/irony");
        assertThat(ModelBundle.parse("./emotion")).isEqualTo(ModelBundle.directory(Path.of("emotion")));
        assertThat(ModelBundle.parse(Path.of("models/x/../y").toString()))
                .hasToString(Path.of("models/y").toAbsolutePath().toString());
    }

    @Test
    void aModelIsNamedAfterItsPlaceUnlessItIsGivenAName() {
        assertThat(OnnxModels.emotion().name()).isEqualTo("emotion");
        assertThat(fromMap(Map.of("model", "/models/irony")).name()).isEqualTo("irony");
        assertThat(fromMap(Map.of("model", "/")).name()).isEqualTo("model");
        assertThat(fromMap(Map.of("model", "/", "name", "x")).name()).isEqualTo("x");
    }

    @Test
    void whatMakesNoSenseIsRefusedByItsOption() {
        assertThatThrownBy(() -> fromMap(Map.of(
                        "model", "emotion",
                        "name", "a b",
                        "model-file", "../model.onnx",
                        "normalizer", "twitter",
                        "max-tokens", "2",
                        "token-budget", "0",
                        "intra-op-threads", "many",
                        "cache-size", "-1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("7 faults")
                .hasMessageContaining("'name' of classifier-onnx is refused")
                .hasMessageContaining(
                        "'model-file' of classifier-onnx is refused: The ONNX file is named by its path inside")
                .hasMessageContaining("A normalizer is one of none, tweet-v1")
                .hasMessageContaining("At least 3 tokens")
                .hasMessageContaining("The token budget is at least 1")
                .hasMessageContaining("The size of the cache is 0 or more texts")
                .hasMessageContaining("'intra-op-threads' of classifier-onnx is not a whole number");
    }
}
