/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classification;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.json.RandomTweets;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowsTest {
    /** The columns and a row themselves, so that stored tables stay readable whatever makes them. */
    @Test
    void theColumnsAreTheseAndInThisOrder() {
        // Spark 3.5 leaves the NOT NULL within structs out of this text.
        assertThat(TweetSchemas.tweet().toDDL().replace(": STRING NOT NULL", ": STRING"))
                .isEqualTo("""
                id STRING NOT NULL,text STRING NOT NULL,created_at TIMESTAMP NOT NULL,lang STRING,\
                author STRUCT<id: STRING, username: STRING, name: STRING, followers_count: BIGINT>,\
                hashtags ARRAY<STRUCT<tag: STRING, start: INT, end: INT>> NOT NULL,\
                mentions ARRAY<STRUCT<username: STRING, start: INT, end: INT>> NOT NULL,\
                urls ARRAY<STRUCT<expanded_url: STRING, start: INT, end: INT>> NOT NULL,\
                public_metrics STRUCT<retweet_count: BIGINT, reply_count: BIGINT, like_count: BIGINT, quote_count: BIGINT, impression_count: BIGINT, bookmark_count: BIGINT>,\
                referenced_tweets ARRAY<STRUCT<type: STRING, id: STRING>> NOT NULL,\
                matching_rule_tags ARRAY<STRING> NOT NULL,source STRING""");
        for (String name : List.of("tag", "username", "expanded_url", "type", "id")) {
            assertThat(TweetSchemas.tweet().treeString()).contains("-- " + name + ": string (nullable = false)");
        }
        assertThat(LocalSpark.row(Tweets.rich()).json()).endsWith("""
                "hashtags":[{"tag":"nightjar","start":26,"end":35},{"tag":"\u591c\u9df9","start":36,"end":39}],\
                "mentions":[{"username":"wren_at_dusk","start":3,"end":16},{"username":"someone","start":null,"end":null}],\
                "urls":[{"expanded_url":"https://example.org/?a=1&b=%20,x","start":40,"end":55}],\
                "public_metrics":{"retweet_count":1,"reply_count":0,"like_count":5000000000,"quote_count":null,\
                "impression_count":7,"bookmark_count":null},\
                "referenced_tweets":[{"type":"retweeted","id":"9007199254740993"},{"type":"replied_to","id":"20"}],\
                "matching_rule_tags":["birds, at night","k=v"],"source":"Nightjar \\"Web\\" App"}""");
    }

    @Test
    void tweetsComeBackFromSparkAsTheyWere() {
        List<Tweet> tweets = someTweets();
        List<Row> rows = tweets.stream().map(LocalSpark::row).toList();

        TweetColumns columns = TweetColumns.in(TweetSchemas.tweet());
        assertThat(throughSpark(rows, TweetSchemas.tweet()).stream().map(columns::tweet))
                .containsExactlyElementsOf(tweets);
    }

    @Test
    void classificationsComeBackFromSparkAsTheyWere() {
        Random random = new Random(7);
        List<Classification> classifications =
                IntStream.range(0, 500).mapToObj(i -> classification(random)).toList();
        List<Row> rows = classifications.stream().map(RowsTest::row).toList();

        assertThat(throughSpark(rows, TweetSchemas.classification()).stream().map(ClassificationColumn::classification))
                .containsExactlyElementsOf(classifications);
    }

    @Test
    void deadLettersComeBackFromSparkAsTheyWere() {
        List<DeadLetter> letters = Stream.of(DeadLetter.Stage.values())
                .map(stage -> new DeadLetter(stage, "bad-id", "No \"id\"\n", "tweets-0-17", new byte[] {0, -1, 10}))
                .toList();

        List<Row> rows = letters.stream()
                .map(letter -> LocalSpark.row(DeadLetterColumn.internal(letter), TweetSchemas.deadLetter()))
                .toList();

        assertThat(throughSpark(rows, TweetSchemas.deadLetter()).stream().map(DeadLetterColumn::deadLetter))
                .containsExactlyElementsOf(letters);
    }

    @Test
    void aClassificationHasItsBestLabelAndAMapOfScoresForSql() {
        Classification scored = new Classification.Scored(
                "m@1", List.of(new ScoredLabel("joy", 0.75), new ScoredLabel("anger", 0.25)), true);
        Classification rejected = new Classification.Rejected("m@1", Classification.Reason.TOO_LARGE);
        Dataset<Row> frame = LocalSpark.session()
                .createDataFrame(
                        List.of(RowFactory.create(row(scored)), RowFactory.create(row(rejected))),
                        new StructType().add("e", TweetSchemas.classification()));

        assertThat(frame.selectExpr(
                                "e.label", "e.score", "e.scores['anger']", "e.ranking[1]", "e.truncated", "e.rejected")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create("joy", 0.75, 0.25, "anger", true, null),
                        RowFactory.create(null, null, null, null, null, "too_large"));
    }

    @Test
    void anUnknownPlaceOfAnEntityIsNull() {
        assertThat(LocalSpark.frame(List.of(Tweets.rich()), 1)
                        .selectExpr("mentions[0].start", "mentions[1].start", "mentions[1].end", "mentions.username")
                        .collectAsList())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.getInt(0)).isEqualTo(3);
                    assertThat(row.isNullAt(1)).isTrue();
                    assertThat(row.isNullAt(2)).isTrue();
                    assertThat(row.<String>getList(3)).containsExactly("wren_at_dusk", "someone");
                });
    }

    @Test
    void aFrameNeedsNoMoreThanIdTextAndTimeInAnyOrder() {
        StructType schema = new StructType()
                .add("created_at", DataTypes.TimestampType)
                .add("other", DataTypes.IntegerType)
                .add("text", DataTypes.StringType)
                .add("id", DataTypes.StringType);

        Tweet tweet = TweetColumns.in(schema)
                .tweet(LocalSpark.internal(RowFactory.create(Instant.EPOCH, 1, "some text", "20"), schema));

        assertThat(tweet)
                .isEqualTo(Tweet.builder("20", "some text", Instant.EPOCH).build());
    }

    @Test
    void aMissingColumnOrOneOfAnotherTypeIsNamed() {
        StructType noTime = new StructType().add("id", DataTypes.StringType).add("text", DataTypes.StringType);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TweetColumns.in(noTime))
                .withMessage("The frame has no column 'created_at', it has [id, text]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TweetColumns.in(noTime.add("created_at", DataTypes.LongType)))
                .withMessage("The column 'created_at' is bigint, not timestamp; write CAST(created_at AS TIMESTAMP)");
    }

    @Test
    void aRowThatIsNoTweetIsADataFault() {
        List<Object> values =
                new ArrayList<>(Collections.nCopies(TweetSchemas.tweet().size(), null));
        assertThatThrownBy(() -> tweet(values))
                .isInstanceOf(DataException.class)
                .hasMessage("The column 'id' is null");
        values.set(0, "20");
        values.set(1, "text");
        values.set(2, Instant.EPOCH);
        values.set(5, new Object[] {null});
        assertThatThrownBy(() -> tweet(values))
                .isInstanceOf(DataException.class)
                .hasMessage("The column 'hashtags' holds a null");
        values.set(5, List.of(RowFactory.create(null, 1, 2)));
        assertThatThrownBy(() -> tweet(values))
                .isInstanceOf(DataException.class)
                .hasMessage("An element of an array lacks its field 0");
        values.set(5, null);
        values.set(9, List.of(RowFactory.create("liked", "20")));
        assertThatThrownBy(() -> tweet(values))
                .isInstanceOf(DataException.class)
                .hasMessage("The type of a referenced tweet is not retweeted, quoted or replied_to");
        assertThatThrownBy(() -> ClassificationColumn.classification(LocalSpark.internal(
                        RowFactory.create("joy", 1.0, null, null, false, "m@1", null), TweetSchemas.classification())))
                .isInstanceOf(DataException.class)
                .hasMessage("A classification lacks its model or its scores");
        assertThatThrownBy(() -> ClassificationColumn.classification(LocalSpark.internal(
                        RowFactory.create(
                                "joy", 1.0, Collections.singletonMap("joy", null), List.of("joy"), false, "m@1", null),
                        TweetSchemas.classification())))
                .isInstanceOf(DataException.class)
                .hasMessage("A classification is not one");
    }

    @Test
    void aWindowWithoutABeginningIsADeadLetter() {
        Row row = RowFactory.create("label", "joy", RowFactory.create(null, Instant.EPOCH), 1L);

        Dead<?> dead = (Dead<?>) new CountReader(TweetSchemas.windowedCount())
                .read(LocalSpark.internal(row, TweetSchemas.windowedCount()));

        assertThat(dead.letter().message()).isEqualTo("The column 'window' is null");
    }

    private static Tweet tweet(List<Object> values) {
        return TweetColumns.in(TweetSchemas.tweet())
                .tweet(LocalSpark.internal(RowFactory.create(values.toArray()), TweetSchemas.tweet()));
    }

    private static List<Tweet> someTweets() {
        RandomTweets random = new RandomTweets(11);
        return Stream.of(
                        Stream.generate(random::tweet).limit(500),
                        Stream.of(Tweets.rich()),
                        Tweets.storableTexts().stream().map(text -> Tweets.tweet(1, text)))
                .flatMap(tweets -> tweets)
                .toList();
    }

    /** Up to nine labels, so that Scala's map does not keep their order, with many equal scores. */
    private static Classification classification(Random random) {
        if (random.nextInt(4) == 0) {
            Classification.Reason[] reasons = Classification.Reason.values();
            return new Classification.Rejected("m@" + random.nextInt(9), reasons[random.nextInt(reasons.length)]);
        }
        List<Integer> labels = new ArrayList<>(
                IntStream.rangeClosed(0, random.nextInt(9)).boxed().toList());
        Collections.shuffle(labels, random);
        double[] scores = {0, -0.0, 1, Double.MIN_VALUE, 0.5, random.nextDouble()};
        return new Classification.Scored(
                "m@" + random.nextInt(9),
                labels.stream()
                        .map(label -> new ScoredLabel("label \"" + label + '"', scores[random.nextInt(scores.length)]))
                        .toList(),
                random.nextBoolean());
    }

    /** What Spark shows of the struct. */
    private static Row row(Classification classification) {
        return LocalSpark.row(ClassificationColumn.internal(classification), TweetSchemas.classification());
    }

    private static List<InternalRow> throughSpark(List<Row> rows, StructType schema) {
        List<Row> nested = rows.stream().map(RowFactory::create).toList();
        return LocalSpark.session()
                .createDataFrame(nested, new StructType().add("value", schema))
                .repartition(1)
                .collectAsList()
                .stream()
                .map(row -> LocalSpark.internal(row.getStruct(0), schema))
                .toList();
    }

    @Test
    void originsOfRowsAreTheSameForTheSameRow() {
        StructType schema = new StructType().add("a", DataTypes.StringType);
        InternalRow row = LocalSpark.internal(RowFactory.create("\u00e9"), schema);
        DeadLetter letter = Values.deadLetter(schema, row, DeadLetter.Stage.SINK, "bad-id", "No id");
        assertThat(letter.origin()).matches("row@[0-9a-f]{12}");
        assertThat(new String(letter.original(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":\"\u00e9\"}");
        assertThat(Values.deadLetter(schema, row, DeadLetter.Stage.SINK, "bad-id", "No id"))
                .isEqualTo(letter);
    }
}
