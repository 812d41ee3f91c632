/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KafkaDeadLettersTest implements FactoryContract<KafkaDeadLetters> {
    @Override
    public KafkaDeadLetters fromMap(Map<String, String> options) {
        return KafkaDeadLetters.fromMap(options);
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
        return Optional.of(KafkaDeadLetters.OPTIONS);
    }

    @Test
    void theClusterIsThatOfItsOwnConfiguration() {
        Map<String, String> cluster = Map.of(
                "bootstrap-servers", "h:9092",
                "username", "wren",
                "password", "canary-one",
                "kafka.linger.ms", "20",
                "kafka.ssl.key.password", "canary-two");
        Map<String, String> whole = new HashMap<>(cluster);
        whole.put("topic", "tweets.dead");
        KafkaConfig kafka = KafkaConfig.fromMap(cluster);
        KafkaDeadLetters read = fromMap(whole);
        assertThat(read).isEqualTo(KafkaDeadLetters.of(kafka, "tweets.dead"));
        assertThat(KafkaConfig.of(read)).isEqualTo(kafka);
        assertThat(read.toString()).contains("kafka.linger.ms=20").doesNotContain("canary");
    }

    @Test
    void aClusterThatIsRefusedIsRefusedHereToo() {
        assertThatThrownBy(() -> fromMap(Map.of(
                        "bootstrap-servers", "h:9092",
                        "topic", "tweets.dead",
                        "kafka.security.protocol", "SASL_PLAINTEXT")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Credentials over a connection without TLS are refused");
        assertThatThrownBy(() -> fromMap(Map.of(
                        "bootstrap-servers", "h:9092", "topic", "tweets.dead", "kafka.partitioner.class", "evil.P")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The option 'kafka.partitioner.class' of kafka-dead-letters is refused: it makes the client"
                        + " run other code");
    }

    @Test
    void aLimitThatLeavesNoRoomIsRefused() {
        assertThatThrownBy(() -> KafkaDeadLetters.builder(KafkaConfig.of("h:9092"), "a b")
                        .maxRecordBytes(1000)
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("2 faults: The option 'topic' is 'a b', not 1 to 249 letters, digits, dots, underscores and"
                        + " hyphens; The option 'max-record-bytes' is 1000, not at least 131072");
    }

    @Test
    void aRecordThatIsNoDeadLetterIsNotReadAsOne() {
        ConsumerRecord<byte[], byte[]> other =
                new ConsumerRecord<>("t", 1, 7, "k".getBytes(UTF_8), "canary".getBytes(UTF_8));
        assertThatThrownBy(() -> KafkaDeadLetters.decode(other))
                .isInstanceOf(DataException.class)
                .hasMessage("The record t-1-7 has no header 'nightjar.err.stage' of a dead letter");
        assertThatThrownBy(() -> KafkaDeadLetters.decode(new ConsumerRecord<>("t", 1, 8, null, null)))
                .isInstanceOf(DataException.class);
    }
}
