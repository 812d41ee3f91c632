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

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Entity;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class TweetPublisherIT extends WithBroker {
    @TempDir
    Path directory;

    private String name;

    @BeforeEach
    void nameTopic(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void everyTweetIsPublishedOnceUnderItsId() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 3);
        List<Tweet> tweets = new ArrayList<>(Tweets.tweets(1000));
        tweets.add(Tweets.rich());
        TweetPublisher publisher = TweetPublisher.builder(
                        InMemorySource.of(tweets).batchSize(300), kafka, name)
                .build();

        publisher.run();

        List<ConsumerRecord<byte[], byte[]>> records = topic.records();
        assertThat(records).hasSize(tweets.size());
        List<Tweet> read = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Tweet tweet = new TweetSerde().deserialize(name, record.headers(), record.value());
            assertThat(new String(record.key(), UTF_8)).isEqualTo(tweet.id());
            assertThat(record.headers().lastHeader(KafkaHeaders.SCHEMA_VERSION)).isNotNull();
            read.add(tweet);
        }
        assertThat(read).containsExactlyInAnyOrderElementsOf(tweets);
        assertThat(publisher.counts().in()).isEqualTo(1001);
        assertThat(publisher.counts().out()).isEqualTo(1001);
        assertThat(publisher.counts().isBalanced()).isTrue();
    }

    @Test
    void deletionsBecomeTombstonesAndEverythingReadIsAccountedFor() {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        DeadLetter bad = new DeadLetter(Stage.SOURCE, "bad-json", "Not JSON", "file:3", "{\u0000".getBytes(UTF_8));
        SourceBatch first =
                new SourceBatch(List.of(Tweets.tweet(1)), List.of(bad), List.of("20", "21"), Map.of("keep-alive", 3L));
        SourceBatch second = SourceBatch.builder()
                .deleted(Tweets.tweet(1).id())
                .tweet(Tweets.tweet(1)) // it is there again
                .build();
        TweetPublisher publisher = TweetPublisher.builder(ScriptedSource.of(first, second), kafka, name)
                .deadLetters(KafkaDeadLetters.of(kafka, name + ".dead"))
                .build();

        publisher.run();

        assertThat(topic.keys())
                .containsExactly(
                        Tweets.tweet(1).id(),
                        "20",
                        "21",
                        Tweets.tweet(1).id(),
                        Tweets.tweet(1).id());
        assertThat(topic.records())
                .extracting(record -> record.value() == null)
                .containsExactly(false, true, true, true, false);
        assertThat(new TopicProbe(kafka, name + ".dead").deadLetters()).containsExactly(bad);
        assertThat(publisher.counts().toString())
                .isEqualTo("Ledger[in=9, out=5, deadLetters={source/bad-json=1}, skipped={keep-alive=3}]");
        assertThat(publisher.counts().isBalanced()).isTrue();
        assertThat(publisher.tombstones()).isEqualTo(3);
    }

    @Test
    void aDeadLetterWithoutAPlaceEndsTheRunBeforeAnythingOfItsBatchIsPublished() {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        DeadLetter bad = new DeadLetter(Stage.SOURCE, "bad-json", "Not JSON", "file:3", new byte[] {1});
        PositionStore positions = PositionStore.file(directory.resolve("position"));
        TweetPublisher publisher = TweetPublisher.builder(
                        ScriptedSource.of(
                                SourceBatch.of(List.of(Tweets.tweet(1))),
                                new SourceBatch(List.of(Tweets.tweet(2)), List.of(bad), List.of(), Map.of())),
                        kafka,
                        name)
                .positions(positions)
                .build();

        assertThatThrownBy(publisher::run)
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "The record file:3 is a dead letter (source/bad-json) and there is no place for it; give it one"
                                + " with deadLetters or the option 'dead-letter-topic'");
        assertThat(topic.keys()).containsExactly(Tweets.tweet(1).id());
        assertThat(positions.load()).isEqualTo(new SourcePosition("1"));
        assertThat(publisher.counts().in()).isEqualTo(1);
    }

    /** Bad input 16, at the producer's limit and at the topic's. */
    @Test
    void aRecordThatIsTooLargeIsADeadLetterAndTheRestArrives() {
        for (boolean atTheProducer : new boolean[] {true, false}) {
            String topicName = name + atTheProducer;
            TopicProbe topic = TopicProbe.create(
                    kafka, topicName, 1, atTheProducer ? Map.of() : Map.of("max.message.bytes", "20000"));
            KafkaConfig limited = atTheProducer
                    ? KafkaConfig.builder(broker.bootstrapServers())
                            .property("max.request.size", "20000")
                            .build()
                    : kafka;
            Tweet large = Tweets.tweet(2, "\u591c".repeat(25_000));
            TweetPublisher publisher = TweetPublisher.builder(
                            InMemorySource.of(List.of(Tweets.tweet(1), large, Tweets.tweet(3))), limited, topicName)
                    .deadLetters(KafkaDeadLetters.of(kafka, topicName + ".dead"))
                    .build();

            publisher.run();

            assertThat(topic.keys())
                    .containsExactly(Tweets.tweet(1).id(), Tweets.tweet(3).id());
            assertThat(new TopicProbe(kafka, topicName + ".dead").deadLetters())
                    .containsExactly(new DeadLetter(
                            Stage.SOURCE,
                            "record-too-large",
                            "Tweet " + large.id() + " is a record of " + TweetJson.toBytes(large).length
                                    + " bytes, more than the topic '" + topicName
                                    + "' or the property 'max.request.size' allows",
                            "tweet:" + large.id(),
                            TweetJson.toBytes(large)));
            assertThat(publisher.counts().isBalanced()).isTrue();
        }
    }

    @Test
    void aTweetWithoutAJsonFormIsADeadLetterWithItsText() {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        Tweet wide = Tweet.builder("77", "so many tags", Instant.EPOCH)
                .hashtags(Collections.nCopies(10_000, Entity.of("x".repeat(30))))
                .build();
        TweetPublisher publisher = TweetPublisher.builder(
                        InMemorySource.of(List.of(wide, Tweets.tweet(1))), kafka, name)
                .deadLetters(KafkaDeadLetters.of(kafka, name + ".dead"))
                .build();

        publisher.run();

        assertThat(topic.keys()).containsExactly(Tweets.tweet(1).id());
        assertThat(new TopicProbe(kafka, name + ".dead").deadLetters())
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.code()).isEqualTo("document-too-large");
                    assertThat(letter.origin()).isEqualTo("tweet:77");
                    assertThat(letter.original()).isEqualTo("so many tags".getBytes(UTF_8));
                });
        assertThat(publisher.counts().isBalanced()).isTrue();
    }

    @Test
    void aPublisherThatIsClosedAndBuiltAgainContinuesWhereItStopped() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 2);
        PositionStore positions = PositionStore.file(directory.resolve("position"));
        InMemorySource.Factory part = InMemorySource.of(Tweets.tweets(50)).end(InMemorySource.End.SILENT);
        TweetPublisher publisher =
                TweetPublisher.builder(part, kafka, name).positions(positions).build();
        CompletableFuture<Void> run = Background.run(publisher::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> publisher.counts().out() == 50);
        publisher.close();
        run.get(30, TimeUnit.SECONDS);
        assertThat(positions.load()).isEqualTo(new SourcePosition("tweet-50"));

        TweetPublisher again = TweetPublisher.builder(InMemorySource.of(Tweets.tweets(120)), kafka, name)
                .positions(positions)
                .build();
        again.run();

        assertThat(again.counts().in()).isEqualTo(70);
        assertThat(topic.keys()).containsExactlyInAnyOrderElementsOf(ids(120));
    }

    /** As if it were killed after the acknowledgement and before the position is kept. */
    @Test
    void aPublisherThatDiesBeforeItKeepsThePositionRepeatsOneBatchAndLosesNothing() {
        TopicProbe topic = TopicProbe.create(kafka, name, 2);
        PositionStore positions = PositionStore.file(directory.resolve("position"));
        AtomicInteger saves = new AtomicInteger();
        PositionStore dying = new PositionStore() {
            @Override
            public SourcePosition load() {
                return positions.load();
            }

            @Override
            public void save(SourcePosition position) {
                if (saves.incrementAndGet() == 5) {
                    throw new IllegalStateException("killed");
                }
                positions.save(position);
            }
        };
        InMemorySource.Factory source = InMemorySource.of(Tweets.tweets(100));
        assertThatThrownBy(() -> TweetPublisher.builder(source, kafka, name)
                        .positions(dying)
                        .build()
                        .run())
                .hasMessage("killed");

        TweetPublisher.builder(source, kafka, name).positions(positions).build().run();

        assertThat(topic.keys()).hasSize(110).containsAll(ids(100));
    }

    @Test
    void aSourceThatIsOutOfReachForAMomentIsAskedAgain() {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        AtomicInteger polls = new AtomicInteger();
        Supplier<SourceBatch> shaky = () -> {
            if (polls.incrementAndGet() < 3) {
                throw new RetriableException("Out of reach", null);
            }
            return SourceBatch.of(List.of(Tweets.tweet(1)));
        };
        TweetPublisher.builder(ScriptedSource.of(List.of(shaky)), kafka, name)
                .build()
                .run();
        assertThat(topic.keys()).hasSize(1);
        assertThat(polls).hasValue(3);
    }

    @Test
    void aSourceThatStaysOutOfReachEndsTheRunAtTheRetryLimit() {
        TopicProbe.create(kafka, name, 1);
        TweetPublisher publisher = TweetPublisher.builder(
                        ScriptedSource.of(List.of(() -> {
                            throw new RetriableException("Out of reach", null);
                        })),
                        kafka,
                        name)
                .retryLimit(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(publisher::run)
                .isInstanceOf(RetriableException.class)
                .hasMessage("Out of reach");
    }

    @Test
    void limitsThatCannotBeAreRefusedTogether() {
        assertThatThrownBy(() -> TweetPublisher.builder(InMemorySource.of(Tweets.tweets(1)), kafka, name)
                        .retryLimit(Duration.ofSeconds(-1))
                        .closeLimit(Duration.ofSeconds(-2))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "2 faults: The option 'retry-limit' is PT-1S, not at least 0s; The option 'close-limit' is PT-2S, not at"
                                + " least 0s");
    }

    @Test
    void aMissingTopicIsNamedAtTheStart() {
        TweetPublisher publisher = TweetPublisher.builder(InMemorySource.of(Tweets.tweets(1)), kafka, "missing")
                .build();
        assertThatThrownBy(publisher::run)
                .isInstanceOf(ConfigException.class)
                .hasMessage("Kafka has no topic 'missing'; create it first");
    }

    @Test
    void aPublisherRunsOnceAndNotAtAllAfterItWasClosed() {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        TweetPublisher publisher = TweetPublisher.builder(InMemorySource.of(Tweets.tweets(1)), kafka, name)
                .build();
        publisher.run();
        assertThatThrownBy(publisher::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("It has run already; build another one to run again");
        TweetPublisher closed = TweetPublisher.builder(InMemorySource.of(Tweets.tweets(1)), kafka, name)
                .build();
        closed.close();
        closed.run();
        closed.close();
        assertThat(topic.keys()).hasSize(1);
    }

    @Test
    void aSourceThatDoesNotComeBackIsInterruptedAtTheCloseLimit() {
        TopicProbe.create(kafka, name, 1);
        CompletableFuture<Thread> polling = new CompletableFuture<>();
        TweetPublisher publisher = TweetPublisher.builder(
                        ScriptedSource.of(List.of(() -> {
                            polling.complete(Thread.currentThread());
                            try {
                                Thread.currentThread().join();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException("interrupted as it should be", e);
                            }
                            return SourceBatch.empty();
                        })),
                        kafka,
                        name)
                .closeLimit(Duration.ofMillis(200))
                .build();
        CompletableFuture<Throwable> run = Background.supply(() -> {
            Throwable failure = catchThrowable(publisher::run);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the caller's thread is left interrupted")
                    .isFalse();
            return failure;
        });
        polling.join();
        publisher.close();
        assertThat(run.join()).hasMessage("interrupted as it should be");
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> Tweets.tweet(i).id()).toList();
    }
}
