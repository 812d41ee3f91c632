/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.Sink;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class DeadLettersAgainIT {
    @Test
    void aTweetAmongTheDeadLettersIsPublishedAgainOnce() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
            byte[] tweet = TweetJson.toBytes(Tweets.tweet(0));
            try (KafkaTopics topics = KafkaTopics.open(kafka);
                    Sink<DeadLetter> letters =
                            KafkaDeadLetters.of(kafka, "tweets.dead-letters").open()) {
                topics.ensure("tweets", 2, 1, Map.of());
                letters.write(List.of(
                        new DeadLetter(DeadLetter.Stage.SINK, "expired", "Too old", "tweets-0-17", tweet),
                        new DeadLetter(
                                DeadLetter.Stage.DECODE,
                                "bad-json",
                                "No JSON",
                                "tweets-0-18",
                                "{".getBytes(StandardCharsets.UTF_8))));

                assertThat(Program.printed(DeadLettersAgain::main, broker.bootstrapServers()))
                        .contains("again: DeadLetter[SINK expired at tweets-0-17")
                        .contains("no tweet, bad-json: DeadLetter[DECODE bad-json at tweets-0-18");
                assertThat(Program.printed(DeadLettersAgain::main, broker.bootstrapServers()))
                        .isEmpty();
                assertThat(topics.describe("tweets").size()).isEqualTo(1);
            }
        }
    }
}
