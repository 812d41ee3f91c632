/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.sink.hbase.HBaseSinkConfig;
import dev.nightjar.sink.mongo.MongoSinkConfig;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.KeywordClassifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The formats of the sinks, by names and options alone, as from Python. */
@Timeout(900)
class SinkFormatsIT {
    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startSpark(@TempDir Path warehouse) {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.warehouse.dir", warehouse.toString())
                .config("spark.sql.extensions", "dev.nightjar.spark.NightjarExtensions")
                .config("spark.nightjar.classifiers.emotion.type", "dev.nightjar.classifier.lr.LrClassifierConfig")
                .config("spark.nightjar.classifiers.emotion.model", "bundled:sentiment-lr")
                .getOrCreate();
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @Test
    void mongoHoldsEachTweetOnceAndTheTopicWhatIsNone() throws Exception {
        MongoServer mongo = new MongoServer(new MemoryBackend());
        String uri = "mongodb://127.0.0.1:" + mongo.bind().getPort() + "/birds";
        try (EmbeddedKafka broker = EmbeddedKafka.start();
                StoredTweets stored =
                        MongoSinkConfig.builder(uri).collection("moods").build().read()) {
            Map<String, String> options = Map.of(
                    "uri",
                    uri,
                    "collection",
                    "moods",
                    "dead-letter-topic",
                    "letters",
                    "bootstrap-servers",
                    broker.bootstrapServers());
            write("nightjar-mongo", options);
            assertThat(stored.count()).isEqualTo(998);
            write("nightjar-mongo", options);
            assertThat(stored.count()).isEqualTo(998);
            assertThat(stored.newest(1_000))
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"))
                    .extracting(tweet -> tweet.tweet().id())
                    .doesNotHaveDuplicates();
            assertThat(letters(broker))
                    .hasSize(2)
                    .allSatisfy(letter -> assertThat(letter.code()).isEqualTo("bad-id"))
                    .extracting(DeadLetter::origin)
                    .containsOnly(letters(broker).get(0).origin());

            Map<String, String> strict = new TreeMap<>(options);
            strict.putAll(Map.of("dead-letter-limit", "2", "dead-letter-window", "2"));
            assertThatExceptionOfType(FatalException.class)
                    .as("one in each of two tasks")
                    .isThrownBy(() -> write("nightjar-mongo", strict, tweets(2).withColumn("id", lit("007"))))
                    .withMessageStartingWith("Of the last 2 rows 2 are dead letters, most often 'sink/bad-id' (2)");

            tweets(1_200).write().parquet(folder.resolve("tweets").toString());
            for (int run = 0; run < 2; run++) {
                stream("nightjar-mongo", options);
                assertThat(stored.count()).isEqualTo(1_198);
            }
        } finally {
            mongo.shutdownNow();
        }
    }

    @Test
    void influxHoldsEachTweetOnce() throws Exception {
        try (InfluxStub influx = new InfluxStub()) {
            Map<String, String> options =
                    Map.of("url", influx.url(), "org", "birds", "bucket", "birds", "token", "swordfish");
            write("nightjar-influx", options, good());
            write("nightjar-influx", options, good());

            assertThat(influx.points).hasSize(998);
            assertThat(influx.points.values())
                    .allSatisfy(point -> assertThat(point).contains("emotion"));
        }
    }

    @Test
    void hbaseHoldsEachTweetOnce() throws Exception {
        try (MiniHBase hbase = MiniHBase.start(folder);
                StoredTweets stored =
                        HBaseSinkConfig.builder(hbase.quorum()).build().read()) {
            Map<String, String> options = Map.of("quorum", hbase.quorum());
            write("nightjar-hbase", options, good());
            write("nightjar-hbase", options, good());

            assertThat(stored.count()).isEqualTo(998);
            assertThat(stored.newest(10))
                    .extracting(ClassifiedTweet::classifications)
                    .allSatisfy(answers -> assertThat(answers).containsOnlyKeys("emotion"));
        }
    }

    @Test
    void aSinkFromElsewhereIsAFormatToo() throws Exception {
        Path file = folder.resolve("tweets.db");
        write("sqlite", Map.of("file", file.toString()), good());
        write("sqlite", Map.of("file", file.toString()), good());

        try (StoredTweets stored =
                SqliteTweets.open(SqliteSinkConfig.builder(file).build().file())) {
            assertThat(stored.count()).isEqualTo(998);
        }
    }

    /** From a topic's bytes to the store by names alone, as where no class of a library can be called. */
    @Test
    void theFunctionsOfSqlGiveItsFrames() throws Exception {
        Path file = folder.resolve("sql.db");
        spark.sql("SELECT encode(concat('{\"id\":\"', 1785640309355446272 + id, '\",\"text\":\"what a happy day',"
                        + " '\",\"created_at\":\"2024-05-01T08:00:00Z\"}'), 'UTF-8') AS value FROM range(20)"
                        + " UNION ALL SELECT encode('{}', 'UTF-8')")
                .selectExpr("parse_tweet(value) AS tweet")
                .select("tweet.*")
                .where("rejected IS NULL")
                .withColumn("emotion", call_function("classify", lit("emotion"), col("text")))
                .write()
                .format("sqlite")
                .option("file", file.toString())
                .mode("append")
                .save();

        try (StoredTweets stored = SqliteTweets.open(file)) {
            assertThat(stored.newest(100))
                    .hasSize(20)
                    .allSatisfy(tweet -> assertThat(tweet.classifications()).containsOnlyKeys("emotion"));
        }
    }

    @Test
    void aStoreThatDoesNotAnswerEndsTheWriteByItsOwnError() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(
                        () -> write("nightjar-mongo", Map.of("uri", "mongodb://127.0.0.1:1", "timeout", "1s"), good()))
                .withMessageContaining("MongoDB")
                .withMessageNotContaining("\n");
    }

    private static void write(String format, Map<String, String> options) {
        write(format, options, tweets(1_000));
    }

    private static void write(String format, Map<String, String> options, Dataset<Row> frame) {
        frame.write().format(format).options(options).mode("append").save();
    }

    private void stream(String format, Map<String, String> options) throws Exception {
        Path files = folder.resolve("tweets");
        spark.readStream()
                .schema(spark.read().parquet(files.toString()).schema())
                .parquet(files.toString())
                .writeStream()
                .format(format)
                .options(options)
                .option("checkpointLocation", folder.resolve("checkpoint").toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    private static Dataset<Row> good() {
        return tweets(1_000).where("id <> '007'");
    }

    /** As many rows, of which the last two are a repeated id and no tweet. */
    private static Dataset<Row> tweets(int rows) {
        Dataset<Row> frame = spark.range(rows)
                .select(
                        when(col("id").equalTo(rows - 1), lit("007"))
                                .otherwise(expr("string(1785640309355446272 + if(id = " + (rows - 2) + ", 0, id))"))
                                .as("id"),
                        concat(lit("what a happy day "), col("id")).as("text"),
                        expr("timestamp '2024-05-01 08:00:00' + make_interval(0, 0, 0, 0, 0, 0, id)")
                                .as("created_at"));
        return SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion());
    }

    private static List<DeadLetter> letters(EmbeddedKafka broker) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        List<DeadLetter> letters = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("letters", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> letters.add(KafkaDeadLetters.decode(record)));
            }
        }
        return letters;
    }
}
