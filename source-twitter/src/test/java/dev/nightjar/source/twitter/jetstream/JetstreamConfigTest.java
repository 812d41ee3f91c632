/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JetstreamConfigTest implements FactoryContract<JetstreamConfig> {
    @Override
    public JetstreamConfig fromMap(Map<String, String> options) {
        return JetstreamConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of("endpoint", "wss://example.org/subscribe", "stall-limit", "5s", "queue-capacity", "10");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of("endpoint", "ws://localhost:80/subscribe", "stall-limit", "6s", "queue-capacity", "11");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(JetstreamConfig.OPTIONS);
    }

    @Test
    void theBuilderAndTheMapSayTheSame() {
        JetstreamConfig config = JetstreamConfig.builder()
                .stallLimit(Duration.ofSeconds(5))
                .endpoint(URI.create("wss://example.org/subscribe"))
                .queueCapacity(10)
                .build();
        assertThat(config).isEqualTo(fromMap(options()));
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(JetstreamConfig.builder().build()).isEqualTo(fromMap(Map.of()));
    }

    @Test
    void everyFaultIsNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JetstreamConfig.builder()
                        .endpoint(URI.create("https://example.org"))
                        .stallLimit(Duration.ZERO)
                        .queueCapacity(0)
                        .build())
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "The option 'endpoint' is https://example.org, not wss://host/path, or ws:// for a server"
                                        + " of one's own",
                                "The option 'stall-limit' is 0s, not at least 1ms",
                                "The option 'queue-capacity' is 0, not at least 1"));
    }
}
