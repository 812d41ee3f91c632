/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.Credential;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwitterStreamConfigTest {
    private static final Credential TOKEN = Credential.literal("canary-token-4711");

    @Test
    void theTokenIsNeverSentInTheClear() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.builder(TOKEN)
                        .baseUrl(URI.create("http://api.x.com"))
                        .build())
                .withMessageContaining("use https");
    }

    @Test
    void everyFaultIsNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.builder(TOKEN)
                        .baseUrl(URI.create("api.x.com"))
                        .stallLimit(Duration.ZERO)
                        .queueCapacity(0)
                        .build())
                .satisfies(e -> assertThat(e.faults()).hasSize(3));
    }

    @Test
    void optionsAreReadFromAMap() {
        TwitterStreamConfig config = TwitterStreamConfig.fromMap(
                Map.of("bearer-token", "env:X_BEARER", "base-url", "http://localhost:8080", "stall-limit", "30s"));
        assertThat(config)
                .isEqualTo(TwitterStreamConfig.builder(Credential.env("X_BEARER"))
                        .baseUrl(URI.create("http://localhost:8080"))
                        .stallLimit(Duration.ofSeconds(30))
                        .build());
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterStreamConfig.fromMap(Map.of("baerer-token", "secret-4711")))
                .withMessageContaining("bearer-token")
                .satisfies(e -> assertThat(e).hasMessageNotContaining("secret-4711"));
    }

    @Test
    void theTextOfAConfigurationHidesTheToken() {
        assertThat(TwitterStreamConfig.builder(TOKEN).build().toString()).doesNotContain("4711");
    }
}
