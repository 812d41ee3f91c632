/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many texts a frame of {@link SparkTweets#classify} asks about, in a session that knows nothing of it. */
class ClassifiedFrameTest {
    private static final int ROWS = 2_000;
    private static final CountingClassifier.Factory EMOTION = CountingClassifier.named("frame-emotion");
    private static final CountingClassifier.Factory MOOD = CountingClassifier.named("frame-mood");

    private static SparkSession spark;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void frames() {
        spark = LocalSpark.session().newSession();
        spark.conf().set("spark.sql.shuffle.partitions", 2);
        LocalSpark.files(spark, ROWS, directory.resolve("tweets").toString()).createOrReplaceTempView("tweets");
        SparkTweets.classify(spark.table("tweets"), "e", EMOTION).createOrReplaceTempView("classified");

        byte[][] records = IntStream.rangeClosed(1, 400)
                .mapToObj(i -> i % 100 == 0
                        ? new byte[] {'{'}
                        : TweetJson.toBytes(Tweets.tweet(i, i % 50 == 0 ? "a [fault] " + i : "so happy " + i)))
                .toArray(byte[][]::new);
        String topic = directory.resolve("topic").toString();
        LocalSpark.topic(records).coalesce(1).write().parquet(topic);
        Dataset<Row> decoded = SparkTweets.fromKafka(spark.read().parquet(topic));
        SparkTweets.classify(SparkTweets.classify(decoded, "e", EMOTION), "mood", MOOD)
                .createOrReplaceTempView("topic");
    }

    @BeforeEach
    void nothingIsAsked() {
        EMOTION.batches().clear();
        MOOD.batches().clear();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "   0 | SELECT count(*) FROM classified",
                "   0 | SELECT id FROM classified",
                " 200 | SELECT id, e.label FROM classified WHERE lang = 'en'",
                " 200 | SELECT id FROM classified WHERE e.label = 'joy' AND lang = 'en'",
                "2000 | SELECT e.label, e.score, e.model FROM classified WHERE e.score > 0.1",
                "2000 | SELECT id, e.score FROM classified ORDER BY e.score",
                "2000 | SELECT a.id, a.e.label, b.e.score FROM classified a JOIN classified b ON a.id = b.id",
                "2000 | SELECT id FROM classified WHERE e.label = 'joy' UNION ALL SELECT id FROM classified WHERE e.score > 1",
                "2000 | SELECT lang, avg(e.score), count(DISTINCT e.label) FROM classified GROUP BY lang",
                "2000 | SELECT (SELECT avg(e.score) FROM classified), (SELECT max(e.score) FROM classified)",
                "  64 | SELECT id, e.label FROM classified LIMIT 10"
            })
    void eachRowIsAskedOnceAndOnlyIfSomebodyReadsTheAnswer(long texts, String sql) {
        assertThat(spark.sql(sql).collectAsList()).isNotEmpty();

        assertThat(EMOTION.texts()).isEqualTo(texts);
        assertThat(EMOTION.batches())
                .as("batches, of which each partition has one that is not full")
                .hasSizeLessThanOrEqualTo((int) texts / SparkTweets.DEFAULT_BATCH_SIZE + 5);
    }

    /** Of 400 records four are damaged; the first model fails on four texts, which the second is not asked about. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "  0 |   0 | 400 | SELECT count(*) FROM topic",
                "  0 |   0 | 400 | SELECT count(id) + 4 FROM topic",
                "396 | 392 |   4 | SELECT count(*) FROM topic WHERE dead_letter.stage = 'classify'",
                "396 | 392 | 392 | SELECT count(mood) FROM topic",
                "  1 |   1 |   1 | SELECT count(mood) FROM topic WHERE id = '${ID}'"
            })
    void aFrameOfATopicAsksForWhatSomebodyReads(long emotions, long moods, long count, String sql) {
        String query = sql.replace("${ID}", Tweets.tweet(7).id());

        assertThat(spark.sql(query).first().getLong(0)).isEqualTo(count);

        assertThat(EMOTION.texts()).as("emotions").isEqualTo(emotions);
        assertThat(MOOD.texts()).as("moods").isEqualTo(moods);
    }

    @Test
    void theSchemaOfATopicIsKept() {
        assertThat(spark.table("topic").schema())
                .isEqualTo(TweetSchemas.topic()
                        .add("e", TweetSchemas.classification())
                        .add("mood", TweetSchemas.classification()));
    }

    @Test
    void rowsStayInOrder() {
        assertThat(spark.sql("SELECT kafka.offset FROM topic").collectAsList())
                .extracting(row -> row.getLong(0))
                .isSorted()
                .hasSize(400);
    }

    @Test
    void aModelUnderTwoNamesIsAskedOnceAndEachNameHasItsOwnBatches() {
        Dataset<Row> tweets = spark.table("tweets").coalesce(1);
        Dataset<Row> twice = SparkTweets.classify(SparkTweets.classify(tweets, "a", EMOTION), "b", EMOTION);

        assertThat(SparkTweets.classify(twice, "c", MOOD, 1_000)
                        .where("a.label = b.label")
                        .collectAsList())
                .hasSize(ROWS);

        assertThat(EMOTION.texts()).isEqualTo(ROWS);
        assertThat(MOOD.batches()).extracting(List::size).containsExactly(1_000, 1_000);
    }

    @Test
    void rowsThatAreWrittenIntoTheQueryAreNotAskedAboutWhileItIsPlanned() {
        Dataset<Row> written = SparkTweets.classify(
                spark.sql("SELECT * FROM VALUES ('so happy'), ('at ten') AS (text)"), "e", EMOTION);

        assertThat(written.queryExecution().executedPlan().toString()).contains("Classify e(text");
        assertThat(EMOTION.texts()).isZero();
        assertThat(written.collectAsList()).hasSize(2);
        assertThat(EMOTION.texts()).isEqualTo(2);
    }

    @Test
    void aCachedFrameIsAskedOnce() {
        Dataset<Row> cached =
                SparkTweets.classify(spark.table("tweets"), "cached", EMOTION).cache();

        assertThat(cached.where("cached.label = 'joy'").count()).isEqualTo((ROWS + 2) / 3);
        assertThat(cached.collectAsList()).hasSize(ROWS);

        assertThat(EMOTION.texts()).isEqualTo(ROWS);
        cached.unpersist(true);
    }

    @Test
    void aFailedTaskAsksAgainAboutItsOwnRowsAlone() {
        spark.udf().register("fails_once", (String id) -> failedOnce(id), DataTypes.StringType);
        String file = spark.sql("SELECT input_file_name() FROM tweets WHERE id = '777'")
                .first()
                .getString(0);
        Dataset<Row> asked = spark.read().parquet(file);

        assertThat(spark.sql("SELECT fails_once(id), e.label FROM classified").collectAsList())
                .hasSize(ROWS);

        Set<String> once = new HashSet<>();
        List<String> again = EMOTION.batches().stream()
                .flatMap(List::stream)
                .filter(text -> !once.add(text))
                .toList();
        assertThat(once).hasSize(ROWS);
        List<String> texts = asked.select("text").as(Encoders.STRING()).collectAsList();
        int failed = asked.select("id").as(Encoders.STRING()).collectAsList().indexOf("777");
        assertThat(again)
                .as("what the first attempt was told before it failed, which ends with a batch")
                .containsExactlyInAnyOrderElementsOf(texts.subList(
                        0,
                        Math.min(
                                texts.size(),
                                (failed / SparkTweets.DEFAULT_BATCH_SIZE + 1) * SparkTweets.DEFAULT_BATCH_SIZE)));
    }

    private static String failedOnce(String id) {
        if (id.equals("777") && TaskContext.get().attemptNumber() == 0) {
            throw new IllegalStateException("once");
        }
        return id;
    }

    @Test
    void aStreamAsksOncePerRow() throws Exception {
        AtomicLong joyful = new AtomicLong();
        VoidFunction2<Dataset<Row>, Long> count = (batch, id) ->
                joyful.addAndGet(batch.where("e.label = 'joy'").collectAsList().size());

        SparkTweets.classify(stream(), "e", EMOTION)
                .writeStream()
                .foreachBatch(count)
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(joyful).hasValue((ROWS + 2) / 3);
        assertThat(EMOTION.texts()).isEqualTo(ROWS);
        assertThat(EMOTION.batches()).hasSizeLessThan(ROWS / SparkTweets.DEFAULT_BATCH_SIZE + 5);
    }

    @Test
    void aWatermarkThatIsSetBeforeStays() {
        Dataset<Row> timed =
                stream().withColumn("at", lit("2026-02-08 20:00:00").cast("timestamp"));

        Dataset<Row> classified = SparkTweets.classify(timed.withWatermark("at", "1 minute"), "e", EMOTION);

        assertThat(classified.schema().apply("at").metadata().contains("spark.watermarkDelayMs"))
                .isTrue();
    }

    private static Dataset<Row> stream() {
        return spark.readStream()
                .schema(spark.table("tweets").schema())
                .parquet(directory.resolve("tweets").toString());
    }

    @Test
    void theSessionHasNoNewFunction() {
        assertThat(spark.sql("SHOW USER FUNCTIONS").collectAsList().toString()).doesNotContain("nightjar");
    }
}
