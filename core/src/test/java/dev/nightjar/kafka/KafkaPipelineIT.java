/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Health;
import dev.nightjar.json.TopicJson;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.Corpus;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

@Timeout(120) // a defect ends as a failure
class KafkaPipelineIT {
    private static EmbeddedKafka broker;
    private static KafkaConfig kafka;

    private String name;
    private RecordingSink.Factory<ClassifiedTweet> sink;
    private KafkaDeadLetters dead;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafka.start(Map.of("group.min.session.timeout.ms", "1000"));
        kafka = KafkaConfig.of(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void nameEverythingAfterTheTest(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        sink = RecordingSink.tweets(name);
        dead = KafkaDeadLetters.of(kafka, name + ".dead");
    }

    @AfterEach
    void clearTheSink() {
        sink.clear();
    }

    @Test
    void whatAPublisherPublishesIsStoredClassified() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 3);
        TweetPublisher publisher = TweetPublisher.builder(InMemorySource.of(Tweets.tweets(700)), kafka, name)
                .build();
        publisher.run();

        KafkaPipeline pipeline = pipeline()
                .classifier("emotion", KeywordClassifier.emotion())
                .classifier("sentiment", KeywordClassifier.sentiment())
                .build();
        drain(pipeline, topic);

        assertThat(storedIds()).containsExactlyInAnyOrderElementsOf(ids(Tweets.tweets(700)));
        assertThat(pipeline.counts().out()).isEqualTo(publisher.counts().out());
        assertThat(pipeline.counts().isBalanced()).isTrue();
        assertThat(pipeline.lag()).hasValue(0);
        try (Classifier emotion = KeywordClassifier.emotion().open();
                Classifier sentiment = KeywordClassifier.sentiment().open()) {
            assertThat(sink.records())
                    .allSatisfy(record -> assertThat(record.classifications())
                            .isEqualTo(Map.of(
                                    "emotion", emotion.classify(record.tweet().text()),
                                    "sentiment",
                                            sentiment.classify(record.tweet().text()))));
        }
        assertThat(sink.records())
                .extracting(record -> record.classifications()
                        .get("emotion")
                        .top()
                        .orElseThrow()
                        .label())
                .contains("neutral", "joy");
    }

    @Test
    void aLimitEndsTheRunAtThatRecordAndTheNextRunGoesOn() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 3);
        topic.sendTweets(Tweets.tweets(100));
        for (long limit : new long[] {1, 48, 51}) {
            KafkaPipeline pipeline = pipeline().limit(limit).build();
            pipeline.run();
            assertThat(pipeline.counts().in()).isEqualTo(limit);
        }
        assertThat(topic.lag(name)).isZero();
        assertThat(sink.records())
                .extracting(record -> record.tweet().id())
                .containsExactlyInAnyOrderElementsOf(ids(Tweets.tweets(100)));
    }

    /** One in ten of 10,000 records comes from the corpus of bad inputs. */
    @Test
    void oneBadRecordInTenIsADeadLetterWithItsBytesAndHarmsNoOther() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 4);
        List<Corpus.Case> bad = Corpus.cases().stream()
                .filter(one -> !(one.asRecord() instanceof Corpus.Outcome.Good))
                .filter(one -> one.bytes().get() == null
                        || (one.asLine() instanceof Corpus.Outcome.Dead
                                && one.bytes().get().length < 1_000_000))
                .toList();
        List<Tweet> good = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            if (i % 10 == 3) {
                values.add(bad.get(i / 10 % bad.size()).bytes().get());
            } else {
                good.add(Tweets.tweet(i));
                values.add(TweetJson.toBytes(Tweets.tweet(i)));
            }
        }
        topic.send(values);

        KafkaPipeline pipeline =
                pipeline().classifier("emotion", KeywordClassifier.emotion()).build();
        drain(pipeline, topic);

        assertThat(storedIds()).containsExactlyInAnyOrderElementsOf(ids(good));
        List<DeadLetter> expected = new ArrayList<>();
        long tombstones = 0;
        for (var record : topic.records()) {
            int number = Integer.parseInt(new String(record.key(), UTF_8));
            if (number % 10 != 3) {
                continue;
            }
            if (record.value() == null) {
                tombstones++;
                continue;
            }
            String origin = name + '-' + record.partition() + '-' + record.offset();
            DataException fault = catchThrowableOfType(
                    DataException.class, () -> TopicJson.read(record.value(), any -> null, origin));
            expected.add(new DeadLetter(Stage.DECODE, fault.code(), "", origin, record.value()));
        }
        assertThat(tombstones).isPositive();
        assertThat(deadTopic().deadLetters())
                .usingElementComparator((one, other) -> one.stage() == other.stage()
                                && one.code().equals(other.code())
                                && one.origin().equals(other.origin())
                                && java.util.Arrays.equals(one.original(), other.original())
                        ? 0
                        : 1)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(pipeline.counts().in()).isEqualTo(10_000);
        assertThat(pipeline.counts().out()).isEqualTo(9_000);
        assertThat(pipeline.counts().skipped()).containsExactly(Map.entry("tombstone", tombstones));
        assertThat(pipeline.counts().isBalanced()).isTrue();
    }

    @Test
    void aDeletedTweetIsErasedUnlessItCameAgain() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        List<Tweet> tweets = Tweets.tweets(4);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        tweets.forEach(tweet -> records.add(record(tweet)));
        records.add(tombstone(tweets.get(0).id()));
        records.add(tombstone(tweets.get(1).id()));
        records.add(record(tweets.get(1))); // it is there again
        records.add(tombstone(tweets.get(0).id())); // once more
        records.add(tombstone("no id of a tweet"));
        records.add(new ProducerRecord<>(name, null, null));
        topic.sendRecords(records);
        sink.thatErases();

        KafkaPipeline pipeline = pipeline().build();
        drain(pipeline, topic);

        assertThat(storedIds()).containsExactlyInAnyOrderElementsOf(ids(tweets.subList(1, 4)));
        assertThat(sink.erased()).containsExactly(tweets.get(0).id());
        assertThat(pipeline.counts().skipped()).isEqualTo(Map.of("erased", 2L, "tombstone", 3L));
        assertThat(pipeline.counts().isBalanced()).isTrue();
    }

    @Test
    void aDeletionThatOneSinkCannotCarryOutIsCountedAndCarriedOutByTheOther() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        List<Tweet> tweets = Tweets.tweets(3);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        tweets.forEach(tweet -> records.add(record(tweet)));
        records.add(tombstone(tweets.get(0).id()));
        records.add(tombstone(tweets.get(2).id()));
        topic.sendRecords(records);
        RecordingSink.Factory<ClassifiedTweet> erasing =
                RecordingSink.tweets(name + "-erasing").thatErases();

        KafkaPipeline pipeline = pipeline().sink("erasing", erasing).build();
        drain(pipeline, topic);

        assertThat(erasing.records())
                .extracting(record -> record.tweet().id())
                .containsExactly(tweets.get(1).id());
        assertThat(storedIds()).hasSize(3);
        assertThat(pipeline.counts().skipped()).isEqualTo(Map.of("tombstone", 2L));
        erasing.clear();
    }

    @Test
    void duplicatesInOneBatchAndAcrossBatchesAreStoredOnceAndTheLastWins() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 3);
        List<Tweet> published = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            int number = random.nextInt(400);
            published.add(Tweets.tweet(number, "edition " + i));
        }
        topic.sendTweets(published);

        KafkaPipeline pipeline = pipeline().batchSize(100).build();
        drain(pipeline, topic);

        Map<String, String> last = new java.util.HashMap<>();
        published.forEach(tweet -> last.put(tweet.id(), tweet.text()));
        assertThat(sink.records()).hasSize(last.size());
        assertThat(sink.records())
                .allSatisfy(record -> assertThat(record.tweet().text())
                        .isEqualTo(last.get(record.tweet().id())));
        assertThat(pipeline.counts().out()).isEqualTo(3000);
    }

    @Test
    void aSinkThatFailsForAMomentDelaysAndLosesNothing() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(50));
        sink.failNext(4);

        KafkaPipeline pipeline = pipeline().batchSize(10).build();
        drain(pipeline, topic);

        assertThat(storedIds()).containsExactlyElementsOf(ids(Tweets.tweets(50)));
        assertThat(pipeline.counts().out()).isEqualTo(50);
        assertThat(deadTopic().records()).isEmpty();
    }

    @Test
    void anOutageNeverMakesADeadLetterAndHoldsTheOffsets() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(50));
        AtomicBoolean down = new AtomicBoolean(true);
        sink.beforeWrite(batch -> {
            if (down.get() && batch.contains(record(25))) {
                throw new RetriableException("The store is down", null);
            }
        });

        KafkaPipeline pipeline =
                pipeline().batchSize(10).retryLimit(Duration.ofMillis(500)).build();
        assertThatThrownBy(pipeline::run).isInstanceOf(RetriableException.class).hasMessage("The store is down");

        assertThat(topic.lag(name)).isEqualTo(30);
        assertThat(deadTopic().records()).isEmpty();
        assertThat(pipeline.counts().in()).isEqualTo(20);
        assertThat(pipeline.counts().isBalanced()).isTrue();

        down.set(false);
        drain(pipeline().build(), topic);
        assertThat(storedIds()).containsExactlyElementsOf(ids(Tweets.tweets(50)));
    }

    @Test
    void whatASinkRejectsIsADeadLetterAndItsNeighboursAreStored() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        List<Tweet> tweets = Tweets.tweets(40);
        topic.sendTweets(tweets);
        RecordingSink.Factory<ClassifiedTweet> other = RecordingSink.tweets(name + " other");
        sink.reject(Set.of(tweets.get(3).id(), tweets.get(17).id()));
        other.reject(Set.of(tweets.get(17).id()));

        KafkaPipeline pipeline = pipeline().sink("other", other).batchSize(15).build();
        drain(pipeline, topic);

        List<Tweet> rest = new ArrayList<>(tweets);
        rest.removeAll(List.of(tweets.get(3), tweets.get(17)));
        assertThat(storedIds()).containsExactlyElementsOf(ids(rest));
        assertThat(deadTopic().deadLetters())
                .containsExactly(
                        new DeadLetter(
                                Stage.SINK,
                                "told-to-reject",
                                "The sink 'main' refuses it: Told to reject it",
                                name + "-0-3",
                                TweetJson.toBytes(tweets.get(3))),
                        new DeadLetter(
                                Stage.SINK,
                                "told-to-reject",
                                "The sink 'main' refuses it: Told to reject it; The sink 'other' refuses it: Told to"
                                        + " reject it",
                                name + "-0-17",
                                TweetJson.toBytes(tweets.get(17))));
        assertThat(pipeline.counts().toString())
                .isEqualTo("Ledger[in=40, out=38, deadLetters={sink/told-to-reject=2}, skipped={}]");
        other.clear();
    }

    @Test
    void aModelFaultIsADeadLetterAndATextWithoutAnAnswerIsStored() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        Tweet blank = Tweets.tweet(1, " \n");
        Tweet fault = Tweets.tweet(2, "this one is Kryptonite");
        topic.sendTweets(List.of(Tweets.tweet(0), blank, fault));

        KafkaPipeline pipeline = pipeline()
                .classifier("emotion", KeywordClassifier.emotion().faultMarker("Kryptonite"))
                .classifier("sentiment", KeywordClassifier.sentiment())
                .build();
        drain(pipeline, topic);

        assertThat(storedIds()).containsExactly(Tweets.tweet(0).id(), blank.id());
        assertThat(sink.records().get(1).classifications().values())
                .allSatisfy(answer ->
                        assertThat(((Classification.Rejected) answer).reason()).isEqualTo(Classification.Reason.BLANK));
        assertThat(deadTopic().deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.stage()).isEqualTo(Stage.CLASSIFY);
            assertThat(letter.code()).isEqualTo("model-fault");
            assertThat(letter.message())
                    .matches("The classifier 'emotion' \\(keyword-emotion@\\w{12}\\) has no answer");
            assertThat(letter.original()).isEqualTo(TweetJson.toBytes(fault));
        });
        assertThat(pipeline.counts().isBalanced()).isTrue();
    }

    /** Bad input 92 among them: a thousand headers, some twice, some binary. */
    @Test
    void headersThatSayAnotherVersionMakeADeadLetterAndOthersAreLeftAlone() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            records.add(new ProducerRecord<>(
                    name, Tweets.tweet(i).id().getBytes(UTF_8), TweetJson.toBytes(Tweets.tweet(i))));
        }
        records.get(0).headers().add(KafkaHeaders.SCHEMA_VERSION, "2".getBytes(UTF_8));
        for (int i = 0; i < 1000; i++) {
            records.get(1).headers().add(new RecordHeader("h" + i % 500, i % 7 == 0 ? null : new byte[] {(byte) i}));
        }
        topic.sendRecords(records);

        drain(pipeline().build(), topic);

        assertThat(storedIds()).containsExactly(Tweets.tweet(1).id());
        assertThat(deadTopic().deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.code()).isEqualTo("schema-version"));
    }

    @Test
    void aStoreIsWaitedForAsLongAsItTakesIfThatIsWished() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(50));
        sink.failNext(Integer.MAX_VALUE);
        KafkaPipeline pipeline =
                pipeline().retryLimit(Duration.ZERO).waitForStores().limit(50).build();
        CompletableFuture<Void> run = Background.run(pipeline::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> pipeline.trouble().isPresent());
        assertThat(pipeline.trouble().orElseThrow()).hasMessage("Told to fail");
        assertThat(run).isNotDone();
        ObjectName bean = new ObjectName("dev.nightjar:type=Delivery,name=" + ObjectName.quote(name));
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        assertThat(jmx.getAttribute(bean, "State")).isEqualTo("waiting");
        assertThat(jmx.getAttribute(bean, "Lag")).isEqualTo(50L);
        assertThat(jmx.getAttribute(bean, "Trouble")).isEqualTo("Told to fail");
        assertThat(pipeline.metrics().health().isLive()).isTrue();
        assertThat(pipeline.metrics().health().isReady()).isFalse();
        sink.failNext(0);
        run.get(30, TimeUnit.SECONDS);
        assertThat(storedIds()).containsExactlyElementsOf(ids(Tweets.tweets(50)));
        assertThat(pipeline.trouble()).isEmpty();
        assertThat(pipeline.counts().in()).isEqualTo(50);
        assertThat(pipeline.metrics().health().state()).isEqualTo(Health.State.ENDED);
        assertThat(jmx.isRegistered(bean)).isFalse();
    }

    @Test
    void aSinkThatIsFrozenDelaysNoOtherAndCatchesUp() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 2);
        topic.sendTweets(Tweets.tweets(300));
        topic.sendRecords(List.of(
                new ProducerRecord<>(name, "{".getBytes(UTF_8)),
                tombstone(Tweets.tweet(7).id())));
        CountDownLatch thaw = new CountDownLatch(1);
        RecordingSink.Factory<ClassifiedTweet> frozen =
                RecordingSink.tweets(name + " frozen").thatErases();
        frozen.beforeWrite(batch -> assertThat(awaited(thaw, 60)).isTrue());
        sink.thatErases();
        List<Tweet> rest = new ArrayList<>(Tweets.tweets(300));
        rest.remove(7);

        KafkaPipeline pipeline = pipeline()
                .sink("frozen", frozen)
                .classifier("emotion", KeywordClassifier.emotion())
                .sinksApart(name + ".classified")
                .limit(302)
                .build();
        CompletableFuture<Void> run = Background.run(pipeline::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> !sink.erased().isEmpty());
        assertThat(storedIds()).containsExactlyInAnyOrderElementsOf(ids(rest));
        assertThat(run).isNotDone();
        thaw.countDown();
        run.get(60, TimeUnit.SECONDS);

        assertThat(frozen.records()).containsExactlyInAnyOrderElementsOf(sink.records());
        assertThat(sink.records())
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion"));
        assertThat(frozen.erased()).containsExactly(Tweets.tweet(7).id());
        assertThat(pipeline.counts().toString())
                .isEqualTo("Ledger[in=302, out=300, deadLetters={decode/bad-json=1}, skipped={erased=1}]");
        assertThat(pipeline.sinks()).containsOnlyKeys("main", "frozen");
        assertThat(pipeline.sinks().values())
                .allSatisfy(part -> assertThat(part.counts().toString())
                        .isEqualTo("Ledger[in=301, out=300, deadLetters={}, skipped={erased=1}]"));
        frozen.clear();
    }

    @Test
    void aSinkThatIsDownForEverEndsWithItsOwnAlarmAndGoesOnWhenItIsMended() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(40));
        RecordingSink.Factory<ClassifiedTweet> down = RecordingSink.tweets(name + " down");
        down.failNext(Integer.MAX_VALUE);
        KafkaPipeline.Builder builder =
                pipeline().sink("down", down).sinksApart(name + ".classified").retryLimit(Duration.ofMillis(300));

        KafkaPipeline pipeline = builder.limit(40).build();
        assertThatThrownBy(pipeline::run).isInstanceOf(RetriableException.class).hasMessage("Told to fail");
        assertThat(storedIds()).containsExactlyElementsOf(ids(Tweets.tweets(40)));
        assertThat(pipeline.sinks().get("down").trouble()).isPresent();
        assertThat(pipeline.sinks().get("main").trouble()).isEmpty();
        assertThat(pipeline.metrics().parts())
                .extracting(part -> part.name() + ' ' + part.health())
                .containsExactly(name + ".main ended", name + ".down failed: Told to fail");

        down.failNext(0);
        topic.sendTweets(List.of(Tweets.tweet(40)));
        builder.limit(1).build().run();
        assertThat(down.records()).containsExactlyElementsOf(sink.records()).hasSize(41);
        assertThatThrownBy(() -> builder.sinksApart(name).build())
                .hasMessage("The topic '" + name + "' of the classified tweets is the one that is read; give another");
        down.clear();
    }

    /** As if it were killed when one sink has acknowledged and nothing is committed. */
    @Test
    void aPipelineThatDiesBetweenAcknowledgementAndCommitRepeatsTheBatchAndStoresEachIdOnce() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 2);
        topic.sendTweets(Tweets.tweets(200));
        RecordingSink.Factory<ClassifiedTweet> dying = RecordingSink.tweets(name + " dying");
        AtomicInteger writes = new AtomicInteger();
        dying.beforeWrite(batch -> {
            if (writes.incrementAndGet() == 3) {
                throw new AssertionError("killed");
            }
        });
        KafkaPipeline first = pipeline().sink("other", dying).batchSize(20).build();
        assertThatThrownBy(first::run).hasMessage("killed");
        int acknowledged = sink.batches().stream().mapToInt(List::size).sum();
        assertThat(topic.lag(name)).isEqualTo(200 - first.counts().in());
        assertThat((long) acknowledged).isGreaterThan(first.counts().in());

        KafkaPipeline second = pipeline().sink("other", dying).batchSize(20).build();
        drain(second, topic);

        assertThat(storedIds()).containsExactlyInAnyOrderElementsOf(ids(Tweets.tweets(200)));
        assertThat(dying.records()).hasSize(200);
        assertThat(first.counts().plus(second.counts()).out()).isEqualTo(200);
        dying.clear();
    }

    @Test
    void aDeadLetterTopicThatIsGoneHoldsTheOffsets() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        KafkaConfig impatient = KafkaConfig.builder(broker.bootstrapServers())
                .property("max.block.ms", "500")
                .property("delivery.timeout.ms", "1500")
                .property("request.timeout.ms", "1000")
                .property("linger.ms", "0")
                .build();
        dead = KafkaDeadLetters.of(impatient, name + ".dead");
        KafkaPipeline pipeline =
                pipeline().retryLimit(Duration.ofSeconds(1)).batchSize(5).build();
        CompletableFuture<Throwable> run = Background.supply(() -> catchThrowable(pipeline::run));
        topic.sendTweets(Tweets.tweets(5));
        await().atMost(Duration.ofSeconds(60)).until(() -> topic.lag(name) == 0);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.delete(name + ".dead");
        }
        topic.send(List.of("bad".getBytes(UTF_8), TweetJson.toBytes(Tweets.tweet(9))));

        assertThat(run.get(30, TimeUnit.SECONDS))
                .isInstanceOf(RetriableException.class)
                .hasMessageStartingWith("Could not write to the topic '" + name + ".dead'");
        assertThat(topic.lag(name)).isPositive();
        assertThat(pipeline.counts().in() + topic.lag(name)).isEqualTo(7);

        TopicProbe.create(kafka, name + ".dead", 1);
        drain(pipeline().build(), topic);
        assertThat(deadTopic().deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.original()).isEqualTo("bad".getBytes(UTF_8)));
    }

    @Test
    void aDeadLetterWithoutAPlaceEndsTheRunWithItsOffsetHeld() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.send(List.of("bad".getBytes(UTF_8)));
        KafkaPipeline pipeline =
                KafkaPipeline.builder(kafka, name, name).sink("main", sink).build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(ConfigException.class)
                .hasMessage("The record " + name
                        + "-0-0 is a dead letter (decode/plain-text) and there is no place for it; give"
                        + " it one with deadLetters or the option 'dead-letter-topic'");
        assertThat(topic.lag(name)).isEqualTo(1);
    }

    @Test
    void aTopicThatTurnsIntoDeadLettersEndsTheRunWithTheTopReason() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            boolean good = i < 1000 || i % 4 != 0;
            String bad = i % 20 == 0 ? "{\"id\":\"x\"}" : "<html>";
            values.add(good ? TweetJson.toBytes(Tweets.tweet(i)) : bad.getBytes(UTF_8));
        }
        topic.send(values);

        KafkaPipeline pipeline = pipeline().batchSize(100).build();
        assertThatThrownBy(pipeline::run)
                .isExactlyInstanceOf(FatalException.class)
                .hasMessageMatching("Of the last 1000 records of the topic '" + name
                        + "' 200 are dead letters, most often 'decode/bad-json' \\(160\\): check .*");

        long committed = 2000 - topic.lag(name);
        assertThat(committed).isEqualTo(1700).isEqualTo(pipeline.counts().in());
        assertThat(deadTopic().records()).hasSize((int) pipeline.counts().deadLetterCount());
    }

    @Test
    void membersOfAGroupThatComeAndGoStoreEachIdOnceAndCountEachRecordOnce() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 6);
        AtomicBoolean full = new AtomicBoolean();
        KafkaPipeline first = pipeline().batchSize(50).build();
        KafkaPipeline second = pipeline().batchSize(50).build();
        KafkaPipeline third = pipeline().batchSize(50).build();
        LongSupplier read =
                () -> first.counts().plus(second.counts()).plus(third.counts()).in();
        CompletableFuture<Integer> feeding = Background.supply(() -> feed(topic, full, read));
        CompletableFuture<Void> firstRun = Background.run(first::run);
        await().atMost(Duration.ofSeconds(30)).until(() -> first.counts().in() > 0);
        CompletableFuture<Void> secondRun = Background.run(second::run);
        await().atMost(Duration.ofSeconds(30)).until(() -> second.counts().in() > 0);
        first.close();
        firstRun.get(30, TimeUnit.SECONDS);
        CompletableFuture<Void> thirdRun = Background.run(third::run);
        await().atMost(Duration.ofSeconds(30)).until(() -> third.counts().in() > 0);
        full.set(true);
        int published = feeding.get(30, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(60)).until(() -> topic.lag(name) == 0);
        second.close();
        third.close();
        CompletableFuture.allOf(secondRun, thirdRun).get(30, TimeUnit.SECONDS);

        assertThat(storedIds()).hasSize(published).containsAll(ids(Tweets.tweets(published)));
        assertThat(read.getAsLong()).isEqualTo(published);
    }

    /** Publishes until the topic is full, at most 2,000 ahead of what is read, and says how many tweets that were. */
    private static int feed(TopicProbe topic, AtomicBoolean full, LongSupplier read) {
        int published = 0;
        while (!full.get()) {
            if (published - read.getAsLong() > 2_000) {
                LockSupport.parkNanos(10_000_000);
                continue;
            }
            try {
                topic.sendTweets(IntStream.range(published, published + 100)
                        .mapToObj(Tweets::tweet)
                        .toList());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            published += 100;
        }
        return published;
    }

    @Test
    void aBatchThatOutlivesTheGroupsPatienceIsDeliveredAgainAndCountedOnce() throws Exception {
        KafkaConfig impatient = KafkaConfig.builder(broker.bootstrapServers())
                .property("max.poll.interval.ms", "1000")
                .property("session.timeout.ms", "1000")
                .property("heartbeat.interval.ms", "200")
                .build();
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(10));
        AtomicInteger writes = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        sink.beforeWrite(batch -> {
            if (writes.incrementAndGet() == 1) {
                assertThat(awaited(never, 3)).isFalse();
            }
        });
        KafkaPipeline pipeline = KafkaPipeline.builder(impatient, name, name)
                .sink("main", sink)
                .deadLetters(dead)
                .build();
        drain(pipeline, topic);

        assertThat(writes).hasValue(2);
        assertThat(pipeline.counts().in()).isEqualTo(10);
        assertThat(storedIds()).hasSize(10);
    }

    @Test
    void aGroupThatIsAlwaysTooSlowIsToldSoRatherThanRepeatingForEver() throws Exception {
        KafkaConfig impatient = KafkaConfig.builder(broker.bootstrapServers())
                .property("max.poll.interval.ms", "1000")
                .property("session.timeout.ms", "1000")
                .property("heartbeat.interval.ms", "200")
                .build();
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(10));
        CountDownLatch never = new CountDownLatch(1);
        sink.beforeWrite(batch -> assertThat(awaited(never, 2)).isFalse());
        KafkaPipeline pipeline = KafkaPipeline.builder(impatient, name, name)
                .sink("main", sink)
                .deadLetters(dead)
                .build();
        assertThatThrownBy(pipeline::run)
                .isExactlyInstanceOf(FatalException.class)
                .hasMessageContaining("choose a smaller batch size or a longer 'max.poll.interval.ms'");
        assertThat(topic.lag(name)).isEqualTo(10);
    }

    /** The batch in hand is finished, so nothing is repeated. */
    @Test
    void closingFinishesAndCommitsTheBatchInHand() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(100));
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        sink.beforeWrite(batch -> {
            writing.countDown();
            assertThat(awaited(go, 30)).isTrue();
        });
        KafkaPipeline pipeline = pipeline().batchSize(10).build();
        CompletableFuture<Void> run = Background.run(pipeline::run);
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> close = Background.run(pipeline::close);
        assertThat(close).isNotDone();
        go.countDown();
        close.get(30, TimeUnit.SECONDS);
        run.get(30, TimeUnit.SECONDS);
        pipeline.close();

        long stored = sink.records().size();
        assertThat(stored).isPositive().isEqualTo(pipeline.counts().out());
        assertThat(topic.lag(name)).isEqualTo(100 - stored);
        drain(pipeline().build(), topic);
        assertThat(sink.batches().stream().mapToInt(List::size).sum()).isEqualTo(100);
    }

    @Test
    void aSinkThatNeverAnswersIsLeftAtTheCloseLimitWithTheOffsetsHeld() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(10));
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        sink.beforeWrite(batch -> {
            writing.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RetriableException("Interrupted", e);
            }
        });
        KafkaPipeline pipeline = pipeline().closeLimit(Duration.ofMillis(300)).build();
        CompletableFuture<Throwable> run = Background.supply(() -> catchThrowable(pipeline::run));
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();
        pipeline.close();
        assertThat(run.get(30, TimeUnit.SECONDS)).isInstanceOf(RetriableException.class);
        assertThat(topic.lag(name)).isEqualTo(10);
        // Others can go on at once, not only when the group misses the member.
        try (Admin admin = Admin.create(kafka.admin())) {
            assertThat(admin.describeConsumerGroups(List.of(name))
                            .all()
                            .get()
                            .get(name)
                            .members())
                    .isEmpty();
        }
    }

    /** What retention took before it was read is no silent loss. */
    @Test
    void recordsThatTheTopicDroppedBeforeTheyWereReadAreCounted() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 1);
        topic.sendTweets(Tweets.tweets(10));
        drain(pipeline().build(), topic);
        topic.sendTweets(Tweets.tweets(40).subList(10, 40));
        try (Admin admin = Admin.create(kafka.admin())) {
            admin.deleteRecords(Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(25)))
                    .all()
                    .get();
        }
        KafkaPipeline pipeline = pipeline().build();
        drain(pipeline, topic);
        assertThat(pipeline.counts().toString())
                .isEqualTo("Ledger[in=30, out=15, deadLetters={}, skipped={expired=15}]");
        assertThat(storedIds()).hasSize(25);
    }

    @Test
    void aMissingTopicIsNamedAtTheStart() {
        KafkaPipeline pipeline =
                KafkaPipeline.builder(kafka, "missing", name).sink("main", sink).build();
        assertThatThrownBy(pipeline::run)
                .isInstanceOf(ConfigException.class)
                .hasMessage("Kafka has no topic 'missing'; create it first");
    }

    @Test
    void aPipelineThatCannotBeIsRefusedWithEveryFault() {
        assertThatThrownBy(() -> KafkaPipeline.builder(kafka, "t", "g")
                        .batchSize(0)
                        .deadLetterLimit(0, 10)
                        .closeLimit(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "4 faults: There is no sink: add one with sink(...); The option 'batch-size' is 0, not at least 1; The"
                                + " option 'dead-letter-limit' is 0, not at least 1; The option 'close-limit' is PT-1S, not at least"
                                + " 0s");
        assertThatThrownBy(() ->
                        KafkaPipeline.builder(kafka, "t", "g").classifier("Emotion!", KeywordClassifier.emotion()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pipelinesThatRunTogetherShareWhatTheyOpenAndTheLastOneClosesIt() throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, name, 2);
        KeywordClassifier.Factory classifier = KeywordClassifier.emotion().name(name);
        KafkaPipeline first = pipeline().classifier("emotion", classifier).build();
        KafkaPipeline second = pipeline().classifier("emotion", classifier).build();
        CompletableFuture<Void> firstRun = Background.run(first::run);
        CompletableFuture<Void> secondRun = Background.run(second::run);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> first.lag().isPresent() && second.lag().isPresent());
        assertThat(classifier.openings()).isEqualTo(1);
        assertThat(sink.openings()).isEqualTo(1);

        first.close();
        firstRun.get(10, TimeUnit.SECONDS);
        topic.sendTweets(Tweets.tweets(5));
        await().atMost(Duration.ofSeconds(60)).until(() -> secondRun.isDone() || topic.lag(name) == 0);
        assertThat(second.counts().out()).isEqualTo(5);
        assertThat(sink.closings()).isZero();

        second.close();
        secondRun.get(10, TimeUnit.SECONDS);
        assertThat(classifier.openings()).isEqualTo(1);
        assertThat(sink.closings()).isEqualTo(1);
    }

    private KafkaPipeline.Builder pipeline() {
        return KafkaPipeline.builder(kafka, name, name).sink("main", sink).deadLetters(dead);
    }

    private void drain(KafkaPipeline pipeline, TopicProbe topic) throws Exception {
        CompletableFuture<Void> run = Background.run(pipeline::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> run.isDone() || topic.lag(name) == 0);
        pipeline.close();
        run.get(30, TimeUnit.SECONDS);
    }

    private TopicProbe deadTopic() {
        return new TopicProbe(kafka, name + ".dead");
    }

    private List<String> storedIds() {
        return sink.records().stream().map(record -> record.tweet().id()).toList();
    }

    private static ClassifiedTweet record(int number) {
        return ClassifiedTweet.of(Tweets.tweet(number), Map.of());
    }

    private static List<String> ids(List<Tweet> tweets) {
        return tweets.stream().map(Tweet::id).toList();
    }

    private static boolean awaited(CountDownLatch latch, int seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Tweet tweet) {
        return new ProducerRecord<>(name, tweet.id().getBytes(UTF_8), TweetJson.toBytes(tweet));
    }

    private ProducerRecord<byte[], byte[]> tombstone(String key) {
        return new ProducerRecord<>(name, key.getBytes(UTF_8), null);
    }
}
