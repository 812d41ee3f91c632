/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.json.TweetJson;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchWriterTest {
    private static final byte[] DAMAGED = {'{', '}'};

    @Test
    void everyRowOfATopicEndsInTheLedger() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("ledger");
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("ledger-dead");
        Dataset<Row> frame = SparkTweets.fromKafka(LocalSpark.topic(
                TweetJson.toBytes(Tweets.tweet(0)), DAMAGED, null, TweetJson.toBytes(Tweets.tweet(3)), null));

        BatchWriter writer =
                BatchWriter.tweets().sink("store", sink).deadLetters(dead).build();
        Ledger ledger = writer.write(SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion()));

        assertThat(ledger).isEqualTo(ledger(5, 2, Map.of("decode/not-a-tweet", 1L), Map.of("tombstone", 2L)));
        assertThat(ledger.isBalanced()).isTrue();
        assertThat(writer.counts()).isEqualTo(ledger);
        assertThat(sink.records()).containsExactlyInAnyOrder(emotion(Tweets.tweet(0)), emotion(Tweets.tweet(3)));
        assertThat(dead.records()).extracting(DeadLetter::origin).containsExactly("tweets-3-1");
        assertThat(dead.records()).extracting(DeadLetter::original).containsExactly(DAMAGED);
    }

    @Test
    void aDeletedTweetIsErasedUnlessItCameAgain() {
        RecordingSink.Factory<ClassifiedTweet> sink =
                RecordingSink.tweets("erasures").thatErases();
        byte[][] ids = new byte[3][];
        byte[][] tweets = new byte[3][];
        for (int i = 0; i < 3; i++) {
            ids[i] = Tweets.tweet(i).id().getBytes(UTF_8);
            tweets[i] = TweetJson.toBytes(Tweets.tweet(i));
        }
        Dataset<Row> frame = SparkTweets.fromKafka(LocalSpark.keyed(
                ids[0], tweets[0], ids[1], tweets[1], ids[0], null, ids[1], null, ids[1], tweets[1], ids[2], tweets[2],
                null, null));

        Ledger ledger = BatchWriter.tweets().sink("store", sink).build().write(frame);

        assertThat(ledger).isEqualTo(ledger(7, 4, Map.of(), Map.of("erased", 1L, "tombstone", 2L)));
        assertThat(sink.records())
                .extracting(ClassifiedTweet::tweet)
                .containsExactlyInAnyOrder(Tweets.tweet(1), Tweets.tweet(2));
    }

    @Test
    void everySinkIsGivenEveryTweetAndItsClassifications() {
        RecordingSink.Factory<ClassifiedTweet> first = RecordingSink.tweets("first");
        RecordingSink.Factory<ClassifiedTweet> second = RecordingSink.tweets("second");
        Dataset<Row> tweets = LocalSpark.frame(Tweets.tweets(300), 3);
        CountingClassifier.Factory factory = CountingClassifier.named("two-sinks");

        Ledger ledger = BatchWriter.tweets()
                .sink("first", first)
                .sink("second", second)
                .batchSize(40)
                .build()
                .write(SparkTweets.classify(
                        SparkTweets.classify(tweets, "emotion", factory), "sentiment", KeywordClassifier.sentiment()));

        assertThat(ledger).isEqualTo(ledger(300, 300, Map.of(), Map.of()));
        assertThat(first.records()).hasSize(300).containsExactlyInAnyOrderElementsOf(second.records());
        assertThat(first.records())
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion", "sentiment"));
        assertThat(first.batches()).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 40));
        assertThat(first.batches()).hasSize(9);
        assertThat(factory.texts()).isEqualTo(300);
        assertThat(first.openings()).isEqualTo(1);
    }

    @Test
    void theRowsOfAPartitionAreWrittenInTheirOrder() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("order");
        byte[][] values = IntStream.range(0, 100)
                .mapToObj(i -> TweetJson.toBytes(Tweets.tweet(7, "edit " + i)))
                .toArray(byte[][]::new);

        SparkTweets.writeTo(sink)
                .write(SparkTweets.fromKafka(LocalSpark.topic(values).coalesce(1)));

        assertThat(sink.records()).extracting(record -> record.tweet().text()).containsExactly("edit 99");
    }

    @Test
    void aRecordThatASinkRefusesIsADeadLetterAndTheOthersAreStored() {
        RecordingSink.Factory<ClassifiedTweet> strict = RecordingSink.tweets("strict");
        RecordingSink.Factory<ClassifiedTweet> strictToo = RecordingSink.tweets("strict-too");
        RecordingSink.Factory<ClassifiedTweet> easy = RecordingSink.tweets("easy");
        strict.reject(Set.of(Tweets.tweet(1).id()));
        strictToo.reject(Set.of(Tweets.tweet(1).id(), Tweets.tweet(2).id()));
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("strict-dead");
        byte[][] values = Tweets.tweets(4).stream().map(TweetJson::toBytes).toArray(byte[][]::new);

        Ledger ledger = BatchWriter.tweets()
                .sink("strict", strict)
                .sink("strict-too", strictToo)
                .sink("easy", easy)
                .deadLetters(dead)
                .build()
                .write(SparkTweets.fromKafka(LocalSpark.topic(values)));

        assertThat(ledger).isEqualTo(ledger(4, 2, Map.of("sink/told-to-reject", 2L), Map.of()));
        assertThat(strict.records()).hasSize(3);
        assertThat(strictToo.records()).hasSize(2);
        assertThat(easy.records()).hasSize(4);
        assertThat(dead.records())
                .containsExactlyInAnyOrder(
                        new DeadLetter(
                                Stage.SINK,
                                "told-to-reject",
                                "The sink 'strict' refuses it: Told to reject it; The sink 'strict-too' refuses it: Told to"
                                        + " reject it",
                                "tweets-3-1",
                                values[1]),
                        new DeadLetter(
                                Stage.SINK,
                                "told-to-reject",
                                "The sink 'strict-too' refuses it: Told to reject it",
                                "tweets-3-2",
                                values[2]));
    }

    @Test
    void foreachStoresEachRowAndNothingHoldsOneBack(@TempDir Path folder) throws Exception {
        String topic = folder.resolve("topic").toString();
        LocalSpark.topic(TweetJson.toBytes(Tweets.tweet(1)), DAMAGED, TweetJson.toBytes(Tweets.tweet(2)))
                .coalesce(1)
                .write()
                .parquet(topic);
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("each");
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("each-dead");
        Dataset<Row> stream = SparkTweets.fromKafka(LocalSpark.session()
                .readStream()
                .schema(LocalSpark.topic().schema())
                .parquet(topic));
        Dataset<Row> classified = SparkTweets.classify(stream, "emotion", KeywordClassifier.emotion(), 1);
        assertThat(new LiftedClassify()
                        .apply(classified.queryExecution().analyzed())
                        .toString())
                .doesNotContain("ClassifyRows");
        BatchWriter writer =
                BatchWriter.tweets().sink("store", sink).deadLetters(dead).build();

        classified
                .writeStream()
                .foreach(writer.foreach(classified))
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();

        assertThat(sink.records())
                .extracting(record -> record.tweet().id())
                .containsExactly(Tweets.tweet(1).id(), Tweets.tweet(2).id());
        assertThat(sink.records())
                .allSatisfy(record -> assertThat(record.classifications()).containsOnlyKeys("emotion"));
        assertThat(dead.records()).hasSize(1);
    }

    @Test
    void aTopicThatTurnsIntoDeadLettersFailsTheBatch() {
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("turned-dead");
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", RecordingSink.tweets("turned"))
                .deadLetters(dead)
                .deadLetterLimit(4, 20)
                .build();
        Dataset<Row> good = SparkTweets.fromKafka(LocalSpark.topic(
                Collections.nCopies(17, TweetJson.toBytes(Tweets.tweet(1))).toArray(byte[][]::new)));
        Dataset<Row> bad = SparkTweets.fromKafka(LocalSpark.topic(DAMAGED, DAMAGED, null));
        writer.write(bad);
        writer.write(good);
        // The first batch is out of the window from here on: 4 of 23 is a smaller share than 4 of 20.
        writer.write(bad);
        writer.write(bad);
        Ledger before = writer.counts();

        assertThatExceptionOfType(FatalException.class)
                .isThrownBy(() -> writer.write(bad))
                .withMessage("Of the last 26 rows 6 are dead letters, most often 'decode/not-a-tweet' (6): check what"
                        + " writes the topic, then start again, or raise the dead-letter limit");

        assertThat(writer.counts()).isEqualTo(before);
        assertThat(before.deadLetterCount()).isEqualTo(6);
    }

    @Test
    void largeRecordsAreWrittenAFewAtATime() {
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("large-dead");
        byte[][] values = IntStream.range(0, 60)
                .mapToObj(i -> ("{" + "x".repeat(1024 * 1024)).getBytes(UTF_8))
                .toArray(byte[][]::new);

        Ledger ledger = BatchWriter.tweets()
                .sink("store", RecordingSink.tweets("large"))
                .deadLetters(dead)
                .build()
                .write(SparkTweets.classify(
                        SparkTweets.fromKafka(LocalSpark.topic(values).coalesce(1)),
                        "emotion",
                        KeywordClassifier.emotion()));

        assertThat(ledger).isEqualTo(ledger(60, 0, Map.of("decode/bad-json", 60L), Map.of()));
        assertThat(dead.batches())
                .hasSize(8)
                .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(8));
    }

    @Test
    void aRowThatIsNoTweetIsADeadLetterWithTheRowAsJson() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("no-tweet");
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("no-tweet-dead");
        Dataset<Row> frame = LocalSpark.frame(Tweets.tweets(2), 1)
                .selectExpr("if(id = '" + Tweets.tweet(1).id() + "', '007', id) as id", "text", "created_at");

        Ledger ledger = BatchWriter.tweets()
                .sink("store", sink)
                .deadLetters(dead)
                .build()
                .write(frame);

        assertThat(ledger).isEqualTo(ledger(2, 1, Map.of("sink/bad-id", 1L), Map.of()));
        assertThat(dead.records())
                .singleElement()
                .satisfies(letter -> assertThat(new String(letter.original(), java.nio.charset.StandardCharsets.UTF_8))
                        .startsWith(
                                "{\"id\":\"007\",\"text\":\"" + Tweets.tweet(1).text()));
    }

    @Test
    void aDeadLetterFailsTheBatchWhenItHasNowhereToGo() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("nowhere");
        BatchWriter writer = SparkTweets.writeTo(sink);

        assertThatThrownBy(() -> writer.write(SparkTweets.fromKafka(LocalSpark.topic(DAMAGED))))
                .hasRootCauseInstanceOf(ConfigException.class)
                .hasRootCauseMessage(
                        "The record tweets-3-0 is a dead letter (decode/not-a-tweet) and there is no place for it; give"
                                + " it one with deadLetters or the option 'dead-letter-topic'");
        assertThat(writer.counts()).isEqualTo(Ledger.EMPTY);
    }

    @Test
    void aDeadLetterStoreThatIsDownFailsTheBatch() {
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("down");
        dead.failNext(Integer.MAX_VALUE);
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", RecordingSink.tweets("dead-letters-down"))
                .deadLetters(dead)
                .retryLimit(Duration.ZERO)
                .build();

        assertThatThrownBy(() -> writer.write(SparkTweets.fromKafka(LocalSpark.topic(DAMAGED))))
                .hasRootCauseInstanceOf(RetriableException.class)
                .hasRootCauseMessage("Told to fail");
    }

    @Test
    void aWriteThatMayWorkLaterIsRepeated() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("hiccup");
        sink.failNext(2);

        Ledger ledger = SparkTweets.writeTo(sink).write(LocalSpark.frame(Tweets.tweets(10), 1));

        assertThat(ledger).isEqualTo(ledger(10, 10, Map.of(), Map.of()));
        assertThat(sink.records()).hasSize(10);
    }

    @Test
    void aTaskThatSparkRepeatsIsCountedOnce() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("repeated-task");
        AtomicInteger writes = new AtomicInteger();
        sink.beforeWrite(batch -> {
            if (writes.incrementAndGet() == 2) {
                throw new FatalException("The second batch of the first attempt");
            }
        });

        BatchWriter writer =
                BatchWriter.tweets().sink("store", sink).batchSize(10).build();
        Ledger ledger = writer.write(LocalSpark.frame(Tweets.tweets(30), 1));

        assertThat(writes).hasValue(5);
        assertThat(ledger).isEqualTo(ledger(30, 30, Map.of(), Map.of()));
        assertThat(writer.counts()).isEqualTo(ledger);
        assertThat(sink.records()).hasSize(30);
    }

    @Test
    void aSinkThatStaysDownFailsTheBatchAndIsWaitedForOnce() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("stays-down");
        AtomicInteger writes = new AtomicInteger();
        sink.beforeWrite(batch -> {
            writes.incrementAndGet();
            throw new RetriableException("The store is down", null);
        });
        BatchWriter writer = BatchWriter.tweets()
                .sink("store", sink)
                .retryLimit(Duration.ofSeconds(2))
                .build();

        assertThatThrownBy(() -> writer.write(LocalSpark.frame(Tweets.tweets(10), 1)))
                .hasRootCauseInstanceOf(RetriableException.class)
                .hasRootCauseMessage("The store is down");

        // Within the limit two (on a busy machine) to six writes, with waits of 100, 200, 400, 800 ms; then one in each
        // of three attempts.
        assertThat(writes.get()).isBetween(5, 9);
        assertThat(writer.counts()).isEqualTo(Ledger.EMPTY);
    }

    @Test
    void windowedCountsAreWrittenFromAWindowFunction() {
        RecordingSink.Factory<WindowedCount> sink = RecordingSink.counts("counts");
        Dataset<Row> counts = LocalSpark.frame(Tweets.tweets(150), 2)
                .selectExpr("created_at", "coalesce(lang, 'und') as key")
                .groupBy(
                        org.apache.spark.sql.functions.window(
                                org.apache.spark.sql.functions.col("created_at"), "1 minute"),
                        org.apache.spark.sql.functions.col("key"))
                .count()
                .selectExpr("'lang' as metric", "*");
        BatchWriter writer = BatchWriter.windowedCounts().sink("store", sink).build();

        Ledger ledger = writer.write(counts);
        writer.write(counts);

        assertThat(ledger).isEqualTo(ledger(3, 3, Map.of(), Map.of()));
        assertThat(sink.records()).containsExactlyInAnyOrder(minute(0, 60), minute(1, 60), minute(2, 30));
    }

    @Test
    void aRowThatIsNoCountIsADeadLetter() {
        RecordingSink.Factory<DeadLetter> dead = RecordingSink.deadLetters("no-count-dead");
        Dataset<Row> counts = LocalSpark.session()
                .sql(
                        "SELECT 'lang' AS metric, k AS key, named_struct('start', timestamp '2024-05-01 08:00:00', 'end',"
                                + " timestamp '2024-05-01 08:01:00') AS window, 5L AS count FROM VALUES ('en'), (' '), (null) t(k)");

        Ledger ledger = BatchWriter.windowedCounts()
                .sink("store", RecordingSink.counts("no-count"))
                .deadLetters(dead)
                .build()
                .write(counts);

        assertThat(ledger).isEqualTo(ledger(3, 1, Map.of("sink/bad-column", 1L, "sink/missing-column", 1L), Map.of()));
        assertThat(dead.records())
                .extracting(DeadLetter::message)
                .containsExactlyInAnyOrder(
                        "The column 'key' is null",
                        "The row is not a count: The key of a 'lang' count is not 1 to 256 characters");
    }

    @Test
    void aFrameOfOtherColumnsIsRefusedBeforeAnythingIsWritten() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("refused");
        Dataset<Row> frame = LocalSpark.session()
                .createDataFrame(
                        List.of(RowFactory.create("1")),
                        new org.apache.spark.sql.types.StructType().add("id", DataTypes.StringType));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.writeTo(sink).write(frame))
                .withMessage("The frame has no column 'text', it has [id]");
        assertThat(sink.openings()).isZero();
    }

    @Test
    void aWrongSetUpIsRefused() {
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("set-up");
        assertThatThrownBy(() -> BatchWriter.tweets()
                        .batchSize(0)
                        .deadLetterLimit(0, 10)
                        .retryLimit(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "4 faults: There is no sink: add one with sink(...); The option 'batch-size' is 0, not at least 1; The"
                                + " option 'dead-letter-limit' is 0, not at least 1; The option 'retry-limit' is PT-1S, not at least 0s");
        assertThatThrownBy(() ->
                        BatchWriter.tweets().sink("a", sink).sink("a", sink).build())
                .isInstanceOf(ConfigException.class)
                .hasMessage("There are two sinks of the name 'a'");
    }

    private static WindowedCount minute(int minute, long count) {
        java.time.Instant start = Tweets.START.plusSeconds(60L * minute);
        return new WindowedCount("lang", "en", start, start.plusSeconds(60), count);
    }

    private static ClassifiedTweet emotion(Tweet tweet) {
        return ClassifiedTweet.of(
                tweet, Map.of("emotion", KeywordClassifier.emotion().open().classify(tweet.text())));
    }

    private static Ledger ledger(long in, long out, Map<String, Long> deadLetters, Map<String, Long> skipped) {
        return new Ledger(in, out, new TreeMap<>(deadLetters), new TreeMap<>(skipped));
    }
}
