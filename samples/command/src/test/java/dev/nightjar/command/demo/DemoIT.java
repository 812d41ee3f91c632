/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.command.Launched;
import dev.nightjar.command.pipeline.SqliteTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class DemoIT {
    private static final long PATIENCE = 240;

    @TempDir
    private Path folder;

    @Test
    void aDemoKilledInMidStreamGoesOnAndHoldsEachTweetOnce() throws Exception {
        String[] arguments = {"--count", "800", "--rate", "250", "--seed", "7"};
        try (Launched demo = demo(arguments)) {
            await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                assertThat(demo.isAlive()).as(demo.output()).isTrue();
                return Files.exists(store()) && count() > 200;
            });
            demo.kill();
        }
        assertThat(count()).as("tweets stored when it was killed").isLessThan(800);
        try (Launched demo = demo(arguments)) {
            int exit = demo.await(PATIENCE);
            assertThat(demo.output()).contains("Continuing the run").contains("It balances");
            assertThat(exit).isZero();
        }
        assertThat(stored())
                .hasSize(800)
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion", "sentiment"));
    }

    @Test
    void aDamagedLineIsSetAsideAndTheOthersAreStored() throws Exception {
        Path file = folder.resolve("tweets.jsonl");
        Files.writeString(file, """
                {"id":"1745000000000000001","text":"What a lovely morning","created_at":"2024-01-10T10:00:00.000Z"}
                {"id":"1745000000000000002","text":"cut off in the mid
                {"id":"1745000000000000003","text":"","created_at":"2024-01-10T10:00:02.000Z"}
                <html>not a tweet</html>
                {"id":"1745000000000000004","text":"I miss you","created_at":"2024-01-10T10:00:03.000Z"}
                """);
        try (Launched demo = demo("--from", file.toString())) {
            int exit = demo.await(PATIENCE);
            assertThat(demo.output())
                    .containsPattern("unreadable at the source +2 ")
                    .contains("It balances");
            assertThat(exit).isZero();
        }
        List<ClassifiedTweet> stored = stored();
        assertThat(stored)
                .extracting(record -> record.tweet().id())
                .containsExactly("1745000000000000001", "1745000000000000003", "1745000000000000004");
        assertThat(stored.get(1).classifications().values())
                .as("the answers for a tweet without words")
                .allSatisfy(answer -> assertThat(answer.top()).isEmpty());
    }

    /** On a terminal, which waits for a person at the end, who may press Ctrl-C. */
    @Test
    void theLedgerIsThereBeforeThePauseAndThePageSaysThatItIsOver() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/script"))).isTrue();
        int port = EmbeddedKafka.freePort();
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "-qefc",
                        "bash ../nightjar demo --count 30 --rate 100 --port " + port + " --state '" + state() + "'",
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Launched.QUICK);
        builder.environment()
                .putAll(Map.of(
                        "NIGHTJAR_BUILD", "never",
                        "NIGHTJAR_HOME", folder.toString(),
                        "JAVA_HOME", System.getProperty("java.home")));
        Process demo = builder.start();
        try {
            await().atMost(Duration.ofSeconds(PATIENCE)).until(() -> {
                assertThat(demo.isAlive()).as(Files.readString(output)).isTrue();
                return Files.readString(output).contains("until you press Enter");
            });
            assertThat(Files.readString(output)).contains("It balances").doesNotContain(" .0 tweets/s");
            try (BufferedReader page = new BufferedReader(new InputStreamReader(
                    URI.create("http://localhost:" + port + "/events").toURL().openStream(), StandardCharsets.UTF_8))) {
                assertThat(page.lines().filter(line -> line.startsWith("data:")).findFirst())
                        .hasValueSatisfying(told -> assertThat(told)
                                .contains("\"phase\":\"finished, all is stored\"", "\"stored\":30,", "\"lag\":0,"));
            }
            demo.getOutputStream().write('\n');
            demo.getOutputStream().flush();
            assertThat(demo.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isZero();
        } finally {
            demo.destroy();
        }
    }

    private Launched demo(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 4];
        all[0] = "demo";
        all[1] = "--headless";
        all[2] = "--state";
        all[3] = state().toString();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return Launched.start(folder, all);
    }

    private Path store() {
        return state().resolve("tweets.db");
    }

    private Path state() {
        return folder.resolve(Launched.SPACED);
    }

    private long count() {
        try (SqliteTweets reader = SqliteTweets.open(store())) {
            return reader.count();
        }
    }

    private List<ClassifiedTweet> stored() {
        try (SqliteTweets reader = SqliteTweets.open(store())) {
            List<ClassifiedTweet> stored = new ArrayList<>();
            reader.forEach(stored::add);
            return stored;
        }
    }
}
