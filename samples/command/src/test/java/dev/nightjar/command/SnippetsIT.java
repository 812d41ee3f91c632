/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.Entity;
import dev.nightjar.ScoredLabel;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.json.TweetJson;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pieces of code of the documents, run; the others are those of the samples, or compiled in {@link AdapterSnippets}. */
@Timeout(300)
class SnippetsIT {
    private static final StructType KAFKA = new StructType()
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("value", DataTypes.BinaryType)
            .add("key", DataTypes.BinaryType);

    private static SparkSession spark;

    @BeforeAll
    static void startSpark(@TempDir Path folder) {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.warehouse.dir", folder.toString())
                .getOrCreate();
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @Test
    void aModelAnswersInJava() {
        try (Classifier emotion = OnnxModels.emotion().open()) {
            for (Classification answer : emotion.classifyAll(List.of("What a game!", "I miss you", ""))) {
                System.out.println(answer.top().map(ScoredLabel::label).orElse("no label"));
            }
        }
        // As docs/start.md says.
        try (Classifier emotion = OnnxModels.emotion().open()) {
            assertThat(emotion.classifyAll(List.of("What a game!", "I miss you", "")))
                    .extracting(answer -> answer.top().map(ScoredLabel::label).orElse("no label"))
                    .containsExactly("joy", "sadness", "no label");
        }
    }

    @Test
    void hashtagsAreCountedByTheMinuteEachTweetOnce(@TempDir Path folder) throws Exception {
        List<Row> records = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            records.add(record(tagged(Tweets.START.plusSeconds(i), i % 3 == 0 ? "NBA" : "nba")));
        }
        records.add(records.get(7)); // published again
        records.add(RowFactory.create("tweets", 0, 61L, now(), "no tweet".getBytes(StandardCharsets.UTF_8), null));
        records.add(record(tagged(Tweets.START.plusSeconds(3600), "later"))); // moves the watermark on
        Path topic = folder.resolve("topic");
        spark.createDataFrame(records, KAFKA).coalesce(1).write().parquet(topic.toString());
        RecordingSink.Factory<WindowedCount> store = RecordingSink.counts("hashtags");

        StreamingQuery query = countHashtags(
                SparkTweets.fromKafka(spark.readStream().schema(KAFKA).parquet(topic.toString())),
                store,
                folder.resolve("checkpoint").toString());
        query.processAllAvailable();
        query.stop();

        assertThat(store.records())
                .containsExactly(new WindowedCount("hashtag", "nba", Tweets.START, Tweets.START.plusSeconds(60), 60));
    }

    private static StreamingQuery countHashtags(
            Dataset<Row> tweets, SinkFactory<WindowedCount> store, String checkpoint) throws Exception {
        Dataset<Row> counts = SparkTweets.tweets(tweets)
                .withWatermark("created_at", "10 minutes")
                .dropDuplicatesWithinWatermark("id")
                .select(col("created_at"), explode(col("hashtags.tag")).as("tag"))
                .groupBy(
                        window(col("created_at"), "1 minute"), lower(col("tag")).as("key"))
                .count()
                .withColumn("metric", lit("hashtag"));
        StreamingQuery query = counts.writeStream()
                .outputMode("append")
                .foreachBatch(BatchWriter.windowedCounts().sink("store", store).build())
                .option("checkpointLocation", checkpoint)
                .start();
        return query;
    }

    private static Tweet tagged(Instant createdAt, String tag) {
        return Tweet.builder(Tweets.id(createdAt, 0), "#" + tag, createdAt)
                .hashtags(List.of(new Entity(tag, 0, tag.length() + 1)))
                .build();
    }

    private static Row record(Tweet tweet) {
        return RowFactory.create(
                "tweets", 0, 0L, now(), TweetJson.toBytes(tweet), tweet.id().getBytes(StandardCharsets.UTF_8));
    }

    private static Timestamp now() {
        return Timestamp.from(Tweets.START);
    }

    @Test
    void aModelThatTravelsWithTheJobIsFoundOnTheExecutor() {
        Path model = Path.of("..", "..", "classifier-onnx", "models", "emotion");
        spark.sparkContext().addFile(model.toString(), true);
        Dataset<Row> texts = spark.sql("SELECT 'I am so happy today!' AS text");

        Row answer = SparkTweets.classify(texts, "emotion", new Shipped("emotion"))
                .select("emotion.label")
                .first();

        assertThat(answer.getString(0)).isEqualTo("joy");
        assertThat(new Shipped("emotion")).isEqualTo(new Shipped("emotion"));
    }

    record Shipped(String folder) implements ClassifierFactory {
        @Override
        public Classifier open() {
            return OnnxClassifierConfig.builder(Path.of(SparkFiles.get(folder)))
                    .build()
                    .open();
        }
    }
}
