/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the sink in a JVM with every logger at its finest, and looks for secrets and texts in all its output. */
class InfluxSecretsTest {
    @Test
    void noLogAtAnyLevelShowsASecretOrAText(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log.txt");
        Path logging = Files.writeString(directory.resolve("logging.properties"), """
                handlers = java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = ALL
                okhttp3.level = ALL
                com.influxdb.level = ALL
                """);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-Djava.util.logging.config.file=" + logging,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).contains("FINE: ", "refuses the token", "done: 3 outcomes");
        assertThat(printed.contains("canary"))
                .as("a secret or a text is in the log")
                .isFalse();
    }

    /** A write that works, one that is refused for its content, and a token that is refused. */
    static final class Program {
        public static void main(String[] arguments) {
            int outcomes = 0;
            try (InfluxServer server = InfluxServer.inMemory()) {
                InfluxSinkConfig works = server.config().build();
                System.out.println(works);
                List<ClassifiedTweet> batch =
                        List.of(ClassifiedTweet.of(Tweets.tweet(0, "canary-text sings at night"), Map.of()));
                try (Sink<ClassifiedTweet> sink = works.open()) {
                    sink.write(batch);
                    outcomes++;
                    server.answer(1, 400, "{\"error\":\"unable to parse 'canary-text'\"}");
                    try {
                        sink.write(batch);
                    } catch (RuntimeException e) {
                        e.printStackTrace();
                        outcomes++;
                    }
                }
                try {
                    server.config()
                            .token(Credential.literal("canary-wrong"))
                            .build()
                            .open();
                } catch (RuntimeException e) {
                    e.printStackTrace();
                    outcomes++;
                }
            }
            System.out.println("done: " + outcomes + " outcomes");
        }
    }
}
