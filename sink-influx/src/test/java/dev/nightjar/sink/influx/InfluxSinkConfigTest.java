/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.Credential;
import dev.nightjar.testkit.FactoryContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfluxSinkConfigTest implements FactoryContract<InfluxSinkConfig> {
    @Override
    public InfluxSinkConfig fromMap(Map<String, String> options) {
        return InfluxSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "url", "https://influx.example.org:8087/base",
                "org", "birds",
                "bucket", "night",
                "token", "canary-token",
                "measurement", "seen",
                "counts-measurement", "counted",
                "timeout", "3s",
                "batch-size", "10",
                "batch-bytes", "100000",
                "omit-text", "true");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of(
                "url", "http://other.example.org",
                "org", "bats",
                "bucket", "day",
                "token", "canary-other-token",
                "measurement", "heard",
                "counts-measurement", "summed",
                "timeout", "4s",
                "batch-size", "11",
                "batch-bytes", "100001",
                "omit-text", "false");
    }

    @Override
    public List<String> secrets() {
        return List.of("canary-token", "canary-other-token");
    }

    @Test
    void theBuilderAndTheMapSayTheSame() {
        assertThat(InfluxSinkConfig.builder("https://influx.example.org:8087/base", "birds", "night")
                        .token(Credential.literal("canary-token"))
                        .measurement("seen")
                        .countsMeasurement("counted")
                        .timeout(Duration.ofSeconds(3))
                        .batchSize(10)
                        .batchBytes(100_000)
                        .omitText()
                        .build())
                .isEqualTo(fromMap(options()));
        assertThat(InfluxSinkConfig.builder("http://h", "o", "b").build())
                .isEqualTo(fromMap(Map.of("url", "http://h", "org", "o", "bucket", "b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#x", "", "_internal", "a b", "a,b", "a\\", "a\n", "\u00e9", "1a"})
    void aMeasurementThatWouldNeedCareIsRefused(String measurement) {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class,
                () -> InfluxSinkConfig.builder("http://h", "o", "b")
                        .measurement(measurement)
                        .build());
        assertThat(refused.faults())
                .containsExactly("The option 'measurement' is '" + measurement + "', not a letter and up to 63 letters,"
                        + " digits, '_', '-' and '.'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "influx:8086",
                "ftp://h",
                "http://",
                "http://robin:canary@h",
                "http://h?token=canary",
                "http://h#canary",
                "http://h h/canary"
            })
    void aUrlIsPlainAndIsNotQuotedWhenItIsNot(String url) {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class,
                () -> InfluxSinkConfig.builder(url, "o", "b").build());
        assertThat(refused.faults())
                .containsExactly(
                        "The option 'url' is not an address such as http://localhost:8086, without a user and a query");
        assertThat(refused.getCause()).isNull();
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        assertThat(catchThrowableOfType(
                                ConfigException.class,
                                () -> InfluxSinkConfig.builder("h", " ", "")
                                        .measurement("same")
                                        .countsMeasurement("same")
                                        .timeout(Duration.ZERO)
                                        .batchSize(5_001)
                                        .batchBytes(0)
                                        .build())
                        .faults())
                .hasSize(7);
    }

    @Test
    void theCountsFactoryIsEqualToThatOfAnEqualConfigurationOnly() {
        InfluxSinkConfig config = fromMap(options());
        assertThat(config.counts()).isEqualTo(fromMap(options()).counts()).isNotEqualTo(config);
        assertThat(config.counts()).hasSameHashCodeAs(fromMap(options()).counts());
        assertThat(config.counts()).isNotEqualTo(fromMap(alternatives()).counts());
        assertThat(config.counts()).asString().doesNotContain("canary");
    }
}
