/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.source.twitter.testkit.FakeX;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API without an account and the stream from it, as two processes. */
@Timeout(180)
class FakeXIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LIVE = Pattern.compile("samples/nightjar (live .*)");

    @TempDir
    private Path folder;

    @Test
    void whatFakeXSaysToTypeReadsAllItsPosts() throws Exception {
        try (Launched fake = Launched.start(
                folder, "fake-x", "--count", "120", "--rate", "400", "--credentials", folder + "/a folder/x")) {
            await().atMost(PATIENCE).until(() -> fake.output().contains("nightjar usage"));
            Matcher live = LIVE.matcher(fake.output());
            assertThat(live.find()).as(fake.output()).isTrue();
            try (Launched reader = Launched.start(folder, arguments(live.group(1)))) {
                assertThat(reader.await(PATIENCE.toSeconds()))
                        .as(reader.output())
                        .isZero();
                assertThat(tweets(reader)).isEqualTo(120);
            }
            assertThat(fake.await(PATIENCE.toSeconds())).as(fake.output()).isZero();
            assertThat(fake.output()).contains("120 of 120 match a rule", "120 posts read, 120 charged");
        }
    }

    @Test
    void aStreamThatIsToldToStopClosesAtOnceAndDeletesNoRule() throws Exception {
        Path credentials = folder.resolve("credentials");
        try (FakeX x = FakeX.builder().keepAlive(Duration.ofMinutes(5)).start()) {
            Files.writeString(credentials, "bearer_token = " + x.bearerToken());
            try (Launched reader = Launched.start(
                    folder,
                    "live",
                    "--rule",
                    "owl",
                    "--print",
                    "--base-url",
                    x.uri().toString(),
                    "--credentials",
                    credentials.toString())) {
                await().atMost(PATIENCE).until(() -> x.openStreams() == 1);
                x.publish("an owl");
                await().atMost(PATIENCE).until(() -> tweets(reader) == 1);
                reader.stop();
                assertThat(reader.await(10))
                        .as("of a process that a signal ended")
                        .isEqualTo(128 + 15);
                assertThat(reader.output()).contains("ended | 1 posts", "1 tweets printed", "The rule stays");
            }
            await().atMost(PATIENCE).until(() -> x.openStreams() == 0);
            assertThat(x.rules()).containsOnlyKeys("owl");
        }
    }

    private static long tweets(Launched reader) throws IOException {
        return reader.output().lines().filter(line -> line.startsWith("{\"")).count();
    }

    /** The words of a command, without the quotes that a shell takes away. */
    private static String[] arguments(String command) {
        return Pattern.compile("'([^']*)'|(\\S+)")
                .matcher(command)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toArray(String[]::new);
    }
}
