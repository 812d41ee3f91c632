/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.testkit.FactoryContract;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KafkaDeadLettersTest implements FactoryContract<KafkaDeadLetters> {
    @Override
    public KafkaDeadLetters fromMap(Map<String, String> options) {
        return KafkaDeadLetters.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of(
                "bootstrap-servers", "h:9092",
                "topic", "tweets.dead",
                "max-record-bytes", "2000000",
                "username", "wren",
                "password", "canary-one",
                "allow-insecure", "true");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of(
                "bootstrap-servers", "h:9093",
                "topic", "tweets.dead2",
                "max-record-bytes", "3000000",
                "username", "owl",
                "password", "canary-two",
                "allow-insecure", "false");
    }

    @Override
    public List<String> secrets() {
        return List.of("canary-one", "canary-two");
    }

    @Test
    void aLimitThatLeavesNoRoomIsRefused() {
        assertThatThrownBy(() -> KafkaDeadLetters.builder(KafkaConfig.of("h:9092"), "a b")
                        .maxRecordBytes(1000)
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "2 faults: The 'topic' 'a b' is not 1 to 249 letters, digits, dots, underscores and hyphens;"
                                + " The 'max-record-bytes' of dead letters, 1000, is less than 131072");
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
