/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
                throw new IllegalStateException("The second batch of the first attempt, the third of the next");
            }
        });

        write(LocalSpark.frame(Tweets.tweets(1_200), 1), Map.of("store", "format-fails"));

        assertThat(writes).hasValue(8);
        assertThat(sink.records()).hasSize(1_200);
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
            await().until(() -> plans.stream().anyMatch(plan -> plan.contains("AppendData")));
        } finally {
            LocalSpark.session().listenerManager().unregister(listener);
        }
        assertThat(String.join("\n", plans)).contains("format-hidden").doesNotContain("swordfish");
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
