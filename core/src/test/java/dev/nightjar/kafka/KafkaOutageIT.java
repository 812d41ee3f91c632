/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300) // a defect ends as a failure
class KafkaOutageIT {
    @TempDir
    Path directory;

    /** For everything that connects: no server listens at that address, or one accepts and never answers. */
    @Test
    void aClusterThatDoesNotAnswerIsATypedErrorWithin15Seconds() throws Exception {
        List<Consumer<KafkaConfig>> steps = List.of(
                kafka -> KafkaTopics.open(kafka).close(),
                kafka -> TweetPublisher.builder(InMemorySource.of(Tweets.tweets(1)), kafka, "t")
                        .build()
                        .run(),
                kafka -> KafkaPipeline.builder(kafka, "t", "g")
                        .sink("main", RecordingSink.tweets("outage"))
                        .build()
                        .run(),
                kafka -> KafkaDeadLetters.of(kafka, "t").open().close());
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket silent = new ServerSocket(0)) {
            List<Future<?>> checks = new ArrayList<>();
            for (String servers :
                    List.of("127.0.0.1:" + EmbeddedKafka.freePort(), "127.0.0.1:" + silent.getLocalPort())) {
                for (Consumer<KafkaConfig> step : steps) {
                    checks.add(threads.submit(() -> assertThatThrownBy(() -> step.accept(KafkaConfig.of(servers)))
                            .isInstanceOf(RetriableException.class)
                            .hasMessageMatching("(Kafka does not answer: |Could not reach Kafka at )\\Q" + servers
                                    + "\\E(:| \\(Connection refused\\);) .+")));
                }
            }
            // And five for a busy machine.
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            for (Future<?> check : checks) {
                check.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The broker is killed with tweets in flight, on both sides of it, and starts again. */
    @Test
    void aKilledBrokerDelaysAndLosesNothing() throws Exception {
        int port = EmbeddedKafka.freePort();
        List<Tweet> tweets = Tweets.tweets(100_000);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("killed broker");
        Process broker = startBroker(port);
        try {
            KafkaConfig kafka = KafkaConfig.of("127.0.0.1:" + port);
            TopicProbe topic = TopicProbe.create(kafka, "tweets", 1);
            TweetPublisher publisher = TweetPublisher.builder(
                            InMemorySource.of(tweets).batchSize(1000), kafka, "tweets")
                    .positions(PositionStore.file(directory.resolve("position")))
                    .build();
            KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "tweets", "g")
                    .sink("main", sink)
                    .build();
            CompletableFuture<Void> publishing = Background.run(publisher::run);
            CompletableFuture<Void> storing = Background.run(pipeline::run);
            await().atMost(Duration.ofSeconds(60)).until(() -> pipeline.counts().out() > 10_000);

            broker.destroyForcibly().waitFor();
            assertThat(publishing).isNotDone();
            assertThat(storing).isNotDone();
            broker = startBroker(port);
            long before = publisher.counts().out();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> publisher.counts().out() > before);
            publishing.get(120, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(120)).until(() -> storing.isDone() || topic.lag("g") == 0);
            pipeline.close();
            storing.get(30, TimeUnit.SECONDS);
            assertThatAnIdlePipelineNotices(kafka, broker);

            assertThat(publisher.counts().out()).isEqualTo(100_000);
            List<ConsumerRecord<byte[], byte[]>> log = topic.records();
            assertThat(log)
                    .extracting(record -> new String(record.key(), UTF_8))
                    .isEqualTo(ids(tweets));
            assertThat(sink.records()).extracting(record -> record.tweet().id()).isEqualTo(ids(tweets));
        } finally {
            broker.destroyForcibly();
            sink.clear();
        }
    }

    /** The broker is frozen while nothing comes anyway, and goes on. */
    private static void assertThatAnIdlePipelineNotices(KafkaConfig kafka, Process broker) throws Exception {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("idle");
        KafkaPipeline idle = KafkaPipeline.builder(kafka, "tweets", "g")
                .sink("main", sink)
                .retryLimit(Duration.ZERO)
                .build();
        CompletableFuture<Throwable> run = Background.supply(() -> catchThrowable(idle::run));
        await().atMost(Duration.ofSeconds(60)).until(() -> idle.lag().isPresent());
        signal(broker, "STOP");
        try {
            assertThat(run.get(40, TimeUnit.SECONDS))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageStartingWith("Kafka does not answer: ");
        } finally {
            signal(broker, "CONT");
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aPublisherWhoseBrokerStaysAwayFailsWithItsPositionHeldAndContinuesLater() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(directory.resolve("broker"))) {
            KafkaConfig kafka = KafkaConfig.builder(broker.bootstrapServers())
                    .property("delivery.timeout.ms", "2000")
                    .property("request.timeout.ms", "1000")
                    .property("max.block.ms", "1000")
                    .build();
            TopicProbe topic = TopicProbe.create(kafka, "tweets", 1);
            PositionStore positions = PositionStore.file(directory.resolve("position"));
            List<Tweet> tweets = Tweets.tweets(2000);
            TweetPublisher publisher = TweetPublisher.builder(InMemorySource.of(tweets), kafka, "tweets")
                    .positions(positions)
                    .retryLimit(Duration.ofSeconds(1))
                    .build();
            CompletableFuture<Throwable> publishing = Background.supply(() -> catchThrowable(publisher::run));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> publisher.counts().out() > 100);
            broker.stop();

            assertThat(publishing.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageStartingWith("Could not write to the topic 'tweets'");
            long acknowledged = publisher.counts().out();
            assertThat(positions.load().token()).isEqualTo("tweet-" + acknowledged);

            broker.restart();
            TweetPublisher.builder(InMemorySource.of(tweets), kafka, "tweets")
                    .positions(positions)
                    .build()
                    .run();
            assertThat(topic.keys()).containsAll(ids(tweets)).hasSizeBetween(2000, 2010);
        }
    }

    private Process startBroker(int port) throws IOException {
        Process broker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedKafka.class.getName(),
                        directory.resolve("broker").toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = broker.inputReader(UTF_8);
        List<String> lines = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.equals("127.0.0.1:" + port)) {
                return broker;
            }
        }
        throw new IllegalStateException("The broker did not start: " + lines);
    }

    private static List<String> ids(List<Tweet> tweets) {
        return tweets.stream().map(Tweet::id).toList();
    }
}
