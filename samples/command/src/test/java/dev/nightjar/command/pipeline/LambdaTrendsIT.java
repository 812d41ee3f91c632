/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.command.Launched;
import dev.nightjar.source.twitter.testkit.FakeX;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of the 500 tweets that are made up, one in twenty comes five minutes late, and one in twenty comes twice. */
@Timeout(1800)
class LambdaTrendsIT {
    private static final long PATIENCE = 600;

    @TempDir
    private Path folder;

    @Test
    void killedInTheMiddleItGoesOnAndEachRunEndsWithEqualCountsAndABalancedLedger() throws Exception {
        try (Launched run = start("--rate", "20")) {
            await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                assertThat(run.isAlive()).as(run.output()).isTrue();
                return Files.exists(store()) && count() > 50;
            });
            run.kill();
        }
        assertThat(count()).as("tweets stored when it was killed").isLessThan(500);
        assertThat(end("--rate", "20")).contains("Continuing the run");

        Path report = folder.resolve("windows.md");
        assertThat(end("--report", report.toString()))
                .contains("Keeping the run's state in")
                .containsPattern("\\+ repeated +[12]\\d ");
        assertThat(Files.readAllLines(report))
                .filteredOn(line -> line.matches("\\| (tumbling|sliding|session) \\| (stream|batch) .*"))
                .hasSize(6)
                .allMatch(line -> line.endsWith(" 0 |"));
        assertThat(folder.resolve("windows.svg")).content().startsWith("<svg").endsWith("</svg>\n");
    }

    @Test
    void liveItEndsAfterItsCountWithEqualCounts() throws Exception {
        try (FakeX x = FakeX.builder().postsPerSecond(100).start()) {
            Path credentials =
                    Files.writeString(folder.resolve("x.properties"), "bearer_token = " + x.bearerToken() + "\n");
            try (Launched run = Launched.start(
                    folder,
                    "lambda-trends",
                    "--headless",
                    "--count",
                    "20",
                    "--topic-prefix",
                    "my.",
                    "--credentials",
                    credentials.toString(),
                    "--base-url",
                    x.uri().toString())) {
                int exit = run.await(PATIENCE);
                assertThat(run.output())
                        .contains("Added the rule " + LambdaTrendsCommand.RULE)
                        .containsPattern("published to the topic +20\\b")
                        .containsPattern("Topic my\\.tweets +20 records")
                        .containsPattern("Topic my\\.top_hashtags +[1-9]")
                        .contains("They agree: the difference is empty.", "It balances");
                assertThat(exit).isZero();
            }
        }
    }

    /** What a run prints that comes to its end. */
    private String end(String... more) throws Exception {
        try (Launched run = start(more)) {
            int exit = run.await(PATIENCE);
            assertThat(run.output())
                    .contains("They agree: the difference is empty.")
                    .contains("It balances")
                    .containsPattern("= stored, one row an id +500")
                    .containsPattern("Topic hashtags +[1-9]\\d*")
                    .containsPattern("Topic top_tweets +[1-9]\\d*")
                    .containsPattern("Topic top_hashtags +[1-9]\\d*")
                    .containsPattern("(?m)^2026-01-01 00:\\d\\d .* batch$")
                    .containsPattern("(?m)^2026-01-01 00:\\d\\d .* stream$");
            assertThat(exit).isZero();
            return run.output();
        }
    }

    private Launched start(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "lambda-trends", "--count", "500", "--headless", "--window", "3m", "--watermark", "6m", "--state"));
        arguments.add(folder.resolve(Launched.SPACED).toString());
        arguments.addAll(List.of(more));
        return Launched.start(folder, arguments.toArray(String[]::new));
    }

    private Path store() {
        return folder.resolve(Launched.SPACED).resolve("tweets.db");
    }

    private long count() {
        try (SqliteTweets reader = SqliteTweets.open(store())) {
            return reader.count();
        }
    }
}
