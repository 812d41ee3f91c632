/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.NightjarException;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.StaleConnections;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program of its own writes when everything is logged and much goes wrong. */
@Timeout(120)
class StreamSecretsTest {
    private static final String TOKEN = "AAAAcanary%2Ftoken%3D4711";
    private static final String KEY = "canaryKey4711";
    private static final String SECRET = "canarySecret4711";

    @TempDir
    private Path folder;

    @Test
    void noSecretIsInAnyLogAtItsFinestLevel() throws Exception {
        Path output = folder.resolve("output");
        Path logging = folder.resolve("logging.properties");
        Files.writeString(
                logging,
                "handlers=java.util.logging.ConsoleHandler\n.level=ALL\njava.util.logging.ConsoleHandler.level=ALL\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                        "-Djava.util.logging.config.file=" + logging,
                        "-Djdk.httpclient.HttpClient.log=errors,requests,content,trace,channel",
                        "-Djdk.internal.httpclient.debug=true",
                        Program.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output);
        assertThat(process.exitValue()).as(text).isZero();
        // What is looked for would be found: all the loggers wrote, and everything went wrong that should.
        assertThat(text)
                .contains(
                        "REQUEST: ",
                        "DEBUG: [HttpClient-1-SelectorManager]",
                        "nightjar-x-stream",
                        "No byte from the X API",
                        "UpstreamOperational")
                .contains("status 401", "does not know the consumer key", "TooManyConnections", "the end");
        String pair = Base64.getEncoder().encodeToString((KEY + ':' + SECRET).getBytes(StandardCharsets.UTF_8));
        assertThat(text)
                .doesNotContain("canary")
                .doesNotContain(pair)
                .doesNotContain("%3D4711", "=4711", "Key4711", "Secret4711");
    }

    /** Everything that may go wrong, with everything printed. */
    static final class Program {
        public static void main(String... arguments) throws Exception {
            try (FakeX x =
                    FakeX.builder().bearerToken(TOKEN).consumer(KEY, SECRET).start()) {
                x.addRule("owl", null);
                x.faults(
                        Fault.reset().after(1),
                        Fault.disconnectMessage("UpstreamOperationalDisconnect").after(1),
                        Fault.stall().after(1),
                        Fault.answer(401, "{\"title\":\"Unauthorized\",\"status\":401}"));
                stream(x, Path.of(arguments[0]));
                print(() -> config(x, "wrong").build().open());
                x.staleConnection();
                print(() -> config(x, SECRET).build().open());
                print(() -> config(x, SECRET)
                        .staleConnections(StaleConnections.KILL)
                        .build()
                        .open()
                        .close());
            }
            System.out.println("the end");
            System.exit(0);
        }

        private static void stream(FakeX x, Path folder) throws InterruptedException {
            TwitterStreamConfig config = config(x, SECRET)
                    .ledgerFile(folder.resolve("gaps"))
                    .stallLimit(Duration.ofSeconds(5)) // on a busy machine a shorter one ends all connections
                    .build();
            System.out.println(config);
            try (TwitterStreamSource source = config.open()) {
                for (int connection = 1; connection <= 3; connection++) {
                    while (source.status().connections() < connection
                            || source.status().state() != StreamStatus.State.LIVE) {
                        source.poll(Duration.ofMillis(50));
                    }
                    x.publish("owl " + connection);
                    while (source.status().posts() < connection) {
                        source.poll(Duration.ofMillis(50));
                    }
                    System.out.println(source.status() + " " + source.position());
                }
                while (true) {
                    source.poll(Duration.ofMillis(50)); // ends with status 401
                }
            } catch (NightjarException e) {
                e.printStackTrace();
            }
        }

        private static TwitterStreamConfig.Builder config(FakeX x, String secret) {
            return TwitterStreamConfig.builder(
                            TwitterCredentials.consumer(Credential.literal(KEY), Credential.literal(secret)))
                    .baseUrl(x.uri());
        }

        private static void print(Runnable call) {
            try {
                call.run();
                System.out.println("opened");
            } catch (NightjarException e) {
                e.printStackTrace();
            }
        }
    }
}
