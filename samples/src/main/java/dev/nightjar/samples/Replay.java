/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.PositionStore;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.replay.ReplayConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * Publishes recorded tweets to the topic {@code tweets}, a hundred times as fast as they were written. Its place in the
 * file is kept next to the file: however it ends, it continues there when started again. Arguments: Kafka's servers,
 * the file.
 */
final class Replay {
    private Replay() {}

    public static void main(String[] args) {
        KafkaConfig kafka = KafkaConfig.of(args[0]);
        Path file = Path.of(args[1]);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("tweets", -1, -1, Map.of());
        }
        try (TweetPublisher publisher = TweetPublisher.builder(
                        ReplayConfig.file(file).speed(100).build(), kafka, "tweets")
                .positions(PositionStore.file(Path.of(file + ".position")))
                .deadLetters(KafkaDeadLetters.of(kafka, "tweets.dead-letters"))
                .build()) {
            publisher.run();
            System.out.println(publisher.counts());
        }
    }
}
