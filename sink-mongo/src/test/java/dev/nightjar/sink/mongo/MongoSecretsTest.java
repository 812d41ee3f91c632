/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the sink in a JVM of its own with every logger at TRACE and looks for secrets and texts in all it prints. */
class MongoSecretsTest {
    private static final String TEXT = "canary-text sings at night";

    @Test
    void noLogAtAnyLevelShowsASecretOrAText(@TempDir Path directory) throws Exception {
        Path log = directory.resolve("log.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).contains("DEBUG org.mongodb.driver", "Command \"update\" started", "done: 3 outcomes");
        assertThat(printed.contains("canary"))
                .as("a secret or a text is in the log")
                .isFalse();
    }

    /** A write that works, and a login that is refused. */
    static final class Program {
        public static void main(String[] arguments) throws IOException {
            int outcomes = 0;
            try (StubMongo mongo = new StubMongo()) {
                MongoSinkConfig works = MongoSinkConfig.builder(mongo.uri()).build();
                System.out.println(works);
                try (Sink<ClassifiedTweet> sink = works.open()) {
                    sink.write(List.of(ClassifiedTweet.of(Tweets.tweet(0, TEXT), Map.of())));
                    outcomes++;
                }
                mongo.answer("saslStart", "{ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'no'}");
                for (MongoSinkConfig refused : List.of(
                        MongoSinkConfig.builder(mongo.uri())
                                .login("robin", Credential.literal("canary-password"))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        MongoSinkConfig.builder(mongo.uri().replace("://", "://robin:canary-password@"))
                                .build())) {
                    System.out.println(refused);
                    try {
                        refused.open();
                    } catch (RuntimeException e) {
                        e.printStackTrace();
                        outcomes++;
                    }
                }
            }
            System.out.println("done: " + outcomes + " outcomes");
        }
    }
}
