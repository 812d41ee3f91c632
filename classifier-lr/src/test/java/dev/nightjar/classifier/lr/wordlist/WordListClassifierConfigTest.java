/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WordListClassifierConfigTest implements FactoryContract<WordListClassifierConfig> {
    @Override
    public WordListClassifierConfig fromMap(Map<String, String> options) {
        return WordListClassifierConfig.fromMap(options);
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(WordListClassifierConfig.OPTIONS);
    }

    @Test
    void theOptionsAreTheTwoFiles() {
        assertThat(fromMap(options())).isEqualTo(WordListClassifierConfig.of(Path.of("model1"), Path.of("words1")));
    }
}
