/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.testkit.FactoryContract;
import dev.nightjar.testkit.TweetSourceContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaySyntheticContractTest implements TweetSourceContract, FactoryContract<ReplayConfig> {
    @Override
    public TweetSourceFactory factory() {
        return ReplayConfig.synthetic().count(1_000).batchSize(batchSize()).build();
    }

    @Override
    public int batchSize() {
        return 50;
    }

    @Override
    public Optional<ReplayConfig> silent() {
        return Optional.of(ReplayConfig.synthetic().speed(1e-6).build());
    }

    @Override
    public ReplayConfig fromMap(Map<String, String> options) {
        return ReplayConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of("speed", "2.5", "count", "10", "seed", "7", "start", "2025-01-01T00:00:00Z");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of(
                "speed", "0.1",
                "max-rate", "50",
                "count", "11",
                "batch-size", "100",
                "seed", "-7",
                "start", "2025-01-02T00:00:00Z");
    }

    @Test
    void thePositionOfAnotherSeedOrStartIsRefused() {
        SourcePosition position;
        try (ReplaySource source = ReplayConfig.synthetic().seed(7).build().open()) {
            Replays.poll(source);
            position = source.position();
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ReplayConfig.synthetic().seed(8).build().open(position))
                .withMessageContaining("seed 8");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ReplayConfig.synthetic()
                        .seed(7)
                        .start(ReplayConfig.DEFAULT_START.plusSeconds(1))
                        .build()
                        .open(position));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "synthetic1:1:1767225600000:9999999999999999",
                "synthetic1:1:1767225600000:-1",
                "file1:0:e3b0c44298fc1c14:0:0:1:0:0:1:1:1",
                "file1:0:e3b0c44298fc1c14:0:0:1:0:0:1:1:9999999999999999999",
                "file1:0:e3b0c44298fc1c14:0:-5:-1:-3:0:1:1:1:1",
                ":",
                "0"
            })
    void aPositionOfAnotherKindOrADamagedOneIsRefused(String token) {
        for (ReplayConfig config : new ReplayConfig[] {
            ReplayConfig.synthetic().build(),
            ReplayConfig.file(Path.of("pom.xml")).build()
        }) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> config.open(new SourcePosition(token)).close());
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedAllAtOnce() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        ReplayConfig.fromMap(Map.of("loop", "true", "format", "x", "speed", "-1", "batch-size", "0")))
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "The option 'speed' is -1.0, not above 0",
                                "The option 'batch-size' is 0, not from 1 to 100000",
                                "The option 'format' needs the option 'file'",
                                "The option 'loop' needs the option 'file'"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ReplayConfig.file(Path.of("x"))
                        .seed(1)
                        .speed(Double.NaN)
                        .build())
                .satisfies(e -> assertThat(e.faults()).hasSize(2));
    }

    @Test
    void withoutACountItNeverEnds() {
        try (ReplaySource source = ReplayConfig.synthetic().build().open()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Replays.poll(source).tweets()).hasSize(ReplayConfig.DEFAULT_BATCH_SIZE);
                assertThat(source.isExhausted()).isFalse();
            }
        }
    }
}
