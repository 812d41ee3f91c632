/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddingLrClassifierConfigTest implements FactoryContract<EmbeddingLrClassifierConfig> {
    private static final WordVectors.Factory VECTORS = new WordVectors.Factory("word-vectors", 32);

    @Override
    public EmbeddingLrClassifierConfig fromMap(Map<String, String> options) {
        return EmbeddingLrClassifierConfig.fromMap(options, VECTORS);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of("sha256", List.of("0a".repeat(32), "0b".repeat(32)));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(EmbeddingLrClassifierConfig.OPTIONS);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(EmbeddingLrClassifierConfig.builder(Path.of(options().get("model")), VECTORS));
    }

    @Test
    void anotherEmbedderIsAnotherConfiguration() {
        assertThat(fromMap(options()))
                .isNotEqualTo(
                        EmbeddingLrClassifierConfig.fromMap(options(), new WordVectors.Factory("other-vectors", 32)));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> begun().abstainBelow(wrong).build())
                    .withMessage("The option 'abstain-below' is " + wrong + ", not from 0.0 to 1.0");
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> begun().sha256("0A".repeat(32)).build())
                .withMessage("The option 'sha256' is not 64 lower-case hexadecimal digits");
    }

    private static EmbeddingLrClassifierConfig.Builder begun() {
        return EmbeddingLrClassifierConfig.builder(Path.of("model.json"), VECTORS);
    }
}
