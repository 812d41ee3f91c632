/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopicSinkConfigTest implements FactoryContract<TopicSinkConfig> {
    @Override
    public TopicSinkConfig fromMap(Map<String, String> options) {
        return TopicSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of("bootstrap-servers", List.of("h:9092", "h:9093"));
    }

    @Override
    public List<String> secrets() {
        return List.of("secret-password1", "secret-password2");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(TopicSinkConfig.OPTIONS);
    }

    @Test
    void aTopicOfAClusterIsThatOfItsOptions() {
        KafkaConfig kafka =
                KafkaConfig.builder("h:9092").property("linger.ms", "20").build();
        assertThat(TopicSinkConfig.of(kafka, "clean"))
                .isEqualTo(fromMap(Map.of("bootstrap-servers", "h:9092", "kafka.linger.ms", "20", "topic", "clean")));
    }
}
