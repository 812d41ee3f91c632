/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A format that another module brings, from the source to the frame. */
class SourceFormatTest {
    @TempDir
    private Path folder;

    @Test
    void aBatchHasARowForEachRecordAsATopicHas() {
        Dataset<Row> frame = read(Map.of("count", "1000"));

        assertThat(frame.schema().catalogString())
                .isEqualTo(TweetSchemas.topic().catalogString());
        assertThat(frame.select("kafka.offset").collectAsList())
                .extracting(row -> row.getLong(0))
                .containsExactlyElementsOf(LongStream.range(0, 1000).boxed().toList());
        List<Row> letters = SparkTweets.deadLetters(frame).collectAsList();
        assertThat(letters).hasSize(100);
        assertThat(letters.get(2).mkString("|"))
                .startsWith("source|not-a-tweet|It is none|numbers:23|")
                .hasSizeGreaterThan(40);
        assertThat(new String((byte[]) letters.get(2).get(4), UTF_8)).isEqualTo("bad 23");
        assertThat(frame.where("skipped = 'keep-alive'").count()).isEqualTo(100);
        assertThat(SparkTweets.tweets(frame).count()).isEqualTo(700);

        Dataset<Row> again =
                SparkTweets.fromKafka(frame.select("kafka.*").where("value is not null or key is not null"));
        List<String> columns = new ArrayList<>(List.of(TweetSchemas.tweet().fieldNames()));
        columns.add("skipped");
        String[] compared = columns.toArray(String[]::new);
        assertThat(again.where("dead_letter is null").selectExpr(compared).collectAsList())
                .as("what a topic would hold")
                .hasSize(800)
                .filteredOn(row -> row.getAs("skipped") == null)
                .isEqualTo(SparkTweets.tweets(frame)
                        .selectExpr("*", "CAST(null AS STRING) skipped")
                        .selectExpr(compared)
                        .collectAsList());
    }

    @Test
    void itsFrameIsClassifiedAndWrittenAsATopicsIs() {
        RecordingSink.Factory<ClassifiedTweet> sink =
                RecordingSink.tweets("source-format").thatErases();
        Dataset<Row> frame = read(Map.of("count", "100")).where("dead_letter is null");
        SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion())
                .write()
                .format("recording")
                .option("store", "source-format")
                .mode("append")
                .save();

        assertThat(sink.erased()).hasSize(10);
        assertThat(sink.records())
                .hasSize(60)
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion"))
                .extracting(record -> record.tweet())
                .contains(Tweets.tweet(0), Tweets.tweet(99))
                .doesNotContain(Tweets.tweet(4));
    }

    @Test
    void aStreamGoesOnAtItsCheckpointAndRepeatsABatchExactly() throws Exception {
        Map<Long, List<Long>> first = stream("checkpoint", Map.of("count", "250", "max-per-trigger", "100"));
        assertThat(sizes(first)).containsExactly(100, 100, 50);
        // As if it had been killed before it noted that the last batch was written.
        for (String file : List.of("commits/2", "commits/.2.crc")) {
            Files.deleteIfExists(folder.resolve("checkpoint").resolve(file));
        }

        Map<Long, List<Long>> second = stream("checkpoint", Map.of("count", "1000", "max-per-trigger", "400"));

        assertThat(second.remove(2L)).as("the batch that is repeated").isEqualTo(first.get(2L));
        assertThat(sizes(second)).containsExactly(400, 350);
        List<Long> all = new ArrayList<>();
        first.values().forEach(all::addAll);
        second.values().forEach(all::addAll);
        assertThat(all)
                .containsExactlyElementsOf(LongStream.range(0, 1000).boxed().toList());
        assertThat(stream("checkpoint", Map.of("count", "1000"))).isEmpty();
    }

    @Test
    void aMicroBatchThatCannotBeReadAgainAsItWasEndsTheQuery() throws Exception {
        stream("checkpoint", Map.of("count", "15"));
        Files.delete(folder.resolve("checkpoint/commits/0"));

        assertThatThrownBy(() -> stream("checkpoint", Map.of("count", "14")))
                .hasRootCauseInstanceOf(ConfigException.class)
                .hasRootCauseMessage(
                        "The source of 'numbered' does not hold what a micro-batch of the checkpoint was made"
                                + " of; give it what it had, or the query another checkpointLocation");
        assertThatThrownBy(() -> stream("checkpoint", Map.of("count", "40", "poll", "10")))
                .as("a source whose polls end elsewhere")
                .hasRootCauseInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1\n{\"batchWatermarkMs\":0,"})
    void aDamagedCheckpointEndsTheQuery(String left) throws Exception {
        stream("checkpoint", Map.of("count", "15"));
        Path checkpoint = folder.resolve("checkpoint");
        Files.delete(checkpoint.resolve("commits/0"));
        Files.deleteIfExists(checkpoint.resolve("offsets/.0.crc"));
        Files.writeString(checkpoint.resolve("offsets/0"), left);

        assertThatThrownBy(() -> stream("checkpoint", Map.of("count", "15")))
                .isInstanceOf(StreamingQueryException.class);
    }

    @Test
    void aMicroBatchEndsWhereItsRowsAreTooLarge() throws Exception {
        Map<Long, List<Long>> batches = stream("checkpoint", Map.of("count", "40000", "max-per-trigger", "40000"));

        assertThat(sizes(batches)).hasSizeGreaterThan(1);
        assertThat(sizes(batches).stream().mapToInt(size -> size).sum()).isEqualTo(40_000);
    }

    @Test
    void whatNeverEndsIsReadByAStreamAlone() throws Exception {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read(Map.of()).count())
                .withMessage("A batch of 'numbered' would never end; give the option 'count', or another trigger to a"
                        + " stream");
        assertThatThrownBy(() -> stream("checkpoint", Map.of()))
                .hasRootCauseInstanceOf(ConfigException.class)
                .hasRootCauseMessage("Trigger.AvailableNow of 'numbered' would never end; give the option 'count', or"
                        + " another trigger to a stream");
    }

    @Test
    void aStreamWithoutAnEndRunsUntilItIsStopped() throws Exception {
        List<Long> batches = new CopyOnWriteArrayList<>();
        VoidFunction2<Dataset<Row>, Long> collect = (batch, id) -> batches.add(batch.count());
        StreamingQuery query = LocalSpark.start(
                LocalSpark.session()
                        .readStream()
                        .format("numbered")
                        .option("max-per-trigger", "70")
                        .load()
                        .writeStream()
                        .foreachBatch(collect),
                Map.of("checkpointLocation", folder.resolve("endless").toString()),
                Trigger.ProcessingTime(0));
        await().atMost(Duration.ofMinutes(2)).until(() -> batches.size() > 2);

        query.stop();

        assertThat(query.exception().isEmpty()).isTrue();
        assertThat(batches).containsOnly(70L);
    }

    @Test
    void aStreamThatIsStoppedWhileItWaitsForARecordDoesNotFail() throws Exception {
        StreamingQuery query = LocalSpark.start(
                LocalSpark.session()
                        .readStream()
                        .format("numbered")
                        .options(Map.of("count", "10", "poll", "0"))
                        .load()
                        .writeStream()
                        .format("noop"),
                Map.of("checkpointLocation", folder.resolve("silent").toString()));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> query.status().message().contains("numbered"));

        query.stop();

        assertThat(query.exception().isEmpty()).isTrue();
    }

    @Test
    void anOptionThatIsUnknownIsNamedWithTheNearest() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read(Map.of("cuont", "7", "max-per-triger", "1")))
                .withMessageContaining(
                        "numbered has no option 'cuont'; did you mean 'count'? It has count, max-per-trigger,")
                .withMessageContaining("did you mean 'max-per-trigger'?");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> read(Map.of("prefix", "mongodb://robin:swordfish@host/birds")))
                .withMessageContaining("holds a secret");
    }

    @Test
    @SuppressWarnings("deprecation") // the trigger is
    void aTriggerThatAsksForAllAtOnceIsRefused() throws Exception {
        assertThatThrownBy(() -> LocalSpark.start(
                                LocalSpark.session()
                                        .readStream()
                                        .format("numbered")
                                        .option("count", "10")
                                        .load()
                                        .writeStream()
                                        .format("noop"),
                                Map.of(
                                        "checkpointLocation",
                                        folder.resolve("once").toString()),
                                Trigger.Once())
                        .awaitTermination())
                .hasRootCauseInstanceOf(ConfigException.class)
                .hasRootCauseMessage("Trigger.Once would hold all of 'numbered' in one micro-batch; write"
                        + " Trigger.AvailableNow");
    }

    @Test
    void theReadmeListsTheOption() throws Exception {
        assertThat(Files.readString(Path.of("README.md")).replace("\r\n", "\n"))
                .contains("<!-- options: spark-source -->\n" + FormatOptions.OF_SOURCES.table());
    }

    private static Dataset<Row> read(Map<String, String> options) {
        return LocalSpark.session().read().format("numbered").options(options).load();
    }

    /** The numbers of the records that each micro-batch has. */
    private Map<Long, List<Long>> stream(String checkpoint, Map<String, String> options) throws Exception {
        Map<Long, List<Long>> batches = new TreeMap<>();
        VoidFunction2<Dataset<Row>, Long> collect = (batch, id) -> {
            List<Long> numbers = batch.select(col("kafka.offset")).collectAsList().stream()
                    .map(row -> row.getLong(0))
                    .toList();
            assertThat(batch.count()).as("read a second time").isEqualTo(numbers.size());
            batches.put(id, numbers);
        };
        LocalSpark.start(
                        LocalSpark.session()
                                .readStream()
                                .format("numbered")
                                .options(options)
                                .load()
                                .writeStream()
                                .foreachBatch(collect),
                        Map.of("checkpointLocation", folder.resolve(checkpoint).toString()))
                .awaitTermination();
        return batches;
    }

    private static List<Integer> sizes(Map<Long, List<Long>> batches) {
        return batches.values().stream().map(List::size).toList();
    }
}
