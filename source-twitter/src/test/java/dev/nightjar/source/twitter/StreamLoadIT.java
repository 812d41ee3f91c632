/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Credential;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.source.twitter.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.testkit.EmbeddedKafka;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream into Kafka in a JVM of 256 MB, as fast as {@code -Dnightjar.load.rate=10000 -Dnightjar.load.seconds=60} say;
 * by default three seconds at 1,000 posts a second.
 */
@Timeout(300)
class StreamLoadIT {
    private static final int RATE = Integer.getInteger("nightjar.load.rate", 1_000);
    private static final int SECONDS = Integer.getInteger("nightjar.load.seconds", 3);
    private static final String TOPIC = "tweets";
    private static final Pattern RESULT =
            Pattern.compile("load: (\\d+) posts .*thrownAway=(\\d+), .*connections=(\\d+), .*gaps=(\\d+),");

    @TempDir
    private Path folder;

    @Test
    void everyPostOfAFastStreamIsInTheTopic() throws Exception {
        long count = (long) RATE * SECONDS;
        Path output = folder.resolve("output");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FakeX x = FakeX.builder()
                        .postsPerSecond(RATE)
                        .count(count)
                        .history(1_000)
                        .start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            x.addRule(
                    "from:strix OR from:bubo OR from:tyto OR from:asio OR from:otus OR from:ninox OR from:athene"
                            + " OR from:glaux OR from:ketupa OR from:surnia",
                    null);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Program.class.getName(),
                            x.uri().toString(),
                            x.bearerToken(),
                            kafka.bootstrapServers(),
                            Long.toString(count))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(SECONDS * 3L + 60, TimeUnit.SECONDS)).isTrue();
            String text = Files.readString(output);
            System.out.println(
                    text.lines().filter(line -> line.startsWith("load:")).reduce("", (a, b) -> a + b + '\n'));
            assertThat(process.exitValue()).as(text).isZero();
            Matcher result = RESULT.matcher(text);
            assertThat(result.find()).as(text).isTrue();
            assertThat(records(admin)).isEqualTo(Long.parseLong(result.group(1)));
            if (result.group(3).equals("1")) {
                assertThat(Long.parseLong(result.group(1)) + Long.parseLong(result.group(2)))
                        .isEqualTo(x.postsRead())
                        .isEqualTo(count);
            } else { // more than this machine bears: X gave the slow reader up, and the ledger says so
                assertThat(Integer.parseInt(result.group(4))).isPositive();
                assertThat(RATE).as("posts a second that are too many").isGreaterThan(1_000);
            }
        }
    }

    private static long records(Admin admin) throws ExecutionException, InterruptedException {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    /** The JVM with little memory. */
    static final class Program {
        private static final Duration SILENCE = Duration.ofSeconds(20);

        public static void main(String... arguments) throws Exception {
            TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal(arguments[1]))
                    .baseUrl(URI.create(arguments[0]))
                    .gapFill(GapFill.NONE)
                    .build();
            Watched watched = new Watched(config);
            long count = Long.parseLong(arguments[3]);
            try (TweetPublisher publisher = TweetPublisher.builder(watched, KafkaConfig.of(arguments[2]), TOPIC)
                    .build()) {
                Thread thread = new Thread(publisher::run);
                thread.start();
                long start = System.nanoTime();
                int most = 0;
                boolean over = false;
                while (publisher.counts().out() < count && thread.isAlive() && !over) {
                    thread.join(200);
                    TwitterStreamSource source = watched.source.get();
                    if (source != null) {
                        StreamStatus status = source.status();
                        most = Math.max(most, status.waiting());
                        Duration silent = status.sinceLastPost();
                        over = status.waiting() == 0 && silent != null && silent.compareTo(SILENCE) > 0;
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                TwitterStreamSource source = watched.source.get();
                System.out.printf(
                        "load: %d posts in %.1f s, %.0f a second, most waiting %d, heap %d MB of %d MB, %s%n",
                        publisher.counts().out(),
                        seconds,
                        publisher.counts().out() / seconds,
                        most,
                        (Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory())
                                >> 20,
                        Runtime.getRuntime().maxMemory() >> 20,
                        source == null ? "" : source.status());
            }
            System.exit(0);
        }
    }

    /** Lets the test see the source that the publisher opens. */
    private static final class Watched implements TweetSourceFactory {
        private static final long serialVersionUID = 1L;

        private final TwitterStreamConfig config;
        private final transient AtomicReference<TwitterStreamSource> source = new AtomicReference<>();

        Watched(TwitterStreamConfig config) {
            this.config = config;
        }

        @Override
        public TwitterStreamSource open(SourcePosition position) {
            TwitterStreamSource opened = config.open(position);
            source.set(opened);
            return opened;
        }
    }
}
