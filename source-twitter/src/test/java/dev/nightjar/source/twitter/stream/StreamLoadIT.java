/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.testkit.EmbeddedKafka;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stream into Kafka in a JVM of 256 MB, at a speed set by
 * {@code -Dnightjar.load.rate=10000 -Dnightjar.load.seconds=60}; by default three seconds at 1,000 posts a second.
 */
@Timeout(300)
class StreamLoadIT {
    private static final int RATE = Integer.getInteger("nightjar.load.rate", 1_000);
    private static final int SECONDS = Integer.getInteger("nightjar.load.seconds", 3);
    private static final String TOPIC = "tweets";
    /** How much longer than the queue allows a busy machine may take. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private static final Pattern RESULT = Pattern.compile(
            "load: (\\d+) posts .*longest (\\d+) ms, .*thrownAway=(\\d+), .*connections=(\\d+), .*gaps=(\\d+),");
    private static final Pattern BEGINNING = Pattern.compile("beginning: (\\d+)");
    private static final Pattern GAP = Pattern.compile("gap: (\\d+) to (\\d+)");

    @TempDir
    private Path folder;

    @Test
    void everyPostOfAFastStreamIsInTheTopic() throws Exception {
        Matcher result = run(RATE, 10_000, Duration.ofSeconds(10), Duration.ofSeconds(20));
        if (!result.group(4).equals("1")) { // more than this machine bears: X gave the slow reader up
            assertThat(RATE).as("posts a second that are too many").isGreaterThan(1_000);
        }
    }

    @Test
    void whatASlowReaderLosesIsInDeclaredGaps() throws Exception {
        Matcher result = run(1_000, 5, Duration.ofMillis(1), Duration.ofSeconds(10));
        assertThat(Integer.parseInt(result.group(4))).as("connections").isGreaterThan(1);
    }

    /** Lets a JVM with little memory read all posts; what the topic lacks at the end is in a gap of its ledger. */
    private Matcher run(int rate, int queueCapacity, Duration overflowWait, Duration silence) throws Exception {
        long count = (long) rate * SECONDS;
        Path output = folder.resolve("output");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                FakeX x = FakeX.builder()
                        .postsPerSecond(rate)
                        .count(count)
                        .history((int) count)
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
                            Long.toString(count),
                            Integer.toString(queueCapacity),
                            overflowWait.toString(),
                            silence.toString())
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
            assertThat(Duration.ofMillis(Long.parseLong(result.group(2))))
                    .as("the longest time between two reads")
                    .isLessThan(overflowWait.plus(SLACK));
            if (result.group(4).equals("1")) {
                assertThat(Long.parseLong(result.group(1)) + Long.parseLong(result.group(3)))
                        .isEqualTo(x.postsRead())
                        .isEqualTo(count);
            } else {
                assertThat(Integer.parseInt(result.group(5))).isPositive();
            }
            assertThatWhatIsMissingIsDeclared(x, ids(kafka), text);
            return result;
        }
    }

    private static void assertThatWhatIsMissingIsDeclared(FakeX x, Set<String> ids, String text) {
        Matcher first = BEGINNING.matcher(text);
        assertThat(first.find()).as(text).isTrue();
        long beginning = Long.parseLong(first.group(1));
        List<long[]> gaps = GAP.matcher(text)
                .results()
                .map(gap -> new long[] {Long.parseLong(gap.group(1)), Long.parseLong(gap.group(2))})
                .toList();
        List<FakePost> missing = x.posts().stream()
                .filter(post -> !ids.contains(post.id()))
                .filter(post -> post.createdAt().toEpochMilli() >= beginning)
                .toList();
        assertThat(missing).allSatisfy(post -> {
            long at = post.createdAt().toEpochMilli();
            assertThat(gaps)
                    .as("gaps of which one has the post of %s", post.createdAt())
                    .anyMatch(gap -> gap[0] <= at && at < gap[1]);
        });
        System.out.println(
                "load: " + missing.size() + " of " + x.posts().size() + " posts in " + gaps.size() + " gaps");
    }

    private static Set<String> ids(EmbeddedKafka kafka) {
        Set<String> ids = new HashSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> ids.add(record.key()));
            }
        }
        return ids;
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
        public static void main(String... arguments) throws Exception {
            TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal(arguments[1]))
                    .baseUrl(URI.create(arguments[0]))
                    .gapFill(GapFill.NONE)
                    .queueCapacity(Integer.parseInt(arguments[4]))
                    .overflowWait(Duration.parse(arguments[5]))
                    .build();
            Duration silence = Duration.parse(arguments[6]);
            Watched watched = new Watched(config);
            long count = Long.parseLong(arguments[3]);
            try (TweetPublisher publisher = TweetPublisher.builder(watched, KafkaConfig.of(arguments[2]), TOPIC)
                    .build()) {
                Thread thread = new Thread(publisher::run);
                thread.start();
                long start = System.nanoTime();
                int most = 0;
                boolean over = false;
                Reads reads = new Reads();
                while (publisher.counts().out() < count && thread.isAlive() && !over) {
                    thread.join(10);
                    TwitterStreamSource source = watched.source.get();
                    if (source != null) {
                        StreamStatus status = source.status();
                        most = Math.max(most, status.waiting());
                        reads.add(status);
                        Duration silent = status.sinceLastPost();
                        over = silent != null
                                && silent.compareTo(silence) > 0
                                && publisher.counts().out() == status.posts() - status.thrownAway();
                    }
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                TwitterStreamSource source = watched.source.get();
                System.out.printf(
                        "load: %d posts in %.1f s, %.0f a second, most waiting %d, between two reads at the longest %d ms,"
                                + " heap %d MB of %d MB, %s%n",
                        publisher.counts().out(),
                        seconds,
                        publisher.counts().out() / seconds,
                        most,
                        reads.longest.toMillis(),
                        (Runtime.getRuntime().totalMemory()
                                        - Runtime.getRuntime().freeMemory())
                                >> 20,
                        Runtime.getRuntime().maxMemory() >> 20,
                        source == null ? "" : source.status());
                if (source != null) {
                    List<GapLedger.Interval> intervals = source.gaps().intervals();
                    System.out.println("beginning: " + intervals.get(0).from().toEpochMilli());
                    source.gaps()
                            .missing()
                            .forEach(gap ->
                                    System.out.println("gap: " + gap.from().toEpochMilli() + " to "
                                            + gap.to().toEpochMilli()));
                }
            }
            System.exit(0);
        }
    }

    /** How long the reading thread has gone without a byte while it was connected and more posts were to come. */
    private static final class Reads {
        private Duration longest = Duration.ZERO;
        private Duration silent = Duration.ZERO;
        private long posts;

        void add(StreamStatus status) {
            if (status.posts() > posts) {
                posts = status.posts();
                longest = silent.compareTo(longest) > 0 ? silent : longest;
                silent = Duration.ZERO;
            }
            boolean connected = status.state() == StreamStatus.State.LIVE && posts > 0;
            silent = connected && status.sinceLastByte().compareTo(silent) > 0 ? status.sinceLastByte() : silent;
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
