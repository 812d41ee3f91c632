/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.SinkFactory;
import dev.nightjar.filter.TweetFilter;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Tweets in Spark, batch and streaming: from a topic, through classifiers, to sinks.
 *
 * <pre>{@code
 * Dataset<Row> tweets = SparkTweets.fromKafka(spark.readStream().format("kafka")
 *         .option("kafka.bootstrap.servers", servers)
 *         .option("subscribe", "tweets")
 *         .option("startingOffsets", "earliest")
 *         .option("failOnDataLoss", "true")
 *         .option("maxOffsetsPerTrigger", 20_000)
 *         .option("includeHeaders", "true")
 *         .load());
 * Dataset<Row> classified = SparkTweets.classify(tweets, "emotion", emotion);
 * classified.writeStream()
 *         .foreachBatch(BatchWriter.tweets().sink("mongo", mongo).deadLetters(deadLetters).build())
 *         .option("checkpointLocation", checkpoint)
 *         .start();
 * }</pre>
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class SparkTweets {
    /** How many rows {@link #classify(Dataset, String, ClassifierFactory)} takes at a time. */
    public static final int DEFAULT_BATCH_SIZE = 64;

    private SparkTweets() {}

    /**
     * Decodes the records of a topic, those of other programs too: see {@link dev.nightjar.json.TopicJson}. A record
     * gives a row: a tweet; a dead letter of the stage {@code decode}, with null tweet columns; or, if the value is null
     * (a tombstone) or a notice of X, a row with only {@code skipped} and, where X names a deleted tweet, its {@code id}.
     * A page of X gives a row for each of its tweets. So nothing can vanish without being counted. A damaged record never
     * fails the query.
     *
     * <p>Recommended options of the source: {@code startingOffsets} {@code earliest}, because otherwise the query
     * begins with what arrives after its first start; {@code failOnDataLoss} {@code true}, because otherwise records
     * that the topic has expired are silently skipped; {@code maxOffsetsPerTrigger}, which bounds a micro-batch and so
     * the memory; {@code includeHeaders} {@code true}, so that a record whose headers mark it as something other than a
     * tweet, or as a later version, is a dead letter; and {@code kafka.isolation.level} {@code read_committed} if
     * producers use transactions.
     *
     * @param kafka a frame of Spark's Kafka source as it is: {@code value} is not cast, since a cast to a string would
     *     hide damaged bytes
     * @return the columns of {@link TweetSchemas#topic()}
     * @throws IllegalArgumentException if the frame is not one of the Kafka source
     */
    public static Dataset<Row> fromKafka(Dataset<Row> kafka) {
        return TopicDecoder.decode(kafka);
    }

    /**
     * Reads tweets of a table, as {@code spark.read().parquet(file)} gives it, batch or streaming. Columns with names of
     * twarc, snscrape and many sets of Kaggle are known, those within structs too ({@code author.username}); a timestamp is
     * a time, but one without a time zone is not: cast it first. What no column has is absent.
     *
     * <p>Each row gives a row as {@link #fromKafka} does, a tweet or a dead letter. The column {@code kafka} says where it is
     * from: {@code topic} is the file, {@code partition} and {@code offset} the place in Spark's reading of it, and {@code
     * value} the row as JSON.
     *
     * <p>From Python: {@code DataFrame(spark._jvm.dev.nightjar.spark.SparkTweets.fromTable(table._jdf, "id=tweet_id,text=body",
     * None), spark)}.
     *
     * @param columns which columns hold what, by their names: {@code id=tweet_id,text=content,time=posted}; null for those
     *     that are known
     * @param idFrom how a tweet without an id gets one, as {@link dev.nightjar.json.IdRule#parse} reads it; null to refuse it
     * @return the columns of {@link TweetSchemas#topic()}
     * @throws dev.nightjar.ConfigException if it is not known which columns hold the id and the text
     */
    public static Dataset<Row> fromTable(Dataset<Row> table, @Nullable String columns, @Nullable String idFrom) {
        return TableDecoder.decode(table, columns, idFrom);
    }

    /** The tweets of a frame from {@link #fromKafka}, without its dead letters and skipped rows. */
    public static Dataset<Row> tweets(Dataset<Row> frame) {
        return frame.where(isTweet()).drop(TweetSchemas.DEAD_LETTER, TweetSchemas.SKIPPED);
    }

    /** The dead letters of a frame from {@link #fromKafka}, with the columns of {@link TweetSchemas#deadLetter()}. */
    public static Dataset<Row> deadLetters(Dataset<Row> frame) {
        return frame.where(col(TweetSchemas.DEAD_LETTER).isNotNull()).select(col(TweetSchemas.DEAD_LETTER + ".*"));
    }

    /**
     * The rows whose tweet a filter keeps. In a frame of {@link #fromKafka} the others stay, with the filter's {@linkplain
     * TweetFilter#reason reason} in {@code skipped}, so that they are neither classified nor stored, but counted. A row
     * that holds no tweet stays too.
     *
     * @param frame a frame with the columns of {@link TweetSchemas#tweet()}, as for {@link BatchWriter#tweets()}
     */
    public static Dataset<Row> where(Dataset<Row> frame, TweetFilter filter) {
        return FilterReason.where(frame, filter);
    }

    /**
     * Registers an SQL function of a tweet's columns and the text form of a {@link TweetFilter}, written into the query,
     * which says whether the filter keeps the tweet:
     *
     * <pre>{@code
     * SELECT * FROM (SELECT *, keeps(struct(*), 'original lang:en') AS kept FROM tweets) WHERE kept
     * }</pre>
     *
     * @param name the function's name
     */
    public static void registerFilter(SparkSession spark, String name) {
        Values.register(spark, name, arguments -> FilterReason.keeps(name + '(', arguments));
    }

    /** Classifies a frame's texts, {@value #DEFAULT_BATCH_SIZE} rows at a time; see the method with a batch size. */
    public static Dataset<Row> classify(Dataset<Row> frame, String name, ClassifierFactory classifier) {
        return classify(frame, name, classifier, DEFAULT_BATCH_SIZE);
    }

    /**
     * Classifies a frame's texts in batches, by the one classifier that each JVM shares. It adds a column of {@link
     * TweetSchemas#classification()}; a null text has none. A task reads at most one batch ahead of the rows it is
     * asked for, so that a {@code LIMIT} does not classify everything.
     *
     * <p>In a frame of {@link #fromKafka}, dead letters and skipped rows pass through; if the model fails on a row's
     * text, the row becomes a dead letter of the stage {@code classify}. In any other frame such a row has
     * {@code rejected} in its classification.
     *
     * <p>Spark's optimizer sees through it: an answer that nobody reads is not asked for, a filter by other columns that is
     * written after it comes first, and an answer that one query reads twice is asked for once. A frame that several
     * queries use is classified by each, unless it is cached.
     *
     * @param frame a frame with a string column {@code text}, batch or streaming
     * @param name the new column, in the form of a {@linkplain ClassifiedTweet#checkName classifier name}
     * @param classifier opened on the executors, not by this call
     * @param batchSize how many rows are classified at a time; positive. In a stream 1 makes it an expression that holds no
     *     row back, as real-time mode needs it
     * @throws IllegalArgumentException if the name is not one, the frame has no such {@code text}, it has a column of
     *     that name, or its session is a client of Spark Connect
     */
    public static Dataset<Row> classify(Dataset<Row> frame, String name, ClassifierFactory classifier, int batchSize) {
        Objects.requireNonNull(classifier, "classifier");
        StructType input = frame.schema();
        if (TweetSchemas.place(input, ClassifiedTweet.checkName(name)) >= 0) {
            throw new IllegalArgumentException("The frame has a column '" + name + "' already");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("The batch size " + batchSize + " is not positive");
        }
        TweetSchemas.require(input, TweetSchemas.TEXT, DataTypes.StringType);
        boolean isOfTopic = TopicColumns.in(input) != null;
        Column argument = col(TweetSchemas.TEXT);
        if (!classifier.languages().isEmpty() && hasLanguages(input)) {
            argument = when(argument.isNotNull(), struct(argument, col(TweetSchemas.LANG)));
        }
        if (isOfTopic) {
            argument = when(isTweet(), argument);
        }
        Column asked = argument;
        Dataset<Row> classified = Values.calling(
                frame,
                text -> new Classify(name + '(', classifier, batchSize, text),
                answer -> frame.select(col("*"), answer.apply(asked).as(name)));
        return isOfTopic
                ? classified.withColumn(TweetSchemas.DEAD_LETTER, DeadLetterColumn.withFaults(name))
                : classified;
    }

    private static boolean hasLanguages(StructType frame) {
        int place = TweetSchemas.place(frame, TweetSchemas.LANG);
        return place >= 0 && frame.apply(place).dataType().equals(DataTypes.StringType);
    }

    /** Whether a row of a topic's frame is neither a dead letter nor skipped. */
    static Column isTweet() {
        return col(TweetSchemas.DEAD_LETTER)
                .isNull()
                .and(col(TweetSchemas.SKIPPED).isNull());
    }

    /**
     * Registers an SQL function of a text that gives the struct of {@link TweetSchemas#classification()}, null for a
     * null text:
     *
     * <pre>{@code
     * SELECT id, e.label, e.score FROM (SELECT id, emotion(text) AS e FROM tweets) WHERE e.label <> 'neutral'
     * }</pre>
     *
     * <p>It is asked in batches, by the classifier that each JVM shares, once for a row, however often the query uses the
     * answer, and not at all for rows whose answer nobody reads. {@link NightjarExtensions} gives SQL the same without
     * Java.
     *
     * <p>An argument that is no text, such as the {@code value} of Spark's Kafka source, or a second one is an {@code
     * AnalysisException} when the query is analysed, which says what to write.
     *
     * <p>From Python: {@code spark._jvm.dev.nightjar.spark.SparkTweets.registerUdf(spark._jsparkSession, "emotion",
     * config)}, with the classifier's configuration made through {@code spark._jvm} as well.
     *
     * @param name the function's name, in the form of a {@linkplain ClassifiedTweet#checkName classifier name}
     * @param classifier opened on the executors, not by this call
     * @throws IllegalArgumentException if the name is not one, or the session is a client of Spark Connect
     */
    public static void registerUdf(SparkSession spark, String name, ClassifierFactory classifier) {
        Objects.requireNonNull(classifier, "classifier");
        SqlFunctions.register(spark, ClassifiedTweet.checkName(name), classifier);
    }

    /**
     * A writer of classified tweets to one sink, for {@code foreachBatch}; the first dead letter fails its batch. See
     * {@link BatchWriter#tweets()} for more sinks and for dead letters.
     */
    public static BatchWriter writeTo(SinkFactory<ClassifiedTweet> sink) {
        return BatchWriter.tweets().sink("sink", sink).build();
    }
}
