/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import dev.nightjar.testkit.TweetSourceContract;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    public Map<String, List<String>> examples() {
        return Map.of(
                "speed", List.of("2.5", "0.1"),
                "max-rate", List.of("1000", "50"),
                "seed", List.of("7", "-7"),
                "start", List.of("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z"));
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(ReplayConfig.synthetic());
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(ReplayConfig.OPTIONS);
    }

    @Override
    public Set<String> triedElsewhere() {
        return Set.of("file", "format", "loop", "columns", "id-from", "max-record-bytes");
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
                        .start(Instant.parse("2026-01-01T00:00:01Z"))
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
        assertThat(refused(Map.of(
                        "speed", "-1",
                        "max-rate", "NaN",
                        "count", "0",
                        "batch-size", "0",
                        "max-record-bytes", "1023",
                        "start", "2070-01-01T00:00:00Z",
                        "file", " ")))
                .containsExactly(
                        "The option 'file' is not a path",
                        "The option 'speed' is -1.0, not a number above 0, or max",
                        "The option 'max-rate' is NaN, not a number above 0, or max",
                        "The option 'count' is 0, not at least 1",
                        "The option 'batch-size' is 0, not from 1 to 100000",
                        "The option 'max-record-bytes' is 1023, not from 1024 to 33554432",
                        "The option 'start' is 2070-01-01T00:00:00Z, not a time in the years 2011 to 2069, ISO-8601");
        assertThat(refused(Map.of("speed", "fast", "start", "yesterday")))
                .containsExactly(
                        "The option 'speed' of source-replay is not a number, or max",
                        "The option 'start' of source-replay is not a time such as 2026-01-01T00:00:00Z");
        assertThat(refused(Map.of("loop", "true", "format", "auto", "max-record-bytes", "2048")))
                .containsExactly(
                        "The option 'format' needs the option 'file'",
                        "The option 'loop' needs the option 'file'",
                        "The option 'max-record-bytes' needs the option 'file'");
        assertThat(refused(Map.of("file", "x", "seed", "1", "start", "2026-01-01T00:00:00Z")))
                .as("also set to what they are by default")
                .containsExactly(
                        "The option 'seed' is for tweets that are made up, not for those of a 'file'",
                        "The option 'start' is for tweets that are made up, not for those of a 'file'");
    }

    private static List<String> refused(Map<String, String> options) {
        return catchThrowableOfType(ConfigException.class, () -> ReplayConfig.fromMap(options))
                .faults();
    }

    @Test
    void aConfigurationCanBeginWithAnother() {
        ReplayConfig config =
                fromMap(Map.of("speed", "2.5", "count", "10", "seed", "7", "start", "2025-01-01T00:00:00Z"));
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config.toBuilder().speed(Double.POSITIVE_INFINITY).build())
                .isNotEqualTo(config)
                .asString()
                .isEqualTo("ReplayConfig[count=10, seed=7, start=2025-01-01T00:00:00Z]");
    }

    @Test
    void withoutACountItNeverEnds() {
        try (ReplaySource source = ReplayConfig.synthetic().build().open()) {
            for (int i = 0; i < 20; i++) {
                assertThat(Replays.poll(source).tweets()).hasSize(500);
                assertThat(source.isExhausted()).isFalse();
            }
        }
    }
}
