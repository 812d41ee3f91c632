/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.command.Launched;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(1_500)
class ArchiveConsoleIT {
    private static final long PATIENCE = 400;

    @TempDir
    private Path folder;

    @Test
    void killedAndStartedAgainAndRunAnewItPrintsWholeTablesAndLosesNothing() throws Exception {
        String[] arguments = {
            "archive-console",
            "--headless",
            "--count",
            "500",
            "--every",
            "1s",
            "--min-likes",
            "1000",
            "--change",
            "-500",
            "--interval",
            "5s"
        };
        try (Launched run = Launched.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                assertThat(run.isAlive()).as(run.output()).isTrue();
                return run.output().contains("Batch 0: ");
            });
            run.kill();
        }
        for (String begins : List.of("Continuing the run", "Keeping the run's state")) {
            try (Launched run = Launched.start(folder, arguments)) {
                int exit = run.await(PATIENCE);
                assertThat(run.output()).contains(begins, "the posts are made up", "It balances");
                assertThat(run.output())
                        .containsPattern("\\|2023-02-1[23] \\d\\d:\\d\\d:\\d\\d\\|@\\w+ *\\| *\\d+\\| *en *\\|")
                        .as("a text of more than 20 characters")
                        .containsPattern("(?i)superbowl [^|.]{20}");
                assertThat(exit).isZero();
            }
        }
        assertThat(folder.resolve("home").resolve("x-spend"))
                .as("the count of what was read from X, which this is not")
                .doesNotExist();
    }
}
