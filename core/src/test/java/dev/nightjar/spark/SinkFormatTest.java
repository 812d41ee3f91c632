/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.json.TweetJson;
import dev.nightjar.options.Options;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A format that another module brings, from the writer of a frame to the store. */
class SinkFormatTest {
    @TempDir
    private Path folder;

    @Test
    void aFrameThatIsWrittenTwiceIsStoredOnce() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-twice");
        List<Tweet> tweets = new ArrayList<>(Tweets.tweets(999));
        tweets.add(Tweets.tweet(7, "edited"));
        Dataset<Row> frame = SparkTweets.classify(
                LocalSpark.frame(tweets, 1).repartition(3), "emotion", KeywordClassifier.emotion());

        write(frame, Map.of("store", "format-twice"));
        List<ClassifiedTweet> first = sink.records();
        write(frame, Map.of("store", "format-twice"));

        assertThat(first)
                .hasSize(999)
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion"));
        assertThat(sink.records())
                .extracting(record -> record.tweet().id())
                .containsExactlyElementsOf(
                        first.stream().map(record -> record.tweet().id()).toList());
        assertThat(sink.records())
                .filteredOn(
                        record -> !Tweets.tweet(7).id().equals(record.tweet().id()))
                .containsAll(first.stream()
                        .filter(record ->
                                !Tweets.tweet(7).id().equals(record.tweet().id()))
                        .toList());
        assertThat(sink.openings()).isEqualTo(1);
    }

    @Test
    void aTweetIsStoredAsItWas() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-whole");

        write(LocalSpark.frame(Tweets.tweets(50), 2), Map.of("store", "format-whole"));

        assertThat(sink.records())
                .extracting(ClassifiedTweet::tweet)
                .containsExactlyInAnyOrderElementsOf(Tweets.tweets(50));
    }

    @Test
    void aTopicsTombstonesEraseAndItsDeadLetterFailsTheQueryWithoutAPlaceForIt() {
        RecordingSink.Factory<ClassifiedTweet> sink =
                RecordingSink.tweets("format-topic").thatErases();
        byte[] id = Tweets.tweet(0).id().getBytes(UTF_8);
        byte[] tweet = TweetJson.toBytes(Tweets.tweet(0));
        write(SparkTweets.fromKafka(LocalSpark.keyed(id, tweet, id, null)), Map.of("store", "format-topic"));
        assertThat(sink.erased()).containsExactly(Tweets.tweet(0).id());
        assertThat(sink.records()).isEmpty();

        Dataset<Row> damaged = SparkTweets.fromKafka(LocalSpark.topic(new byte[] {'{', '}'}));
        assertThatThrownBy(() -> write(damaged, Map.of("store", "format-topic")))
                .hasRootCauseInstanceOf(ConfigException.class)
                .hasRootCauseMessage("The record tweets-3-0 is a dead letter (decode/not-a-tweet) and there is no place"
                        + " for it; give it one with deadLetters or the option 'dead-letter-topic'");
    }

    @Test
    void aTaskThatFailsInTheMiddleOrAtItsLastBatchIsRepeated() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-fails");
        AtomicInteger writes = new AtomicInteger();
        sink.beforeWrite(batch -> {
            if (List.of(2, 5).contains(writes.incrementAndGet())) {
                throw new FatalException("The second batch of the first attempt, the third of the next");
            }
        });

        write(LocalSpark.frame(Tweets.tweets(1_200), 1), Map.of("store", "format-fails"));

        assertThat(writes).hasValue(8);
        assertThat(sink.records()).hasSize(1_200);
    }

    /** As Spark does with {@code spark.speculation}, and with a task whose executor was lost after half its rows. */
    @Test
    void aCopyOfATaskAndOneThatIsAbortedLeaveOneRowForEachId() throws Exception {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-copies");
        SinkTable<?> table = (SinkTable<?>) new RecordingFormat()
                .getTable(TweetSchemas.tweet(), new Transform[0], Map.of("store", "format-copies"));
        DataWriterFactory tasks = table.createBatchWriterFactory(() -> 1);
        DataWriter<InternalRow> slow = tasks.createWriter(0, 1);
        DataWriter<InternalRow> copy = tasks.createWriter(0, 2);
        List<InternalRow> rows = Tweets.tweets(1_000).stream()
                .map(LocalSpark::row)
                .map(row -> LocalSpark.internal(row, TweetSchemas.tweet()))
                .toList();
        for (InternalRow row : rows.subList(0, 600)) {
            slow.write(row);
        }
        for (InternalRow row : rows) {
            copy.write(row);
        }
        WriterCommitMessage written = copy.commit();
        for (InternalRow row : rows.subList(600, 900)) {
            slow.write(row);
        }
        slow.abort();
        slow.close();
        copy.close();
        table.commit(new WriterCommitMessage[] {written});

        assertThat(sink.batches().stream().mapToInt(List::size).sum())
                .as("rows that were written")
                .isGreaterThan(1_000);
        assertThat(sink.records())
                .extracting(ClassifiedTweet::tweet)
                .containsExactlyInAnyOrderElementsOf(Tweets.tweets(1_000));

        table.abort(new WriterCommitMessage[] {written});
        assertThat(sink.records()).as("what is stored stays").hasSize(1_000);
    }

    @Test
    void aStreamThatIsStartedAgainRepeatsABatchAndGoesOn() throws Exception {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-stream");
        Path checkpoint = folder.resolve("checkpoint");
        save(Tweets.tweets(100));
        StreamingQuery query = stream(checkpoint, "format-stream");
        query.awaitTermination();
        assertThat(sink.records()).hasSize(100);
        assertThat((String) query.getClass()
                        .getMethod("explainInternal", boolean.class)
                        .invoke(query, true))
                .contains("WriteToMicroBatchDataSource recording")
                .doesNotContain("swordfish");
        int batches = sink.batches().size();
        // As if it had been killed before it noted that the first batch was written.
        Files.delete(checkpoint.resolve("commits/0"));
        Files.deleteIfExists(checkpoint.resolve("commits/.0.crc"));
        save(Tweets.tweets(150).subList(100, 150));

        stream(checkpoint, "format-stream").awaitTermination();

        assertThat(sink.batches().size())
                .as("batches, of which the first was repeated")
                .isGreaterThan(batches + 1);
        assertThat(sink.records())
                .extracting(ClassifiedTweet::tweet)
                .containsExactlyInAnyOrderElementsOf(Tweets.tweets(150));
    }

    @Test
    void anOptionThatIsUnknownOrMissingIsNamedWithTheNearest() throws Exception {
        Dataset<Row> frame = LocalSpark.frame(Tweets.tweets(1), 1);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> write(frame, Map.of("dead-leter-topic", "dead", "stor", "x", "retry-limit", "soon")))
                .satisfies(
                        e -> assertThat(e.faults())
                                .anySatisfy(fault -> assertThat(fault)
                                        .startsWith("recording has no option 'dead-leter-topic'; did you mean"
                                                + " 'dead-letter-topic'? It has address, bootstrap-servers, "))
                                .anySatisfy(fault -> assertThat(fault)
                                        .startsWith("recording has no option 'stor'; did you mean 'store'?"))
                                .contains(
                                        "recording needs the option 'store'",
                                        "The option 'retry-limit' of recording is not a duration such as 500ms, 10s, 5m or PT10S"));
        save(Tweets.tweets(1));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> stream(folder.resolve("unused"), ""))
                .withMessage("recording needs the option 'store'");
    }

    @Test
    void deadLettersNeedATopicAndItsServers() {
        Dataset<Row> frame = LocalSpark.frame(Tweets.tweets(1), 1);
        for (Map.Entry<String, String> one : Map.of(
                        "dead-letter-topic", "dead", "bootstrap-servers", "a:1", "kafka.security.protocol", "SSL")
                .entrySet()) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> write(frame, Map.of("store", "unused", one.getKey(), one.getValue())))
                    .withMessage("Dead letters need both options, 'dead-letter-topic' and 'bootstrap-servers'");
        }
    }

    @Test
    void aFrameOfOtherColumnsIsRefusedInOneSentence() throws Exception {
        Dataset<Row> numbered =
                LocalSpark.frame(Tweets.tweets(1), 1).withColumn("id", org.apache.spark.sql.functions.expr("7L"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> write(numbered, Map.of("store", "unused")))
                .withMessage("The column 'id' is bigint, not string; write CAST(id AS STRING)");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> write(numbered.select("id", "text"), Map.of("store", "unused")))
                .withMessageStartingWith("The column 'id' is bigint");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> write(numbered.select("text"), Map.of("store", "unused")))
                .withMessage("The frame has no column 'id', it has [text]");
    }

    @Test
    void countsAreToldByTheirColumnsAndStoredAsSuch() {
        RecordingSink.Factory<WindowedCount> sink = RecordingSink.counts("format-counts");
        Dataset<Row> counts = TweetTrends.tumbling(Duration.ofMinutes(1))
                .only("word")
                .counts(LocalSpark.frame(Tweets.tweets(300), 2));

        write(counts, Map.of("store", "format-counts"));

        assertThat(sink.records()).isNotEmpty().containsExactlyInAnyOrderElementsOf(TweetTrends.collect(counts));
    }

    /** Not on 3.5.0, whose plan of such a stream has no copy (SPARK-46676). */
    @Test
    void countsOfAStreamAreUpdatedAndThoseOfSessionsAppended() throws Exception {
        assumeTrue(!LocalSpark.session().version().equals("3.5.0"));
        RecordingSink.Factory<WindowedCount> streamed = RecordingSink.counts("format-counts-streamed");
        RecordingSink.Factory<WindowedCount> sessions = RecordingSink.counts("format-counts-sessions");
        TweetTrends trends = TweetTrends.tumbling(Duration.ofMinutes(1)).only("word");
        save(Tweets.tweets(300));
        count(trends, "trends", "format-counts-streamed");
        save(Tweets.tweets(400).subList(300, 400));
        count(trends, "trends", "format-counts-streamed");
        count(TweetTrends.session(Duration.ofSeconds(2)).only("word"), "sessions", "format-counts-sessions");

        assertThat(streamed.records())
                .as("counts that the second run raised or added to")
                .containsExactlyInAnyOrderElementsOf(
                        TweetTrends.collect(trends.counts(LocalSpark.frame(Tweets.tweets(400), 2))));
        assertThat(sessions.records()).as("those that are final").isNotEmpty();
    }

    @Test
    void aFormatOfTweetsTakesNoCountsAndSaysSo() {
        Dataset<Row> counts =
                TweetTrends.tumbling(Duration.ofMinutes(1)).only("word").counts(LocalSpark.frame(Tweets.tweets(1), 1));

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        write(counts.withColumn("count", counts.col("count").cast("int")), Map.of("store", "unused")))
                .withMessage("The column 'count' is int, not bigint; write CAST(count AS BIGINT)");
        SinkFormat tweetsAlone = new SinkFormat() {
            @Override
            public String shortName() {
                return "shelf";
            }

            @Override
            public Options options() {
                return Options.of("shelf");
            }

            @Override
            public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
                return RecordingSink.tweets("shelf");
            }
        };
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tweetsAlone.getTable(counts.schema(), new Transform[0], Map.of()))
                .withMessage("The format 'shelf' takes tweets, not counts");
    }

    /** From Spark 4.0 on; 3.5 makes such a table and then finds no way to it. */
    @Test
    void aTableOfSqlIsFilledByInsertAndMadeOfAQuery() {
        assumeTrue(!LocalSpark.session().version().startsWith("3."));
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("format-table");
        sql("CREATE TABLE numbers USING numbered OPTIONS (count '100')");
        try {
            sql("CREATE TABLE shelf (id STRING, text STRING, created_at TIMESTAMP) USING recording"
                    + " OPTIONS (store 'format-table', password 'swordfish')");
            sql(
                    "INSERT INTO shelf SELECT id, text, created_at FROM numbers WHERE text IS NOT NULL AND kafka.offset < 50");
            sql("INSERT INTO shelf BY NAME SELECT created_at, text, id FROM numbers WHERE text IS NOT NULL");
            assertThat(sink.records()).hasSize(70);
            assertThat(String.valueOf(
                            LocalSpark.session().sql("DESCRIBE EXTENDED shelf").collectAsList()))
                    .doesNotContain("swordfish");
            sql("CREATE TABLE more USING recording OPTIONS (store 'format-table') AS"
                    + " SELECT '1785640309355446271' AS id, 'one more' AS text, now() AS created_at");
            assertThat(sink.records()).hasSize(71);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> sql("CREATE TABLE misspelt (id STRING) USING recording OPTIONS (stor 'x')"))
                    .withMessageContaining("recording has no option 'stor'; did you mean 'store'?");
        } finally {
            List.of("numbers", "shelf", "more").forEach(table -> sql("DROP TABLE IF EXISTS " + table));
        }
    }

    @Test
    void aStoreThatCannotBeOpenedEndsTheQueryByItsOwnError() throws Exception {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> write(LocalSpark.frame(Tweets.tweets(1), 1), Map.of("store", "unused", "locked", "true")))
                .withMessage("The store refuses the user; give another password");
    }

    @Test
    void onlyAppendingIsPossible() {
        Dataset<Row> frame = LocalSpark.frame(Tweets.tweets(1), 1);
        for (String mode : List.of("overwrite", "errorifexists", "ignore")) {
            assertThatExceptionOfType(AnalysisException.class)
                    .isThrownBy(() -> frame.write()
                            .format("recording")
                            .option("store", "unused")
                            .mode(mode)
                            .save())
                    .withMessageContaining("recording");
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () -> LocalSpark.session().read().format("recording").load())
                .withMessage("The format 'recording' only writes");
    }

    @Test
    void aPasswordIsInNoPlan() throws Exception {
        List<String> plans = new CopyOnWriteArrayList<>();
        QueryExecutionListener listener = new QueryExecutionListener() {
            @Override
            public void onSuccess(String function, QueryExecution query, long nanoseconds) {
                plans.add(query.toString()
                        + query.logical()
                        + query.executedPlan().treeString());
            }

            @Override
            public void onFailure(String function, QueryExecution query, Exception exception) {}
        };
        LocalSpark.session().listenerManager().register(listener);
        try {
            write(LocalSpark.frame(Tweets.tweets(1), 1), Map.of("store", "format-hidden", "password", "swordfish"));
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> plans.stream().anyMatch(plan -> plan.contains("AppendData")));
        } finally {
            LocalSpark.session().listenerManager().unregister(listener);
        }
        assertThat(String.join("\n", plans)).contains("format-hidden").doesNotContain("swordfish");
    }

    @Test
    void aPasswordIsInNoCheckpointAndInNoEventThatSparkLogs() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                events.add(start.toString());
            }

            @Override
            public void onOtherEvent(SparkListenerEvent event) {
                events.add(event.toString());
            }
        };
        save(Tweets.tweets(2));
        Path checkpoint = folder.resolve("checkpoint");
        LocalSpark.session().sparkContext().addSparkListener(listener);
        try {
            stream(checkpoint, "format-unseen").awaitTermination();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> events.stream().anyMatch(event -> event.contains("SQLExecutionEnd")));
        } finally {
            LocalSpark.session().sparkContext().removeSparkListener(listener);
        }
        assertThat(String.join("\n", events)).doesNotContain("swordfish");
        try (Stream<Path> files = Files.walk(checkpoint)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(Files.readString(file, ISO_8859_1)).doesNotContain("swordfish"));
        }
    }

    @Test
    void aSecretThatSparkWouldShowIsRefused() {
        Dataset<Row> frame = LocalSpark.frame(Tweets.tweets(1), 1);
        for (String secret : List.of(
                "mongodb://robin:swordfish@host/birds",
                "mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:swordfish",
                "x required password=\"swordfish\";",
                "-----BEGIN PRIVATE KEY-----swordfish")) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> write(frame, Map.of("store", "unused", "address", secret)))
                    .withMessage("The option 'address' holds a secret, which Spark would show in plans; give it by an"
                            + " option for secrets, or as env:NAME or file:PATH");
        }
        write(frame, Map.of("store", "format-open", "address", "mongodb://a:1,b:2/birds?replicaSet=rs0"));
    }

    @Test
    void theReadmeListsTheOptions() throws Exception {
        assertThat(Files.readString(Path.of("README.md")).replace("\r\n", "\n"))
                .contains("<!-- options: spark-format -->\n" + FormatOptions.OPTIONS.table());
    }

    private static void write(Dataset<Row> frame, Map<String, String> options) {
        frame.write().format("recording").options(options).mode("append").save();
    }

    private static void sql(String statement) {
        LocalSpark.session().sql(statement).collectAsList();
    }

    private void count(TweetTrends trends, String checkpoint, String store) throws Exception {
        LocalSpark.start(
                        trends.counts(LocalSpark.session()
                                        .readStream()
                                        .schema(TweetSchemas.tweet())
                                        .parquet(folder.resolve("tweets").toString()))
                                .writeStream()
                                .format("recording")
                                .outputMode(trends.outputMode()),
                        Map.of("checkpointLocation", folder.resolve(checkpoint).toString(), "store", store))
                .awaitTermination();
    }

    private void save(List<Tweet> tweets) {
        LocalSpark.frame(tweets, 1)
                .write()
                .mode("append")
                .parquet(folder.resolve("tweets").toString());
    }

    private StreamingQuery stream(Path checkpoint, String store) throws Exception {
        DataStreamWriter<Row> writer = LocalSpark.session()
                .readStream()
                .schema(TweetSchemas.tweet())
                .parquet(folder.resolve("tweets").toString())
                .writeStream()
                .format("recording");
        Map<String, String> options =
                new TreeMap<>(Map.of("checkpointLocation", checkpoint.toString(), "password", "swordfish"));
        if (!store.isEmpty()) {
            options.put("store", store);
        }
        return LocalSpark.start(writer, options);
    }
}
