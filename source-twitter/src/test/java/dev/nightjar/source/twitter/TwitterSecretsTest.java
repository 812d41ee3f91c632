/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every kind of call in a JVM of its own with every logger at TRACE and looks for secrets in all it prints. */
class TwitterSecretsTest {
    private static final String UNAUTHORIZED = "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}";

    @Test
    void noLogAndNoErrorAtAnyLevelShowsASecret(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(printed).contains("INFO dev.nightjar.source.twitter", "done: 6 errors");
        // Key, secret and token each contain the word, encoded or not; so does the base 64 of key and secret.
        assertThat(printed).doesNotContainIgnoringCase("canary").doesNotContain("Y2FuYXJ5", "NhbmFyeS", "jYW5hcn");
    }

    /** Calls that work and calls that are refused, with a token of its own and with one that is obtained. */
    static final class Program {
        private static int errors;

        public static void main(String[] arguments) throws Exception {
            Path file = Files.writeString(
                    Path.of(arguments[0], "credentials"),
                    "consumer_key = canary-key\nconsumer_secret = canary-secret\n");
            for (TwitterCredentials credentials : List.of(
                    TwitterCredentials.bearer(Credential.literal("canary-token%2F4711")),
                    TwitterCredentials.file(file))) {
                try (FakeX x = server()) {
                    calls(x, credentials);
                }
            }
            try (FakeX x = server()) {
                usage(
                        x,
                        TwitterCredentials.consumer(
                                Credential.literal("canary-key"), Credential.literal("canary-wrong")));
                usage(x, TwitterCredentials.bearer(Credential.literal("canary\ntoken")));
            }
            System.out.println("done: " + errors + " errors");
            System.exit(0); // the JDK's client has threads that would keep this JVM for a while
        }

        private static FakeX server() {
            FakeX x = FakeX.builder()
                    .bearerToken("canary-token%2F4711")
                    .consumer("canary-key", "canary-secret")
                    .start();
            Instant at = Instant.now().minusSeconds(600);
            x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), "an owl", at));
            return x;
        }

        private static void usage(FakeX x, TwitterCredentials credentials) {
            attempt(() -> TwitterApi.open(credentials, x.uri(), Duration.ZERO).usage());
        }

        private static void calls(FakeX x, TwitterCredentials credentials) throws Exception {
            System.out.println(credentials);
            TwitterApi api = TwitterApi.open(credentials, x.uri(), Duration.ZERO);
            System.out.println(api.rules().add(List.of(StreamRule.of("owl", "birds"))));
            System.out.println(api.usage());
            TwitterSearchConfig search = TwitterSearchConfig.builder(credentials, TweetQuery.term("owl"))
                    .baseUrl(x.uri())
                    .build();
            System.out.println(search);
            x.faults(
                    "/2/tweets/search/recent",
                    Fault.noAnswer(),
                    Fault.answer(401, UNAUTHORIZED),
                    Fault.answer(401, UNAUTHORIZED));
            attempt(() -> read(search));
            TwitterStreamConfig stream =
                    TwitterStreamConfig.builder(credentials).baseUrl(x.uri()).build();
            System.out.println(stream);
            try (TweetSource source = stream.open()) {
                x.publish("another owl");
                System.out.println(source.poll(Duration.ofSeconds(5)));
            }
            x.faults(Fault.answer(401, UNAUTHORIZED), Fault.answer(401, UNAUTHORIZED));
            attempt(() -> {
                stream.open().close();
                return true;
            });
        }

        private static boolean read(TwitterSearchConfig search) throws InterruptedException {
            try (TweetSource source = search.open()) {
                while (!source.isExhausted()) {
                    System.out.println(source.poll(Duration.ofSeconds(10)));
                }
            }
            return true;
        }

        private static void attempt(Callable<?> call) {
            try {
                System.out.println("unexpected: " + call.call());
            } catch (Exception e) {
                e.printStackTrace();
                errors++;
            }
        }
    }
}
