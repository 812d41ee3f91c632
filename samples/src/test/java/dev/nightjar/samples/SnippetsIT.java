/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ScoredLabel;
import dev.nightjar.SinkFactory;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.kafka.KafkaTopics;
import dev.nightjar.kafka.TweetPublisher;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.source.replay.ReplayConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's pieces of code, run. */
@Timeout(300)
class SnippetsIT {
    private static final int TWEETS = 60;

    @Test
    void aModelAnswersInJava() {
        try (Classifier emotion = OnnxModels.emotion().open()) {
            for (Classification answer : emotion.classifyAll(List.of("What a game!", "I miss you", ""))) {
                System.out.println(answer.top().map(ScoredLabel::label).orElse("no label"));
            }
        }
        assertThat(OnnxModels.emotion().shared().classify("").top()).isEmpty();
        assertThat(OnnxModels.emotion()
                        .shared()
                        .classify("I am so happy today!")
                        .top())
                .hasValueSatisfying(top -> assertThat(top.label()).isEqualTo("joy"));
    }

    @Test
    void aPipelineWithoutSparkStoresATopic() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String mongoUri = "mongodb:/" + mongo.bind();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                MongoClient client = MongoClients.create(mongoUri)) {
            String servers = broker.bootstrapServers();
            publish(servers);
            Future<?> done = thread.submit(() -> storeTopic(servers, mongoUri));
            await().atMost(Duration.ofSeconds(120)).until(() -> {
                if (done.isDone()) {
                    done.get();
                }
                return client.getDatabase("nightjar").getCollection("tweets").countDocuments() == TWEETS;
            });
            thread.shutdownNow();
            assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            thread.shutdownNow();
            mongo.shutdownNow();
        }
    }

    private static void storeTopic(String servers, String mongoUri) {
        KafkaConfig kafka = KafkaConfig.of(servers);
        try (KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "tweets", "emotion-v1")
                .classifier("emotion", OnnxModels.emotion())
                .sink("mongo", MongoSinkConfig.builder(mongoUri).build())
                .deadLetters(KafkaDeadLetters.of(kafka, "tweets.dead-letters"))
                .build()) {
            pipeline.run();
        }
    }

    @Test
    void aTopicGoesThroughSparkAndSql(@TempDir Path folder) throws Exception {
        SinkFactory<ClassifiedTweet> store = SqliteStore.in(folder.resolve("tweets.db"));
        String checkpoint = folder.resolve("checkpoint").toString();
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        try (EmbeddedKafka broker = EmbeddedKafka.start()) {
            String servers = broker.bootstrapServers();
            publish(servers);
            SinkFactory<dev.nightjar.DeadLetter> deadLetters =
                    KafkaDeadLetters.of(KafkaConfig.of(servers), "tweets.dead-letters");
            Dataset<Row> tweets = SparkTweets.fromKafka(spark.readStream()
                    .format("kafka")
                    .option("kafka.bootstrap.servers", servers)
                    .option("subscribe", "tweets")
                    .option("startingOffsets", "earliest")
                    .load());
            StreamingQuery query = SparkTweets.classify(tweets, "emotion", OnnxModels.emotion())
                    .writeStream()
                    .foreachBatch(BatchWriter.tweets()
                            .sink("store", store)
                            .deadLetters(deadLetters)
                            .build())
                    .option("checkpointLocation", checkpoint)
                    .start();
            query.processAllAvailable();
            query.stop();
            try (SqliteStore.Reader reader =
                    SqliteStore.in(folder.resolve("tweets.db")).reader()) {
                assertThat(reader.count()).isEqualTo(TWEETS);
            }
            sql(spark, servers);
        } finally {
            spark.stop();
        }
    }

    private static void sql(SparkSession spark, String servers) {
        SparkTweets.fromKafka(spark.read()
                        .format("kafka")
                        .option("kafka.bootstrap.servers", servers)
                        .option("subscribe", "tweets")
                        .load())
                .createOrReplaceTempView("tweets");
        SparkTweets.registerUdf(spark, "emotion", OnnxModels.emotion());
        Dataset<Row> labels = spark.sql("""
                SELECT e.label, count(*) AS tweets
                FROM (SELECT emotion(text) AS e FROM tweets)
                WHERE e.rejected IS NULL
                GROUP BY e.label ORDER BY tweets DESC
                """);
        assertThat(labels.collectAsList().stream()
                        .mapToLong(row -> row.getLong(1))
                        .sum())
                .isBetween(1L, (long) TWEETS);
    }

    private static void publish(String servers) {
        KafkaConfig kafka = KafkaConfig.of(servers);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure("tweets", 2, 1, Map.of());
            topics.ensure("tweets.dead-letters", 1, 1, Map.of());
        }
        try (TweetPublisher publisher = TweetPublisher.builder(
                        ReplayConfig.synthetic().count(TWEETS).build(), kafka, "tweets")
                .build()) {
            publisher.run();
        }
    }
}
