/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.json.TopicJson;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaHeaders;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetSerde;
import dev.nightjar.testkit.Corpus;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic of a real broker, through a streaming query, into sinks. */
class SparkKafkaIT {
    private static final int BATCH = 100;

    private static EmbeddedKafka broker;
    private static KafkaConfig kafka;
    private static KafkaProducer<byte[], byte[]> producer;

    @TempDir
    private Path checkpoint;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start();
        kafka = KafkaConfig.of(broker.bootstrapServers());
        // One request at a time: the broker takes the second batch of a new topic when it was not ready for the first.
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "max.in.flight.requests.per.connection", 1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void everyRecordOfATopicIsStoredOrADeadLetterOrCounted() throws Exception {
        List<byte[]> values = new ArrayList<>();
        Map<String, Tweet> good = new HashMap<>();
        Map<String, Long> dead = new TreeMap<>();
        long tombstones = 0;
        for (Corpus.Case input : Corpus.cases()) {
            for (Tweet tweet : List.of(Tweets.tweet(values.size()), Tweets.tweet(values.size() + 1))) {
                values.add(TweetJson.toBytes(tweet));
                good.put(tweet.id(), tweet);
            }
            byte[] bytes = input.bytes().get();
            boolean ofX = input.asRecord() instanceof Corpus.Outcome.Dead
                    && (input.asLine() instanceof Corpus.Outcome.Good
                            || input.asLine() instanceof Corpus.Outcome.Deleted);
            if (bytes != null && (ofX || bytes.length > 900_000)) {
                continue;
            }
            values.add(bytes);
            if (input.asRecord() instanceof Corpus.Outcome.Good stored) {
                good.put(stored.tweet().id(), stored.tweet());
            } else if (bytes != null) {
                DataException fault =
                        catchThrowableOfType(DataException.class, () -> TopicJson.read(bytes, any -> null, "here"));
                dead.merge("decode/" + fault.code(), 1L, Long::sum);
            } else {
                tombstones++;
            }
        }
        values.add(TweetJson.toBytes(Tweets.tweet(100_000, "the model has a [fault] here")));
        dead.put("classify/model-fault", 1L);
        String topic = topic("mixed", 3);
        publish(topic, values);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-mixed");
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", sink)
                .deadLetters(KafkaDeadLetters.of(kafka, "mixed-dead"))
                .build();

        run(topic, writer);

        Ledger ledger = writer.counts();
        assertThat(ledger.in()).isEqualTo(values.size());
        assertThat(ledger.deadLetters()).isEqualTo(dead);
        assertThat(ledger.skipped()).isEqualTo(Map.of("tombstone", tombstones));
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(sink.records())
                .extracting(record -> record.tweet().id())
                .containsExactlyInAnyOrderElementsOf(good.keySet());
        assertThat(sink.records())
                .filteredOn(record -> !record.tweet().id().equals(Corpus.ID))
                .allSatisfy(record -> assertThat(record)
                        .isEqualTo(classified(good.get(record.tweet().id()))));
        Map<String, byte[]> byOrigin = read(topic);
        List<DeadLetter> letters = deadLetters("mixed-dead");
        assertThat(letters).hasSize((int) ledger.deadLetterCount());
        assertThat(letters).extracting(DeadLetter::origin).doesNotHaveDuplicates();
        assertThat(letters)
                .allSatisfy(letter -> assertThat(letter.original()).isEqualTo(byOrigin.get(letter.origin())));
    }

    @Test
    void aPipelineWithoutSparkStoresTheSameAndHasTheSameDeadLetters() throws Exception {
        String topic = topic("both", 2);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            values.add(TweetJson.toBytes(Tweets.tweet(i)));
        }
        values.add(TweetJson.toBytes(Tweets.rich()));
        values.add(TweetJson.toBytes(Tweets.tweet(100, "")));
        values.add(TweetJson.toBytes(Tweets.tweet(101, "the model has a [fault] here")));
        values.add(TweetJson.toBytes(Tweets.tweet(102, "the store does not take it")));
        values.add("{}".getBytes(StandardCharsets.UTF_8));
        values.add(null);
        publish(topic, values);
        RecordingSink.Factory<ClassifiedTweet> plain = RecordingSink.tweets("it-both-plain");
        RecordingSink.Factory<ClassifiedTweet> spark = RecordingSink.tweets("it-both-spark");
        plain.reject(Set.of(Tweets.tweet(102).id()));
        spark.reject(Set.of(Tweets.tweet(102).id()));
        RecordingSink.Factory<DeadLetter> plainDead = RecordingSink.deadLetters("it-both-plain-dead");
        RecordingSink.Factory<DeadLetter> sparkDead = RecordingSink.deadLetters("it-both-spark-dead");

        BatchWriter writer =
                BatchWriter.tweets().sink("store", spark).deadLetters(sparkDead).build();
        run(topic, writer);
        KafkaPipeline.Builder builder =
                KafkaPipeline.builder(kafka, topic, "both").sink("store", plain).deadLetters(plainDead);
        classifiers().forEach(builder::classifier);
        Ledger ledger = run(builder.build(), values.size());

        assertThat(writer.counts()).isEqualTo(ledger);
        assertThat(ledger.out()).isEqualTo(62);
        assertThat(spark.records()).containsExactlyInAnyOrderElementsOf(plain.records());
        assertThat(sparkDead.records()).hasSize(3).containsExactlyInAnyOrderElementsOf(plainDead.records());
    }

    @Test
    void aBatchThatFailsIsDeliveredAgainAfterARestart() throws Exception {
        String topic = topic("failing", 2);
        publish(topic, 5 * BATCH);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-failing");
        AtomicBoolean down = new AtomicBoolean();
        sink.beforeWrite(batch -> {
            if (down.get()) {
                throw new RetriableException("The store is down", null);
            }
            // It goes down when the second micro-batch has been stored in part.
            down.set(sink.records().size() >= BATCH);
        });
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", sink)
                .batchSize(20)
                .retryLimit(Duration.ofMillis(200))
                .build();

        assertThatExceptionOfType(StreamingQueryException.class)
                .isThrownBy(() -> run(topic, writer))
                .withMessageContaining("The store is down");
        assertThat(log("offsets")).containsExactly(0L, 1L);
        assertThat(log("commits")).containsExactly(0L);
        assertThat(writer.counts().out()).isEqualTo(BATCH);
        int stored = sink.records().size();
        assertThat(stored).isGreaterThan(BATCH).isLessThan(2 * BATCH);

        sink.beforeWrite(batch -> {});
        BatchWriter restarted =
                BatchWriter.tweets().sink("store", sink).batchSize(20).build();
        run(topic, restarted);

        assertThat(restarted.counts().in()).isEqualTo(4 * BATCH);
        assertThat(sink.records()).containsExactlyInAnyOrderElementsOf(classified(5 * BATCH));
        assertThat(written(sink)).isEqualTo(5 * BATCH + stored - BATCH);
    }

    @Test
    void aBatchWhoseCommitIsLostIsWrittenAgainAndChangesNothing() throws Exception {
        String topic = topic("uncommitted", 2);
        publish(topic, 3 * BATCH);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-uncommitted");
        BatchWriter writer = BatchWriter.tweets().sink("store", sink).build();
        run(topic, writer);
        List<ClassifiedTweet> before = sink.records();
        assertThat(before).containsExactlyInAnyOrderElementsOf(classified(3 * BATCH));

        Files.delete(checkpoint.resolve("commits/2"));
        Files.delete(checkpoint.resolve("commits/.2.crc"));
        run(topic, writer);

        assertThat(sink.records()).isEqualTo(before);
        assertThat(written(sink)).isEqualTo(4 * BATCH);
        assertThat(writer.counts().out()).isEqualTo(4 * BATCH);
    }

    @Test
    void aQueryWhoseSinkIsDownStopsSoon() throws Exception {
        String topic = topic("stopping", 1);
        publish(topic, 10);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-stopping");
        AtomicInteger attempts = new AtomicInteger();
        sink.beforeWrite(batch -> {
            attempts.incrementAndGet();
            throw new RetriableException("The store is down", null);
        });
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", sink)
                .retryLimit(Duration.ofHours(1))
                .build();
        StreamingQuery query = query(topic, writer, Trigger.ProcessingTime(0));
        await().atMost(Duration.ofMinutes(10)).until(() -> attempts.get() >= 3);

        long start = System.nanoTime();
        query.stop();

        // Or only after the hour of the retry limit.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(10));
        assertThat(query.isActive()).isFalse();
        assertThat(log("commits")).isEmpty();
    }

    @Test
    void aRecordWhoseHeadersSayThatItIsNoTweetIsADeadLetter() throws Exception {
        String topic = topic("headers", 1);
        TweetSerde serde = new TweetSerde();
        for (int i = 0; i < 4; i++) {
            RecordHeaders headers = new RecordHeaders();
            byte[] value = serde.serialize(topic, headers, Tweets.tweet(i));
            if (i == 1) {
                headers.add(KafkaHeaders.SCHEMA_VERSION, new byte[] {'2'});
            } else if (i == 2) {
                headers.add(KafkaHeaders.CONTENT_TYPE, "text/plain".getBytes(StandardCharsets.US_ASCII));
            } else if (i == 3) {
                headers.add("other", null);
            }
            producer.send(new ProducerRecord<>(topic, null, null, new byte[0], value, headers));
        }
        producer.flush();
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-headers");
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("it-headers-dead");
        BatchWriter writer =
                BatchWriter.tweets().sink("store", sink).deadLetters(dead).build();

        run(topic, writer);

        assertThat(sink.records()).containsExactly(classified(Tweets.tweet(0)), classified(Tweets.tweet(3)));
        assertThat(dead.records())
                .extracting(DeadLetter::code, DeadLetter::message)
                .containsExactly(
                        tuple(
                                "schema-version",
                                "The header 'nightjar.schema-version' is not '1', as this version of Nightjar reads"),
                        tuple(
                                "content-type",
                                "The header 'nightjar.content-type' is not 'application/vnd.nightjar.tweet+json', as"
                                        + " this version of Nightjar reads"));
    }

    @Test
    void aTopicCanBeReadAsABatch() throws Exception {
        String topic = topic("batch", 3);
        publish(topic, 250);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("it-batch");

        Ledger ledger = SparkTweets.writeTo(sink)
                .write(classify(SparkTweets.fromKafka(LocalSpark.session()
                        .read()
                        .format("kafka")
                        .option("kafka.bootstrap.servers", broker.bootstrapServers())
                        .option("subscribe", topic)
                        .load())));

        assertThat(ledger.out()).isEqualTo(250);
        assertThat(sink.records()).containsExactlyInAnyOrderElementsOf(classified(250));
    }

    private void run(String topic, BatchWriter writer) throws Exception {
        StreamingQuery query = query(topic, writer, Trigger.AvailableNow());
        try {
            query.awaitTermination();
        } finally {
            query.stop();
        }
    }

    private static Ledger run(KafkaPipeline pipeline, int records) throws Exception {
        Thread thread = new Thread(pipeline::run, "pipeline");
        thread.start();
        await().atMost(Duration.ofMinutes(10)).until(() -> pipeline.counts().in() >= records);
        pipeline.close();
        thread.join(Duration.ofSeconds(30).toMillis());
        return pipeline.counts();
    }

    private StreamingQuery query(String topic, BatchWriter writer, Trigger trigger) throws Exception {
        // Not by the writer's option, whose signature is one in Spark 3.5 and another in 4.
        LocalSpark.session()
                .conf()
                .set(
                        "spark.sql.streaming.checkpointLocation",
                        checkpoint.getParent().toString());
        Dataset<Row> records = LocalSpark.session()
                .readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", broker.bootstrapServers())
                .option("subscribe", topic)
                .option("startingOffsets", "earliest")
                .option("failOnDataLoss", "true")
                .option("maxOffsetsPerTrigger", BATCH)
                .option("includeHeaders", "true")
                .load();
        return classify(SparkTweets.fromKafka(records))
                .writeStream()
                .foreachBatch(writer)
                .queryName(checkpoint.getFileName().toString())
                .trigger(trigger)
                .start();
    }

    private static Dataset<Row> classify(Dataset<Row> frame) {
        Dataset<Row> classified = frame;
        for (Map.Entry<String, ClassifierFactory> entry : classifiers().entrySet()) {
            classified = SparkTweets.classify(classified, entry.getKey(), entry.getValue());
        }
        return classified;
    }

    private static Map<String, ClassifierFactory> classifiers() {
        Map<String, ClassifierFactory> classifiers = new LinkedHashMap<>();
        classifiers.put("emotion", KeywordClassifier.emotion().faultMarker("[fault]"));
        classifiers.put("sentiment", KeywordClassifier.sentiment());
        return classifiers;
    }

    private static ClassifiedTweet classified(Tweet tweet) {
        Map<String, Classification> answers = new HashMap<>();
        classifiers()
                .forEach((name, factory) -> answers.put(name, factory.shared().classify(tweet.text())));
        return ClassifiedTweet.of(tweet, answers);
    }

    private static List<ClassifiedTweet> classified(int count) {
        return Tweets.tweets(count).stream().map(SparkKafkaIT::classified).toList();
    }

    /** How many records a sink was given, each as often as it came. */
    private static int written(RecordingSink.Factory<ClassifiedTweet> sink) {
        return sink.batches().stream().mapToInt(List::size).sum();
    }

    private static String topic(String name, int partitions) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure(name, partitions, -1, Map.of());
        }
        return name;
    }

    private static void publish(String topic, int count) throws Exception {
        publish(topic, Tweets.tweets(count).stream().map(TweetJson::toBytes).toList());
    }

    private static void publish(String topic, List<byte[]> values) throws Exception {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            byte[] key = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            acknowledgements.add(producer.send(new ProducerRecord<>(topic, key, values.get(i))));
        }
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    /** The records of a topic by topic, partition and offset. */
    private static Map<String, byte[]> read(String topic) {
        Map<String, byte[]> values = new HashMap<>();
        consume(topic)
                .forEach(record -> values.put(
                        record.topic() + '-' + record.partition() + '-' + record.offset(),
                        record.value() == null ? new byte[0] : record.value()));
        return values;
    }

    private static List<DeadLetter> deadLetters(String topic) {
        return consume(topic).stream().map(KafkaDeadLetters::decode).toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> consume(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** The batches in one of the checkpoint's logs. */
    private List<Long> log(String name) {
        Path log = checkpoint.resolve(name);
        if (!Files.exists(log)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(log)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.matches("[0-9]+"))
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
