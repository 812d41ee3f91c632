/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.command.Launched;
import dev.nightjar.sink.hbase.HBaseCounts;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.store.StoredTweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(1200)
class KappaHBaseIT {
    private static final long PATIENCE = 400;

    @TempDir
    private Path folder;

    @Test
    void killedAndStartedAgainAndRunAnewItHoldsEachTweetAndEachCountOnce() throws Exception {
        try (MiniHBase cluster = MiniHBase.start(folder)) {
            HBaseSinkConfig config = HBaseSinkConfig.builder(cluster.quorum()).build();
            try (StoredTweets stored = config.read();
                    HBaseCounts counts = config.readCounts()) {
                String[] arguments = {
                    "kappa-hbase", "--headless", "--count", "500", "--rate", "100", "--hbase-quorum", cluster.quorum()
                };
                try (Launched run = Launched.start(folder, arguments)) {
                    await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                        assertThat(run.isAlive()).as(run.output()).isTrue();
                        return stored.count() > 50;
                    });
                    run.kill();
                }
                Map<String, Long> labels = Map.of();
                for (String begins : List.of("Continuing the run", "Keeping the run's state")) {
                    try (Launched run = Launched.start(folder, arguments)) {
                        int exit = run.await(PATIENCE);
                        assertThat(run.output())
                                .contains(begins, "Ledger, read from the topic and from hbase", "It balances")
                                .containsPattern("Batch \\d+: (\\d+ (negative|neutral|positive)(, )?)+")
                                .doesNotContain("SQLite");
                        assertThat(exit).isZero();
                    }
                    try (StoredTweets after = config.read()) {
                        Map<String, Long> now = after.labelCounts().get("sentiment");
                        assertThat(now).containsKeys("negative", "positive");
                        assertThat(labels.isEmpty() ? now : labels).isEqualTo(now);
                        labels = now;
                    }
                }
                assertThat(stored.newest(500))
                        .extracting(ClassifiedTweet::tweet)
                        .allSatisfy(tweet -> {
                            assertThat(tweet.lang()).isEqualTo("en");
                            assertThat(tweet.text()).isNotBlank();
                        });
                // All made-up tweets are of one window.
                labels.forEach((label, count) -> assertThat(counts.newest("sentiment", 9))
                        .filteredOn(row -> row.key().equals(label))
                        .allSatisfy(row -> assertThat(row.count()).isEqualTo(count)));
                assertThat(counts.newest("word", 100)).hasSize(100);
            }
        }
    }

    @Test
    void withoutADatabaseItKeepsAFileAndReadsATopicOfTheUsersChoice() throws Exception {
        Path words = Files.writeString(folder.resolve("words.csv"), "good\nbad");
        Path model = Files.writeString(
                folder.resolve("model.json"), "{\"weights\": [3.0, -3.0, 0.0, 0.0, 0.0, 0.0], \"intercept\": 0.5}");
        String[] arguments = {
            "kappa-hbase",
            "--headless",
            "--count",
            "500",
            "--topic",
            "birds",
            "--model",
            model + "?words=" + words,
            "--state",
            folder.resolve(Launched.SPACED).toString()
        };
        try (Launched run = Launched.start(folder, arguments)) {
            int exit = run.await(PATIENCE);
            assertThat(run.output())
                    .contains("Storing in the SQLite file", "published to birds", "It balances")
                    .containsPattern("Batch \\d+: .*\\d+ positive");
            assertThat(exit).isZero();
        }
    }

    @Test
    void liveItEndsAfterItsCount() throws Exception {
        try (FakeX x = FakeX.builder().postsPerSecond(100).start()) {
            Path credentials =
                    Files.writeString(folder.resolve("x.properties"), "bearer_token = " + x.bearerToken() + "\n");
            try (Launched run = Launched.start(
                    folder,
                    "kappa-hbase",
                    "--headless",
                    "--count",
                    "20",
                    "--rule",
                    "potus",
                    "--credentials",
                    credentials.toString(),
                    "--base-url",
                    x.uri().toString())) {
                int exit = run.await(PATIENCE);
                assertThat(run.output())
                        .containsPattern("published to the topic +20\\b")
                        .contains("It balances");
                assertThat(exit).isZero();
            }
        }
    }
}
