/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ReplayIT {
    @Test
    void aFileIsPublishedOnceAndGoneOnWithWhenItGrows(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tweets.jsonl");
        String lines = """
                {"id":"1745000000000000001","text":"What a lovely morning","created_at":"2024-01-10T10:00:00.000Z"}
                {"id":"1745000000000000002","text":"cut off in the mid
                {"id":"1745000000000000003","text":"I miss you","created_at":"2024-01-10T10:00:02.000Z"}
                """;
        Files.writeString(file, lines);
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                KafkaTopics topics = KafkaTopics.open(KafkaConfig.of(broker.bootstrapServers()))) {
            topics.ensure("tweets", 3, 1, Map.of());
            assertThat(Program.printed(Replay::main, broker.bootstrapServers(), file.toString()))
                    .contains("out=2");
            assertThat(Program.printed(Replay::main, broker.bootstrapServers(), file.toString()))
                    .contains("out=0");
            assertThat(topics.describe("tweets").size()).isEqualTo(2);
            assertThat(topics.describe("tweets.dead-letters").size()).isEqualTo(1);
        }
    }
}
