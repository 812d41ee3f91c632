/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InfluxSinkConfigTest implements FactoryContract<InfluxSinkConfig> {
    @Override
    public InfluxSinkConfig fromMap(Map<String, String> options) {
        return InfluxSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of("url", List.of("https://influx.example.org:8087/base", "https://other.example.org"));
    }

    @Override
    public List<String> secrets() {
        return List.of("secret-token1", "secret-token2");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(InfluxSinkConfig.OPTIONS);
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(InfluxSinkConfig.builder(
                options().get("url"), options().get("org"), options().get("bucket")));
    }

    @Test
    void addressOrganizationAndBucketAreEnough() {
        assertThat(InfluxSinkConfig.builder("http://h", "o", "b").build())
                .isEqualTo(fromMap(Map.of("url", "http://h", "org", "o", "bucket", "b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"#x", "", "_internal", "a b", "a,b", "a\\", "a\n", "\u00e9", "1a"})
    void aMeasurementThatWouldNeedCareIsRefused(String measurement) {
        ConfigException refused =
                refused(InfluxSinkConfig.builder("http://h", "o", "b").measurement(measurement));
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
        ConfigException refused = refused(InfluxSinkConfig.builder(url, "o", "b"));
        assertThat(refused.faults())
                .containsExactly(
                        "The option 'url' is not an address such as http://localhost:8086, without a user and a query");
        assertThat(refused.getCause()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:8086", "http://127.evil.example:8086", "http://localhost.evil.example"})
    void aTokenIsNotSentInTheClearToAnotherMachineUnlessThatIsAllowed(String url) {
        InfluxSinkConfig.Builder builder =
                InfluxSinkConfig.builder(url, "o", "b").token(Credential.literal("canary"));
        assertThat(refused(builder).faults())
                .containsExactly("The token would be sent to " + url
                        + " for all to read; use https, or 'allow-insecure' on a network that you trust");
        assertThat(builder.allowInsecure().build().toString()).doesNotContain("canary");
        for (String safe :
                List.of("https://h:8086", "http://127.0.0.1:8086", "http://[::1]:8086", "http://LOCALHOST")) {
            assertThat(InfluxSinkConfig.builder(safe, "o", "b")
                            .token(Credential.literal("canary"))
                            .build())
                    .isNotNull();
        }
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        assertThat(refused(InfluxSinkConfig.builder("h", " ", "")
                                .measurement("#")
                                .timeout(Duration.ZERO)
                                .batchSize(5_001)
                                .batchBytes(0))
                        .faults())
                .containsExactly(
                        "The option 'url' is not an address such as http://localhost:8086, without a user and a query",
                        "sink-influx needs the option 'org'",
                        "sink-influx needs the option 'bucket'",
                        "The option 'measurement' is '#', not a letter and up to 63 letters, digits, '_', '-' and '.'",
                        "The option 'timeout' is 0s, not from 1ms to 576h",
                        "The option 'batch-size' is 5001, not from 1 to 5000",
                        "The option 'batch-bytes' is 0, not from 1 to 4194304");
        assertThat(refused(InfluxSinkConfig.builder("http://h", "o", "b")
                                .measurement("same")
                                .countsMeasurement("same"))
                        .faults())
                .containsExactly("The tweets and the counts need a measurement each, not both 'same'");
    }

    @Test
    void aConfigurationCanBeginWithAnother() {
        InfluxSinkConfig config = fromMap(options());
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config.toBuilder().batchSize(11).build()).isNotEqualTo(config);
    }

    @Test
    void theCountsFactoryIsEqualToThatOfAnEqualConfigurationOnly() {
        InfluxSinkConfig config = fromMap(options());
        assertThat(config.counts()).isEqualTo(fromMap(options()).counts()).isNotEqualTo(config);
        assertThat(config.counts()).hasSameHashCodeAs(fromMap(options()).counts());
        assertThat(config.counts()).isNotEqualTo(fromMap(alternatives()).counts());
        assertThat(config.counts()).asString().doesNotContain("canary");
    }

    private static ConfigException refused(InfluxSinkConfig.Builder builder) {
        return catchThrowableOfType(ConfigException.class, builder::build);
    }
}
