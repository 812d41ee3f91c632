/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxClassifierConfigTest implements FactoryContract<OnnxClassifierConfig> {
    @Override
    public OnnxClassifierConfig fromMap(Map<String, String> options) {
        return OnnxClassifierConfig.fromMap(options);
    }

    /** Examples of the options of every model that tell none themselves. */
    static final Map<String, List<String>> EXAMPLES = Map.of(
            "model", List.of("hf://owl/irony@" + "5a".repeat(20), "hf://owl/irony@" + "5b".repeat(20)),
            "hub-endpoint", List.of("https://hub.example.org/hf/", "http://localhost:8080"),
            "hub-cache", List.of("/cache/models", "/cache/others"),
            "device", List.of("cuda:1", "cpu"));

    /** The model of the first of these. */
    static final ModelBundle MODEL = ModelBundle.hub("owl/irony", "5a".repeat(20))
            .hubEndpoint(URI.create("https://hub.example.org/hf"))
            .hubToken(Credential.literal("secret-hub-token1"))
            .hubCache(Path.of("/cache/models"));

    @Override
    public Map<String, List<String>> examples() {
        return EXAMPLES;
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
        return Optional.of(OnnxClassifierConfig.OPTIONS);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(OnnxClassifierConfig.builder(MODEL));
    }

    @Test
    void aConfigurationSaysWhatItIs() {
        OnnxClassifierConfig config = fromMap(options());
        assertThat(config.model()).isEqualTo(MODEL);
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config)
                .hasToString(
                        "OnnxClassifierConfig[model=hf://owl/irony@" + "5a".repeat(20)
                                + ", name=name1, model-file=model-file1, normalizer=none, max-tokens=3, token-budget=2,"
                                + " max-unknown=0.25,"
                                + " device=cuda:1, verify-on-open=true, hub-endpoint=https://hub.example.org/hf,"
                                + " hub-token=***, hub-cache="
                                + Path.of("/cache/models").toAbsolutePath()
                                + ", head=head1, labels=labels1, threshold=0.25, abstain-below=0.25, languages=en, cache-size=2]");
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
        assertThat(fromMap(Map.of("model", "hf://owl/irony@" + "5a".repeat(20))).name())
                .isEqualTo("irony");
        assertThat(fromMap(Map.of("model", "/models/irony", "head", "tone")).name())
                .isEqualTo("irony.tone");
        assertThat(fromMap(Map.of("model", "/", "head", "tone", "name", "x")).name())
                .isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "hf://owl/irony, The revision of 'owl/irony' must be the 40 digits of a commit",
        "hf://owl/irony@main, 'main': a branch or tag can move",
        "hf://owl/irony@5A5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a, must be the 40 digits",
        "hf://irony@5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a, 'A repository of the Hub is an owner, a slash and a name'",
        "hf://owl/../irony@5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a, A repository of the Hub is an owner",
        "'', needs the option 'model'",
    })
    void aModelOfTheHubIsPinned(String model, String message) {
        assertThatThrownBy(() -> fromMap(Map.of("model", model)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void settingsOfTheHubAreForItsModels() {
        assertThatThrownBy(() -> fromMap(Map.of("model", "/models/irony", "hub-cache", "/cache")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'hub-cache' is refused")
                .hasMessageContaining("is not a model of the Hub");
        assertThatThrownBy(() -> ModelBundle.hub("owl/irony", "5a".repeat(20)).hubEndpoint(URI.create("ftp://x/")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("an address of https or http");
        assertThatThrownBy(() ->
                        ModelBundle.hub("owl/irony", "5a".repeat(20)).hubEndpoint(URI.create("https://me:pass@x/")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("pass@");
    }

    @Test
    void threadsArePlannedFromTheCallersOrSet() {
        assertThat(plan("parallelism", "4").intraOpThreads(16)).isEqualTo(4);
        assertThat(plan("parallelism", "4").intraOpThreads(7)).isEqualTo(1);
        assertThat(plan("parallelism", "4").intraOpThreads(2)).isEqualTo(1);
        assertThat(plan("parallelism", "1").intraOpThreads(2)).isEqualTo(2);
        assertThat(plan("intra-op-threads", "3").intraOpThreads(16)).isEqualTo(3);
        assertThat(plan("cache-size", "0").intraOpThreads(16)).isEqualTo(1);
        assertThatThrownBy(() -> OnnxClassifierConfig.builder(Path.of("x"))
                        .intraOpThreads(2)
                        .parallelism(2)
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("Set 'intra-op-threads' or 'parallelism', from which it follows, not both");
    }

    @Test
    void moreThreadsThanCoresAreWarnedOf() {
        assertThat(plan("parallelism", "4").oversubscription(16)).isEmpty();
        assertThat(plan("parallelism", "4").oversubscription(2))
                .hasValueSatisfying(
                        warning -> assertThat(warning).startsWith("4 callers of 1 threads each share 2 cores"));
        assertThat(plan("intra-op-threads", "3").oversubscription(2)).isPresent();
    }

    private static RunOptions plan(String option, String value) {
        return OnnxClassifierConfig.fromMap(Map.of("model", "emotion", option, value));
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
                        "device", "tpu",
                        "abstain-below", "1.5",
                        "cache-size", "-1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("9 faults")
                .hasMessageContaining("A device is 'cpu', 'cuda' or 'cuda:' and the number of a GPU, not 'tpu'")
                .hasMessageContaining("The option 'abstain-below' is 1.5, not from 0.0 to 1.0")
                .hasMessageContaining("The option 'name' is not 1 to 64 letters, digits, dots, underscores and hyphens")
                .hasMessageContaining("The option 'model-file' is not a path inside the model's directory")
                .hasMessageContaining("'normalizer' of classifier-onnx is not one of none, tweet-v1")
                .hasMessageContaining("The option 'max-tokens' is 2, not at least 3")
                .hasMessageContaining("The option 'token-budget' is 0, not at least 1")
                .hasMessageContaining("The option 'cache-size' is -1, not at least 0")
                .hasMessageContaining("'intra-op-threads' of classifier-onnx is not a whole number");
    }
}
