/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of tweets a second for as long as {@code -Dnightjar.soak=30} minutes say, a fault each minute: the database
 * swallows everything, resets connections or cuts answers off, or the broker is frozen, for 20 seconds each. In the end
 * every tweet is stored once, but those that were deleted. It prints what the table in docs/reliability.md shows.
 */
@Timeout(4_000)
class SoakIT {
    private static final int RATE = 500;
    private static final Duration FAULT = Duration.ofSeconds(20);
    /** Every so many tweets, the one this far back is deleted. */
    private static final int DELETES = 50;

    private static final int BACK = 20;

    @TempDir
    Path folder;

    @Test
    void aFaultAMinuteLosesAndDoublesNothingAndTakesNoMemory() throws Exception {
        int minutes = Integer.getInteger("nightjar.soak", 0);
        assumeTrue(minutes > 0, "-Dnightjar.soak=MINUTES is not given");
        Path brokerLog = folder.resolve("broker.log");
        int port = EmbeddedKafka.freePort();
        Process broker =
                java(brokerLog, EmbeddedKafka.class, folder.resolve("broker").toString(), "" + port);
        try (MemoryMongo server = new MemoryMongo();
                FaultProxy proxy = new FaultProxy(server.address())) {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                assertThat(broker.isAlive()).as(Files.readString(brokerLog)).isTrue();
                return Files.readString(brokerLog).contains(":" + port);
            });
            int tweets = minutes * 60 * RATE;
            Path log = folder.resolve("pipeline.log");
            Process pipeline = java(
                    log,
                    SoakIT.class,
                    "127.0.0.1:" + port,
                    "mongodb://127.0.0.1:" + proxy.port() + "/?directConnection=true",
                    "" + tweets);
            try {
                List<Long> memory = new ArrayList<>();
                List<long[]> troubled = new ArrayList<>();
                for (int minute = 0; minute < minutes; minute++) {
                    assertThat(pipeline.isAlive()).as(Files.readString(log)).isTrue();
                    Thread.sleep(Duration.ofSeconds(20).toMillis());
                    long begin = System.currentTimeMillis();
                    fault(minute, proxy, broker);
                    troubled.add(new long[] {begin, System.currentTimeMillis() + FAULT.toMillis()});
                    Thread.sleep(Math.max(0, 40_000 - (System.currentTimeMillis() - begin)));
                    memory.add(resident(pipeline));
                }
                assertThat(pipeline.waitFor(5, TimeUnit.MINUTES))
                        .as(Files.readString(log))
                        .isTrue();
                assertThat(pipeline.exitValue()).as(Files.readString(log)).isZero();
                report(minutes, memory, troubled, Files.readAllLines(log));
                Set<String> expected = new HashSet<>();
                for (int i = 0; i < tweets; i++) {
                    if (!isDeleted(i, tweets)) {
                        expected.add(Tweets.tweet(i).id());
                    }
                }
                List<String> stored = new ArrayList<>();
                server.collection("tweets")
                        .find()
                        .projection(new Document("_id", 1))
                        .forEach(tweet -> stored.add(tweet.getString("_id")));
                assertThat(stored).doesNotHaveDuplicates().hasSize(expected.size());
                assertThat(expected).containsAll(stored);
            } finally {
                pipeline.destroyForcibly();
            }
        } finally {
            broker.destroyForcibly();
        }
    }

    private static void fault(int minute, FaultProxy proxy, Process broker) throws Exception {
        switch (minute % 4) {
            case 0 -> proxy.mode(FaultProxy.Mode.BLACK_HOLE);
            case 1 -> proxy.mode(FaultProxy.Mode.RESET_EVERY_THIRD);
            case 2 -> proxy.cutReplyTo("update", 20);
            default -> signal(broker, "-STOP");
        }
        Thread.sleep(FAULT.toMillis());
        proxy.mode(FaultProxy.Mode.PASS);
        proxy.cutReplyTo("", 0);
        signal(broker, "-CONT");
    }

    private static void report(int minutes, List<Long> memory, List<long[]> troubled, List<String> log) {
        List<Long> calm = log.stream()
                .filter(line -> line.startsWith("latency "))
                .map(line -> line.split(" "))
                .filter(line -> troubled.stream()
                        .noneMatch(time -> Long.parseLong(line[1]) >= time[0] && Long.parseLong(line[1]) <= time[1]))
                .map(line -> Long.valueOf(line[2]))
                .sorted()
                .toList();
        System.out.println(minutes + " minutes of " + RATE + " tweets a second, " + troubled.size()
                + " faults; 99 % of the batches outside of faults took at most "
                + calm.get((int) (calm.size() * 0.99)) + " ms from the source to the store; resident MB each minute "
                + memory.stream().map(bytes -> bytes / 1024).toList());
        log.stream().filter(line -> line.startsWith("ledger ")).forEach(System.out::println);
    }

    private static boolean isDeleted(int number, int tweets) {
        return (number + BACK) % DELETES == 0 && number + BACK < tweets;
    }

    /** The resident memory of a process in KiB. */
    private static long resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    private static Process java(Path log, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Publishes and stores: the arguments are the broker, the database and how many tweets. */
    public static void main(String... arguments) throws Exception {
        KafkaConfig kafka = KafkaConfig.of(arguments[0]);
        int tweets = Integer.parseInt(arguments[2]);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("tweets", 2, 1, Map.of());
        }
        KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "tweets", "soak")
                .classifier("emotion", KeywordClassifier.emotion())
                .sink(
                        "mongo",
                        new Watched(MongoSinkConfig.builder(arguments[1])
                                .timeout(Duration.ofSeconds(5))
                                .build()))
                .deadLetters(KafkaDeadLetters.of(kafka, "dead"))
                .waitForStores()
                .build();
        TweetPublisher publisher = TweetPublisher.builder(position -> new Paced(tweets), kafka, "tweets")
                .retryLimit(Duration.ofMinutes(5))
                .build();
        CompletableFuture<Void> stored = CompletableFuture.runAsync(pipeline::run);
        publisher.run();
        await().atMost(Duration.ofMinutes(5))
                .until(() -> stored.isDone()
                        || pipeline.counts().in() >= publisher.counts().in());
        pipeline.close();
        stored.join();
        System.out.println("ledger published " + publisher.counts() + " delivered " + pipeline.counts());
        System.exit(0);
    }

    /** Tweets at a pace, whose time is when they are given; behind, it catches up. */
    private static final class Paced implements TweetSource {
        private final int tweets;
        private final long start = System.nanoTime();
        private int next;

        Paced(int tweets) {
            this.tweets = tweets;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            Thread.sleep(50);
            long due = Math.min(tweets, (System.nanoTime() - start) / 1_000_000 * RATE / 1_000);
            SourceBatch.Builder batch = SourceBatch.builder();
            for (int i = 0; i < 1_000 && next < due; i++, next++) {
                Tweet tweet = Tweets.tweet(next);
                batch.tweet(
                        Tweet.builder(tweet.id(), tweet.text(), Instant.now()).build());
                if (next % DELETES == 0 && next >= BACK) {
                    batch.deleted(Tweets.tweet(next - BACK).id());
                }
            }
            return batch.build();
        }

        @Override
        public boolean isExhausted() {
            return next >= tweets;
        }

        @Override
        public SourcePosition position() {
            return new SourcePosition(Integer.toString(next));
        }

        @Override
        public void close() {}
    }

    /** Prints how long the oldest tweet of each batch took from the source to the store. */
    private record Watched(SinkFactory<ClassifiedTweet> watched) implements SinkFactory<ClassifiedTweet> {
        @Override
        public Sink<ClassifiedTweet> open() {
            ErasableSink<ClassifiedTweet> sink = (ErasableSink<ClassifiedTweet>) watched.open();
            return new ErasableSink<>() {
                @Override
                public void write(List<ClassifiedTweet> batch) {
                    sink.write(batch);
                    long now = System.currentTimeMillis();
                    long oldest = batch.stream()
                            .mapToLong(tweet -> tweet.tweet().createdAt().toEpochMilli())
                            .min()
                            .orElse(now);
                    System.out.println("latency " + now + ' ' + (now - oldest));
                }

                @Override
                public void erase(List<String> ids) {
                    sink.erase(ids);
                }

                @Override
                public void close() {
                    sink.close();
                }
            };
        }
    }
}
