/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Tweet;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.json.TweetJson;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SparkTweetsTest {
    private static final byte[] DAMAGED = {'{', (byte) 0xFF};

    @Test
    void everyRecordOfATopicGivesARow() {
        Dataset<Row> frame =
                SparkTweets.fromKafka(LocalSpark.topic(TweetJson.toBytes(Tweets.rich()), DAMAGED, null, new byte[0]));

        assertThat(frame.schema()).isEqualTo(TweetSchemas.topic());
        List<Row> rows = frame.collectAsList();
        assertThat(rows).hasSize(4);
        assertThat(LocalSpark.tweet(rows.get(0))).isEqualTo(Tweets.rich());
        assertThat(rows).extracting(LocalSpark::isTweet).containsExactly(true, false, false, false);
        assertThat(rows).extracting(row -> row.<String>getAs("skipped")).containsExactly(null, null, "tombstone", null);
        assertThat(LocalSpark.deadLetter(rows.get(1).getAs("dead_letter")))
                .isEqualTo(DeadLetter.of(Stage.DECODE, fault(DAMAGED), "tweets-3-1", DAMAGED));
        assertThat(LocalSpark.deadLetter(rows.get(3).getAs("dead_letter")))
                .isEqualTo(DeadLetter.of(Stage.DECODE, fault(new byte[0]), "tweets-3-3", new byte[0]));
    }

    @Test
    void aRowKeepsTheRecordAsItCame() {
        byte[] spaced = (TweetJson.toJson(Tweets.tweet(1)) + "  ").getBytes(StandardCharsets.UTF_8);

        Row kafka = SparkTweets.fromKafka(LocalSpark.topic(DAMAGED, spaced))
                .where("id is not null")
                .select("kafka.*")
                .first();

        assertThat(kafka.getString(0)).isEqualTo("tweets");
        assertThat(kafka.getInt(1)).isEqualTo(3);
        assertThat(kafka.getLong(2)).isEqualTo(1);
        assertThat(kafka.getTimestamp(3)).hasToString("2024-05-01 08:00:00.0");
        assertThat(kafka.<byte[]>getAs(4)).isEqualTo(spaced);
    }

    @Test
    void tweetsAndDeadLettersCanBeTakenApart() {
        Dataset<Row> frame = SparkTweets.fromKafka(LocalSpark.topic(TweetJson.toBytes(Tweets.tweet(1)), DAMAGED, null));

        Dataset<Row> tweets = SparkTweets.tweets(frame);
        assertThat(tweets.collectAsList()).extracting(LocalSpark::tweet).containsExactly(Tweets.tweet(1));
        assertThat(LocalSpark.columns(tweets)).contains("kafka").doesNotContain("dead_letter", "skipped");
        assertThat(SparkTweets.deadLetters(frame).collectAsList())
                .extracting(LocalSpark::deadLetter)
                .containsExactly(DeadLetter.of(Stage.DECODE, fault(DAMAGED), "tweets-3-1", DAMAGED));
    }

    @Test
    void whatAFilterDoesNotKeepIsSkippedInATopicAndAbsentElsewhere() {
        Dataset<Row> frame = SparkTweets.fromKafka(
                LocalSpark.topic(TweetJson.toBytes(Tweets.tweet(1)), TweetJson.toBytes(Tweets.rich()), DAMAGED, null));
        TweetFilter originals = TweetFilter.originals();

        Dataset<Row> kept =
                SparkTweets.classify(SparkTweets.where(frame, originals), "emotion", KeywordClassifier.emotion());
        List<Row> rows = kept.collectAsList();
        assertThat(rows)
                .extracting(row -> row.<String>getAs("skipped"))
                .containsExactly(null, "not-original", null, "tombstone");
        assertThat(rows).extracting(LocalSpark::isTweet).containsExactly(true, false, false, false);
        assertThat(rows)
                .extracting(row -> row.isNullAt(row.fieldIndex("emotion")))
                .as("not classified")
                .containsExactly(false, true, true, true);

        Dataset<Row> tweets = SparkTweets.tweets(frame);
        assertThat(SparkTweets.where(tweets, originals).collectAsList()).hasSize(1);
        assertThat(SparkTweets.where(tweets, originals.negate()).collectAsList())
                .extracting(LocalSpark::tweet)
                .containsExactly(Tweets.rich());
        SparkTweets.registerFilter(LocalSpark.session(), "keeps");
        tweets.createOrReplaceTempView("tweets");
        assertThat(LocalSpark.session()
                        .sql(
                                "SELECT id FROM (SELECT *, keeps(struct(*), 'retweet lang:und') AS kept FROM tweets) WHERE kept")
                        .collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactly(Tweets.rich().id());
    }

    @Test
    void theDocumentedExpressionIsThePolarity() {
        Row polarity = SparkTweets.classify(
                        LocalSpark.frame(List.of(Tweets.tweet(1, "I love it, so happy")), 1),
                        "sentiment",
                        KeywordClassifier.sentiment())
                .selectExpr("sentiment.scores.positive - sentiment.scores.negative")
                .first();
        assertThat(polarity.getDouble(0))
                .isEqualTo(
                        KeywordClassifier.sentiment().open().classify("I love it, so happy") instanceof Scored scored
                                ? scored.polarity().orElseThrow()
                                : Double.NaN)
                .isPositive();
    }

    @Test
    void aFrameThatIsNotFromKafkaIsRefused() {
        Dataset<Row> kafka = LocalSpark.topic(DAMAGED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.fromKafka(
                        kafka.withColumn("value", functions.col("value").cast("string"))))
                .withMessage("The column 'value' is string, not binary; write CAST(value AS BINARY)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.fromKafka(kafka.drop("offset")))
                .withMessageStartingWith("The frame has no column 'offset', it has [key, value, topic");
    }

    @Test
    void aSessionMayUseInstantsForTimestamps() {
        SparkSession spark = LocalSpark.session();
        SparkSession instants = spark.newSession();
        instants.conf().set("spark.sql.datetime.java8API.enabled", "true");
        SparkSession.setActiveSession(instants);
        try {
            Dataset<Row> kafka = instants.createDataFrame(
                    LocalSpark.topic(TweetJson.toBytes(Tweets.rich()), DAMAGED).collectAsList(), LocalSpark.KAFKA);
            Dataset<Row> tweets = SparkTweets.tweets(
                    SparkTweets.classify(SparkTweets.fromKafka(kafka), "emotion", KeywordClassifier.emotion()));

            Row row = tweets.first();

            assertThat(row.getInstant(2)).isEqualTo(Tweets.rich().createdAt());
            assertThat(LocalSpark.tweet(row)).isEqualTo(Tweets.rich());
        } finally {
            SparkSession.setActiveSession(spark);
        }
    }

    @Test
    void aFrameWithTextsAloneCanBeClassified() {
        Dataset<Row> texts = texts("so happy", null, "", "the [fault] here", "at ten");
        CountingClassifier.Factory factory = CountingClassifier.named("texts");

        Dataset<Row> classified = SparkTweets.classify(texts, "emotion", factory);

        assertThat(LocalSpark.columns(classified)).containsExactly("text", "emotion");
        assertThat(classified.schema().apply("emotion").dataType()).isEqualTo(TweetSchemas.classification());
        assertThat(classified.select("emotion.label", "emotion.rejected").collectAsList())
                .extracting(row -> row.get(0), row -> row.get(1))
                .containsExactlyInAnyOrder(
                        tuple("joy", null),
                        tuple(null, null),
                        tuple(null, "blank"),
                        tuple(null, "model_fault"),
                        tuple("neutral", null));
        assertThat(classified
                        .where("text = 'so happy'")
                        .select("emotion")
                        .first()
                        .getStruct(0))
                .satisfies(row -> assertThat(LocalSpark.classification(row)).isEqualTo(answer(factory, "so happy")));
        assertThat(classified.where("text is null").select("emotion").first().isNullAt(0))
                .isTrue();
    }

    @Test
    void aTextThatTheModelFailsOnIsADeadLetterOfATopicsFrame() {
        byte[] fault = TweetJson.toBytes(Tweets.tweet(2, "a [fault] here"));
        CountingClassifier.Factory emotion = CountingClassifier.named("topic-emotion");
        CountingClassifier.Factory sentiment = CountingClassifier.named("topic-sentiment");
        Dataset<Row> frame =
                SparkTweets.fromKafka(LocalSpark.topic(TweetJson.toBytes(Tweets.tweet(1)), fault, DAMAGED, null));

        Dataset<Row> classified =
                SparkTweets.classify(SparkTweets.classify(frame, "emotion", emotion), "sentiment", sentiment);

        List<Row> rows = classified.collectAsList();
        assertThat(rows).extracting(LocalSpark::isTweet).containsExactlyInAnyOrder(true, false, false, false);
        assertThat(SparkTweets.deadLetters(classified).collectAsList())
                .extracting(LocalSpark::deadLetter)
                .containsExactlyInAnyOrder(
                        DeadLetter.of(Stage.DECODE, fault(DAMAGED), "tweets-3-2", DAMAGED),
                        new DeadLetter(
                                Stage.CLASSIFY,
                                "model-fault",
                                "The classifier 'emotion' (" + emotion.open().model() + ") has no answer",
                                "tweets-3-1",
                                fault));
        // The second classifier is not asked about what the first one failed on.
        assertThat(sentiment.batches())
                .isNotEmpty()
                .allSatisfy(batch ->
                        assertThat(batch).containsExactly(Tweets.tweet(1).text()));
    }

    @Test
    void aClassifierIsOpenedOncePerJvm() {
        KeywordClassifier.Factory factory = KeywordClassifier.emotion().name("opened-once");
        Dataset<Row> tweets = LocalSpark.frame(Tweets.tweets(400), 8);
        for (int job = 0; job < 3; job++) {
            assertThat(SparkTweets.classify(tweets, "emotion", factory)
                            .where("emotion.model is not null")
                            .collectAsList())
                    .hasSize(400);
        }
        assertThat(factory.openings()).isEqualTo(1);
    }

    @Test
    void aClassifierIsGivenBatches() {
        CountingClassifier.Factory factory = CountingClassifier.named("batches");
        Dataset<Row> tweets = LocalSpark.frame(Tweets.tweets(250), 1);

        assertThat(SparkTweets.classify(tweets, "emotion", factory, 100).collectAsList())
                .hasSize(250);

        assertThat(factory.batches()).extracting(List::size).containsExactly(100, 100, 50);
    }

    @Test
    void aLimitIsClassifiedOneBatchAtATime() {
        CountingClassifier.Factory factory = CountingClassifier.named("limit");
        Dataset<Row> tweets = LocalSpark.frame(Tweets.tweets(4000), 4);

        assertThat(SparkTweets.classify(tweets, "emotion", factory).limit(10).collectAsList())
                .hasSize(10);

        assertThat(factory.texts()).isBetween(10L, 4L * SparkTweets.DEFAULT_BATCH_SIZE);
        assertThat(factory.batches()).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void otherColumnsPassThroughAClassifier() {
        Dataset<Row> frame = LocalSpark.frame(List.of(Tweets.rich()), 1)
                .selectExpr(
                        "*", "map('a', 1, 'b', 2) as m", "interval '2' day as i", "cast(1.50 as decimal(5,2)) as d");

        Dataset<Row> classified = SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion());

        assertThat(classified.drop("emotion").collectAsList()).isEqualTo(frame.collectAsList());
    }

    @Test
    void aUsersOwnFunctionFindsTheColumnsByName() {
        Dataset<Row> frame = SparkTweets.classify(
                SparkTweets.fromKafka(LocalSpark.topic(TweetJson.toBytes(Tweets.rich()))),
                "emotion",
                KeywordClassifier.emotion());

        assertThat(frame.map(
                                (MapFunction<Row, String>) row -> row.<String>getAs("id")
                                        + ' '
                                        + row.<Row>getAs("author").<String>getAs("username")
                                        + ' '
                                        + row.<Row>getAs("emotion").<String>getAs("label")
                                        + ' '
                                        + row.<Row>getAs("emotion")
                                                .getJavaMap(2)
                                                .get("neutral")
                                        + ' '
                                        + row.<Row>getList(row.fieldIndex("hashtags"))
                                                .get(0)
                                                .<String>getAs("tag"),
                                Encoders.STRING())
                        .collectAsList())
                .containsExactly(Tweets.rich().id() + " wren_at_dusk neutral 1.0 nightjar");
    }

    @Test
    void aUsersOwnRowsMayHaveNoSchemaAndJavasCollections() {
        StructType schema = new StructType()
                .add("id", DataTypes.StringType)
                .add("text", DataTypes.StringType)
                .add("created_at", DataTypes.TimestampType)
                .add("matching_rule_tags", DataTypes.createArrayType(DataTypes.StringType, false));
        RecordingSink.Factory<dev.nightjar.ClassifiedTweet> sink = RecordingSink.tweets("own-rows");
        Tweet tweet = Tweets.tweet(5);
        String id = tweet.id();
        String text = tweet.text();
        java.sql.Timestamp time = java.sql.Timestamp.from(tweet.createdAt());
        Dataset<Row> frame = LocalSpark.session()
                .range(1)
                .map(
                        (MapFunction<Long, Row>) i -> RowFactory.create(id, text, time, new String[] {"a", "b"}),
                        Encoders.row(schema));

        BatchWriter.tweets()
                .sink("own", sink)
                .build()
                .write(SparkTweets.classify(frame, "emotion", KeywordClassifier.emotion()));

        assertThat(sink.records()).singleElement().satisfies(stored -> {
            assertThat(stored.tweet().matchingRuleTags()).containsExactly("a", "b");
            assertThat(stored.classifications().get("emotion")).isEqualTo(answer(KeywordClassifier.emotion(), text));
        });
    }

    @Test
    void aWrongCallIsRefusedAtOnce() {
        Dataset<Row> texts = texts("some text");
        ClassifierFactory factory = KeywordClassifier.emotion();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.classify(texts, "Emotion!", factory))
                .withMessageContaining("'Emotion!'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.classify(texts, "text", factory))
                .withMessage("The frame has a column 'text' already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.classify(texts, "emotion", factory, 0))
                .withMessage("The batch size 0 is not positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.classify(texts.toDF("words"), "emotion", factory))
                .withMessage("The frame has no column 'text', it has [words]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkTweets.classify(
                        SparkTweets.fromKafka(LocalSpark.topic(DAMAGED)).drop("kafka"), "emotion", factory))
                .withMessageStartingWith("The frame has no column 'kafka'");
    }

    @Test
    void aPlanShowsNoSecret() {
        SecretClassifier factory = new SecretClassifier(Credential.literal("canary-4711"));
        Dataset<Row> tweets = LocalSpark.frame(Tweets.tweets(3), 1);
        SparkTweets.registerUdf(LocalSpark.session(), "secret_emotion", factory);

        Dataset<Row> classified = SparkTweets.classify(tweets, "emotion", factory)
                .selectExpr("emotion.label as a", "secret_emotion(text) as b");

        assertThat(classified.collectAsList()).hasSize(3);
        assertThat(classified.queryExecution().toString())
                .contains("Classify emotion(text", "secret_emotion(text")
                .doesNotContain("canary");
    }

    private static Dataset<Row> texts(String... texts) {
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(RowFactory.create(text));
        }
        return LocalSpark.session().createDataFrame(rows, new StructType().add("text", DataTypes.StringType));
    }

    private static Classification answer(ClassifierFactory factory, String text) {
        try (Classifier classifier = factory.open()) {
            return classifier.classify(text);
        }
    }

    private static dev.nightjar.DataException fault(byte[] value) {
        try {
            throw new AssertionError("It is a tweet: " + TweetJson.fromBytes(value));
        } catch (dev.nightjar.DataException e) {
            return e;
        }
    }

    private record SecretClassifier(Credential key) implements ClassifierFactory {
        @Override
        public Classifier open() {
            return KeywordClassifier.emotion().open();
        }
    }
}
