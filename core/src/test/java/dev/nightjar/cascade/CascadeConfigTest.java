/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import dev.nightjar.testkit.KeywordClassifier;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CascadeConfigTest implements FactoryContract<CascadeConfig> {
    private static final KeywordClassifier.Factory FIRST = KeywordClassifier.sentiment();
    private static final KeywordClassifier.Factory SECOND =
            KeywordClassifier.sentiment().name("slow");

    @Override
    public CascadeConfig fromMap(Map<String, String> options) {
        return CascadeConfig.fromMap(FIRST, SECOND, options);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(CascadeConfig.builder(FIRST, SECOND));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(CascadeConfig.OPTIONS);
    }

    @Test
    void aMarginBeyondTheScoresIsRefused() {
        for (double margin : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() ->
                            CascadeConfig.builder(FIRST, SECOND).margin(margin).build())
                    .withMessage("The option 'margin' is " + margin + ", not from 0.0 to 1.0");
        }
    }

    @Test
    void otherClassifiersMakeAnotherConfiguration() {
        assertThat(CascadeConfig.builder(FIRST, SECOND).build())
                .isEqualTo(CascadeConfig.builder(FIRST, SECOND).margin(0.5).build())
                .isNotEqualTo(CascadeConfig.builder(SECOND, FIRST).build())
                .isNotEqualTo(CascadeConfig.builder(FIRST, FIRST).build());
    }
}
