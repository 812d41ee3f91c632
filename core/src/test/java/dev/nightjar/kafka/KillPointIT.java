/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DeadLetter;
import dev.nightjar.LabelSet;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pipelines and publishers in a JVM of their own that die, without a chance to clean up, where it could matter. */
@Timeout(180) // a defect ends as a failure
class KillPointIT {
    private static final int BATCH = 20;
    private static final String APART = "apart";
    private static EmbeddedKafka broker;

    @TempDir
    Path directory;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafka.start(Map.of("group.min.session.timeout.ms", "1000"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NEVER", "PUBLISHER", "TERMINATED"})
    void nothingIsLostAndNothingIsThereTwice(KillPoint point) throws Exception {
        kill(point, "together");
    }

    @Test
    void nothingIsLostAndNothingIsThereTwiceWhereSinksGoAtTheirOwnPace() throws Exception {
        kill(KillPoint.IN_THE_MIDDLE_OF_A_WRITE, APART);
    }

    private void kill(KillPoint point, String sinks) throws Exception {
        String name = point.name().toLowerCase(java.util.Locale.ROOT) + '-' + sinks;
        TopicProbe topic = TopicProbe.create(KafkaConfig.of(broker.bootstrapServers()), name, 2);
        Set<String> good = new TreeSet<>();
        int bad = 0;
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            if (i % 10 == 7) {
                values.add(("bad " + i).getBytes(UTF_8));
                bad++;
            } else {
                values.add(TweetJson.toBytes(Tweets.tweet(i)));
                good.add(Tweets.tweet(i).id());
            }
        }
        topic.send(values);
        int batch = new Random(point.ordinal()).nextInt(2, 8);

        String stored = directory.resolve("stored").toString();
        Process killed = fork(broker.bootstrapServers(), name, stored, point.name(), Integer.toString(batch), sinks);
        assertThat(killed.waitFor(60, TimeUnit.SECONDS))
                .as("it reached batch " + batch)
                .isTrue();
        assertThat(killed.exitValue()).isEqualTo(137);
        boolean apart = sinks.equals(APART);
        TopicProbe last = apart ? new TopicProbe(topic.kafka(), name + ".classified") : topic;
        String group = apart ? "g.file" : "g";
        assertThat(last.lag(group)).isPositive();
        try (KafkaPipeline next =
                pipeline(broker.bootstrapServers(), name, stored, new Dying(KillPoint.NEVER, 0), sinks)) {
            CompletableFuture<Void> run = Background.run(next::run);
            await().atMost(Duration.ofSeconds(60)).until(() -> run.isDone() || topic.lag("g") + last.lag(group) == 0);
        }

        assertThat(topic.lag("g") + last.lag(group)).isZero();
        List<String> writes = Files.readAllLines(directory.resolve("stored"));
        assertThat(new HashSet<>(writes)).isEqualTo(good);
        int arrived = apart ? last.keys().size() : good.size();
        assertThat(arrived - good.size()).as("tweets classified again").isBetween(0, BATCH);
        assertThat(writes.size() - arrived).as("tweets written again").isBetween(0, BATCH);
        List<DeadLetter> letters = new TopicProbe(topic.kafka(), name + ".dead").deadLetters();
        assertThat(letters.stream().collect(Collectors.toMap(DeadLetter::origin, letter -> letter, (a, b) -> b)))
                .hasSize(bad)
                .allSatisfy((origin, letter) ->
                        assertThat(new String(letter.original(), UTF_8)).startsWith("bad "));
        assertThat(letters.size() - bad).as("dead letters written again").isBetween(0, BATCH);
    }

    @Test
    void aPipelineWhoseProcessIsAskedToEndFinishesItsBatchAndCommitsIt() throws Exception {
        TopicProbe topic = TopicProbe.create(KafkaConfig.of(broker.bootstrapServers()), "terminated", 2);
        topic.send(Tweets.tweets(400).stream().map(TweetJson::toBytes).toList());
        Path stored = directory.resolve("stored");
        Process asked = fork(broker.bootstrapServers(), "terminated", stored.toString(), "TERMINATED", "0", "together");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(stored));
        asked.destroy();
        assertThat(asked.waitFor(30, TimeUnit.SECONDS)).isTrue();
        List<String> writes = Files.readAllLines(stored);
        assertThat(writes).doesNotHaveDuplicates().hasSize(400 - (int) topic.lag("g"));
        assertThat(topic.lag("g")).isPositive();
    }

    @Test
    void aPublisherThatIsKilledRepeatsAtMostOneBatch() throws Exception {
        KafkaConfig kafka = KafkaConfig.of(broker.bootstrapServers());
        TopicProbe topic = TopicProbe.create(kafka, "published", 2);
        String position = directory.resolve("position").toString();
        for (int batch : new Random(2).ints(3, 2, 20).toArray()) {
            Process killed =
                    fork(broker.bootstrapServers(), "published", position, "PUBLISHER", Integer.toString(batch));
            assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(killed.exitValue()).isEqualTo(137);
        }
        publisher(broker.bootstrapServers(), "published", position, new Dying(KillPoint.NEVER, 0))
                .run();

        Set<String> ids = Tweets.tweets(2000).stream().map(Tweet::id).collect(Collectors.toSet());
        List<String> keys = topic.keys();
        assertThat(new HashSet<>(keys)).isEqualTo(ids);
        assertThat(keys.size() - ids.size())
                .as("tweets published again by three")
                .isBetween(0, 3 * BATCH);
    }

    private static Process fork(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillPointIT.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).inheritIO().start();
    }

    /** Runs the pipeline that is killed. */
    public static void main(String... arguments) {
        Dying dying = new Dying(KillPoint.valueOf(arguments[3]), Integer.parseInt(arguments[4]));
        if (dying.point() == KillPoint.PUBLISHER) {
            publisher(arguments[0], arguments[1], arguments[2], dying).run();
        } else {
            pipeline(arguments[0], arguments[1], arguments[2], dying, arguments[5])
                    .run();
        }
    }

    /** A publisher that dies when a batch is acknowledged and its position is not yet kept. */
    private static TweetPublisher publisher(String servers, String name, String position, Dying dying) {
        PositionStore positions = PositionStore.file(Path.of(position));
        return TweetPublisher.builder(
                        InMemorySource.of(Tweets.tweets(2000)).batchSize(BATCH), KafkaConfig.of(servers), name)
                .positions(new PositionStore() {
                    @Override
                    public SourcePosition load() {
                        return positions.load();
                    }

                    @Override
                    public void save(SourcePosition next) {
                        dying.pass(KillPoint.PUBLISHER);
                        positions.save(next);
                    }
                })
                .build();
    }

    private static KafkaPipeline pipeline(String servers, String name, String stored, Dying dying, String sinks) {
        KafkaConfig kafka = KafkaConfig.builder(servers)
                .property("session.timeout.ms", "1500")
                .property("heartbeat.interval.ms", "300")
                .build();
        KafkaPipeline.Builder builder = KafkaPipeline.builder(kafka, name, "g")
                .classifier("emotion", new DyingClassifier(dying))
                .sink("file", new FileSink(stored, dying))
                .sink("next", new NextSink(dying))
                .deadLetters(new DyingDeadLetters(KafkaDeadLetters.of(kafka, name + ".dead"), dying))
                .batchSize(BATCH);
        return (sinks.equals(APART) ? builder.sinksApart(name + ".classified") : builder).build();
    }

    enum KillPoint {
        NEVER,
        PUBLISHER,
        TERMINATED,
        AFTER_POLL,
        AFTER_CLASSIFY,
        IN_THE_MIDDLE_OF_A_WRITE,
        AFTER_THE_SINKS_ACKNOWLEDGEMENT,
        AFTER_THE_DEAD_LETTERS_ACKNOWLEDGEMENT
    }

    private record Dying(KillPoint point, int batch) implements java.io.Serializable {
        private static final AtomicInteger PASSED = new AtomicInteger();

        void pass(KillPoint here) {
            if (here == point && PASSED.incrementAndGet() == batch) {
                Runtime.getRuntime().halt(137);
            }
            if (point == KillPoint.TERMINATED && here == KillPoint.IN_THE_MIDDLE_OF_A_WRITE) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(700));
            }
        }
    }

    private record DyingClassifier(Dying dying) implements ClassifierFactory {
        @Override
        public Classifier open() {
            Classifier live = KeywordClassifier.emotion().open();
            return new Classifier() {
                @Override
                public LabelSet labels() {
                    return live.labels();
                }

                @Override
                public String model() {
                    return live.model();
                }

                @Override
                public List<Classification> classifyAll(List<String> texts) {
                    dying.pass(KillPoint.AFTER_POLL);
                    return live.classifyAll(texts);
                }

                @Override
                public void close() {
                    live.close();
                }
            };
        }
    }

    /** Appends the ids to a file: what is written twice is in it twice. */
    private record FileSink(String file, Dying dying) implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            return sink(batch -> {
                dying.pass(KillPoint.AFTER_CLASSIFY);
                append(batch.subList(0, batch.size() / 2));
                dying.pass(KillPoint.IN_THE_MIDDLE_OF_A_WRITE);
                append(batch.subList(batch.size() / 2, batch.size()));
            });
        }

        private void append(List<ClassifiedTweet> batch) {
            List<String> ids = batch.stream().map(record -> record.tweet().id()).toList();
            try {
                Files.write(Path.of(file), ids, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record NextSink(Dying dying) implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            return sink(batch -> dying.pass(KillPoint.AFTER_THE_SINKS_ACKNOWLEDGEMENT));
        }
    }

    private record DyingDeadLetters(KafkaDeadLetters topic, Dying dying) implements SinkFactory<DeadLetter> {
        @Override
        public Sink<DeadLetter> open() {
            Sink<DeadLetter> live = topic.open();
            return sink(batch -> {
                live.write(batch);
                dying.pass(KillPoint.AFTER_THE_DEAD_LETTERS_ACKNOWLEDGEMENT);
            });
        }
    }

    private static <T> Sink<T> sink(java.util.function.Consumer<List<T>> writer) {
        return new Sink<>() {
            private volatile boolean closed;

            @Override
            public void write(List<T> batch) {
                if (closed) {
                    throw new IllegalStateException("The sink is closed");
                }
                writer.accept(batch);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
