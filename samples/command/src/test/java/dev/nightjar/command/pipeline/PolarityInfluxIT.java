/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.Classification;
import dev.nightjar.command.Launched;
import dev.nightjar.kafka.ClassifiedTweetSerde;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TopicReader;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class PolarityInfluxIT {
    private static final long PATIENCE = 280;

    @TempDir
    private Path folder;

    @Test
    void killedInMidStreamItGoesOnAndTheNextRunBeginsAnew() throws Exception {
        String[] arguments = {"--count", "500", "--rate", "100"};
        try (Launched run = polarity(arguments)) {
            await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                assertThat(run.isAlive()).as(run.output()).isTrue();
                return Files.exists(store()) && stored() > 100;
            });
            run.kill();
        }
        assertThat(stored()).as("tweets stored when it was killed").isLessThan(500);
        for (String begin : List.of("Continuing the run", "Keeping the run's state")) {
            try (Launched run = polarity(arguments)) {
                int exit = run.await(PATIENCE);
                assertThat(run.output())
                        .contains(begin)
                        .containsPattern("(?s)from the store.*It balances.*from twitterdata-clean.*It balances")
                        .containsPattern("Offsets of twitterdata as the group nightjar-polarity-influx: partition 0 at "
                                + "(\\d+) of \\1, lag 0; partition 1 at (\\d+) of \\2, lag 0")
                        .containsPattern("Polarity: \\d+ positive, \\d+ neutral, \\d+ negative, \\d+ without");
                assertThat(exit).isZero();
            }
            assertThat(stored()).isEqualTo(500);
        }
    }

    @Test
    void anInfluxDbHasEachTweetWithItsPolarityAndTheTopicEachIdAsItsKey() throws Exception {
        try (InfluxStub influx = new InfluxStub();
                EmbeddedKafka broker = EmbeddedKafka.start();
                KafkaTopics topics = KafkaTopics.open(KafkaConfig.of(broker.bootstrapServers()))) {
            try (Launched run = polarity(
                    "--count",
                    "80",
                    "--influx-url",
                    influx.url(),
                    "--influx-token",
                    "none",
                    "--bootstrap-servers",
                    broker.bootstrapServers(),
                    "--neutral-band",
                    "1")) {
                int exit = run.await(PATIENCE);
                assertThat(run.output())
                        .containsPattern("(?s)from influx.*It balances.*from twitterdata-clean.*It balances")
                        .containsPattern("Polarity: 0 positive, \\d+ neutral, 0 negative, \\d+ without");
                assertThat(exit).isZero();
            }
            assertThat(Files.exists(store())).as("a file besides the database").isFalse();
            assertThat(influx.points).hasSize(80);
            assertThat(influx.points.values())
                    .allSatisfy(point -> assertThat(point)
                            .containsPattern("sentiment\\.polarity=-?[0-9.E-]+|sentiment\\.rejected=\"language\"")
                            .contains("author_username=", "author_followers_count=", "retweet_count=", "like_count="));
            Set<String> keys = new HashSet<>();
            List<Double> polarities = new ArrayList<>();
            TopicReader.readAll(KafkaConfig.of(broker.bootstrapServers()), "twitterdata-clean", record -> {
                var tweet = new ClassifiedTweetSerde().deserialize("twitterdata-clean", record.value());
                keys.add(new String(record.key(), UTF_8));
                assertThat(tweet.tweet().id()).isEqualTo(new String(record.key(), UTF_8));
                Classification answer = tweet.classifications().get("sentiment");
                if (answer instanceof Classification.Scored scored) {
                    polarities.add(scored.polarity().orElseThrow());
                } else {
                    assertThat(answer)
                            .isEqualTo(new Classification.Rejected(answer.model(), Classification.Reason.LANGUAGE));
                }
            });
            assertThat(keys).isEqualTo(influx.points.keySet());
            assertThat(polarities).anyMatch(value -> value > 0.5).anyMatch(value -> value < -0.5);
            assertThat(topics.lag("twitterdata", "nightjar-polarity-influx").values())
                    .allMatch(lag -> lag == 0);
        }
    }

    private Launched polarity(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("polarity-influx", "--headless", "--state", state().toString()));
        all.addAll(List.of(arguments));
        return Launched.start(folder, all.toArray(String[]::new));
    }

    private Path state() {
        return folder.resolve(Launched.SPACED);
    }

    private Path store() {
        return state().resolve("tweets.db");
    }

    private long stored() {
        try (SqliteTweets reader = SqliteTweets.open(store())) {
            return reader.count();
        }
    }
}
