/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.window;

import dev.nightjar.WindowedCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What tweets are about, by windows of the time at which they were written: how many tweets have a {@code hashtag}, a
 * {@code word}, a {@code language}, a label of a classifier (the metric is the classifier's column), and how many likes
 * and retweets a {@code tweet} has. A definition gives the same rows of {@link TweetSchemas#windowedCount()} for a
 * streaming frame and for a batch frame of the same tweets.
 *
 * <pre>{@code
 * TweetTrends trends = TweetTrends.tumbling(Duration.ofMinutes(15)).watermark(Duration.ofMinutes(10));
 * trends.counts(tweets)
 *         .writeStream()
 *         .outputMode(trends.outputMode())
 *         .foreachBatch(BatchWriter.windowedCounts().sink("mongo", mongo.counts()).build())
 *         .option("checkpointLocation", checkpoint)
 *         .start();
 * }</pre>
 *
 * <p>Counts are absolute, so that a row replaces the one before it of the same metric, key and window, also when a query
 * repeats a batch. A tweet counts once, however often its id comes. A tweet that comes more than the watermark behind
 * the newest is late: a stream leaves it out and reports it as {@code numRowsDroppedByWatermark}, a batch has it.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TweetTrends {
    static final String NO_WORD = "https?://\\S+|[@#]\\S+";
    static final String BETWEEN_WORDS = "[^\\p{L}\\p{M}\\p{N}]+";
    private static final String ENTRY = "struct<metric:string,key:string,count:bigint>";
    private static final int LEAST_WORD = 4;

    private final Kind kind;
    private final Duration length;
    private final Duration slide;
    private final Duration watermark;
    private final Set<String> metrics;

    private TweetTrends(Kind kind, Duration length, Duration slide, Duration watermark, Set<String> metrics) {
        if (length.toMillis() < 1 || slide.toMillis() < 1 || slide.compareTo(length) > 0 || watermark.isNegative()) {
            throw new IllegalArgumentException("A window of " + length + " every " + slide + " with a watermark of "
                    + watermark + ": a length is positive, a slide no longer than it, a watermark not negative");
        }
        this.kind = kind;
        this.length = length;
        this.slide = slide;
        this.watermark = watermark;
        this.metrics = Set.copyOf(metrics);
    }

    /** Windows one behind the other, such as each quarter of an hour. */
    public static TweetTrends tumbling(Duration length) {
        return new TweetTrends(Kind.TUMBLING, length, length, length, Set.of());
    }

    /** Windows that overlap: one of this length begins every so often. */
    public static TweetTrends sliding(Duration length, Duration every) {
        return new TweetTrends(Kind.SLIDING, length, every, length, Set.of());
    }

    /** For each key, windows that end when it is not seen for so long. */
    public static TweetTrends session(Duration gap) {
        return new TweetTrends(Kind.SESSION, gap, gap, gap, Set.of());
    }

    /** How far a tweet may come behind the newest and still be counted by a stream; as long as a window unless set. */
    public TweetTrends watermark(Duration delay) {
        return new TweetTrends(kind, length, slide, delay, metrics);
    }

    /** Counts no more than these: {@code hashtag}, {@code word}, {@code language}, {@code tweet}, or a classifier's column. */
    public TweetTrends only(String... names) {
        return new TweetTrends(kind, length, slide, watermark, Set.of(names));
    }

    /**
     * How a stream gives its counts: each changed count at once ({@code update}), or, since Spark cannot do so for
     * sessions, each count once it is final ({@code append}).
     */
    public OutputMode outputMode() {
        return isFinal() ? OutputMode.Append() : OutputMode.Update();
    }

    /** Whether a stream gives each count once. */
    boolean isFinal() {
        return kind == Kind.SESSION;
    }

    /**
     * Counts.
     *
     * @param tweets a frame with the columns of {@link TweetSchemas#tweet()} or {@link TweetSchemas#topic()}, batch or
     *     streaming, and those of classifiers
     * @return the columns of {@link TweetSchemas#windowedCount()}
     * @throws IllegalArgumentException if the frame has nothing to count
     */
    public Dataset<Row> counts(Dataset<Row> tweets) {
        boolean decoded = TweetSchemas.place(tweets.schema(), TweetSchemas.DEAD_LETTER) >= 0;
        Dataset<Row> seen = (decoded ? SparkTweets.tweets(tweets) : tweets)
                .where("id IS NOT NULL AND created_at IS NOT NULL")
                .withColumn("words", words())
                .select(col("id"), col("created_at"), entries(tweets.schema()).as("entries"))
                .withWatermark("created_at", interval(watermark));
        String[] identity = {"id"};
        Dataset<Row> once =
                tweets.isStreaming() ? seen.dropDuplicatesWithinWatermark(identity) : seen.dropDuplicates(identity);
        return once.select(col("created_at"), explode(col("entries")).as("entry"))
                .groupBy(
                        span().as("window"),
                        col("entry.metric").as("metric"),
                        col("entry.key").as("key"))
                .agg(sum(col("entry.count")).as("count"))
                .select("metric", "key", "window", "count");
    }

    /** The highest counts of each metric in each window of a batch frame; of equal ones those first in the alphabet. */
    public static Dataset<Row> top(Dataset<Row> counts, int most) {
        return counts.withColumn(
                        "rank",
                        row_number()
                                .over(Window.partitionBy("metric", "window")
                                        .orderBy(col("count").desc(), col("key"))))
                .where(col("rank").leq(most))
                .drop("rank");
    }

    /** The counts of a batch frame. */
    public static List<WindowedCount> collect(Dataset<Row> counts) {
        Column start = unix_micros(col("window.start"));
        Column end = unix_micros(col("window.end"));
        return counts.select(col("metric"), col("key"), start, end, col("count")).collectAsList().stream()
                .map(row -> new WindowedCount(
                        row.getString(0),
                        row.getString(1),
                        TweetColumns.instant(row.getLong(2)),
                        TweetColumns.instant(row.getLong(3)),
                        row.getLong(4)))
                .toList();
    }

    private Column span() {
        Column time = col("created_at");
        return kind == Kind.SESSION
                ? session_window(time, interval(length))
                : window(time, interval(length), interval(slide));
    }

    /** The words of a text, without links, mentions and hashtags. */
    private static Column words() {
        Column plain = regexp_replace(lower(col(TweetSchemas.TEXT)), NO_WORD, " ");
        return split(plain, BETWEEN_WORDS);
    }

    /** All that a tweet adds to, as an array. */
    private Column entries(StructType frame) {
        Map<String, String> keys = new LinkedHashMap<>();
        List.of(
                        List.of("hashtag", "hashtags", "transform(hashtags.tag, k -> lower(k))"),
                        List.of("word", TweetSchemas.TEXT, "filter(words, k -> length(k) >= " + LEAST_WORD + ")"),
                        List.of("language", "lang", "array(lang)"),
                        List.of("tweet", "public_metrics", "array(id)"))
                .forEach(metric -> {
                    if (TweetSchemas.place(frame, metric.get(1)) >= 0) {
                        keys.put(metric.get(0), metric.get(2));
                    }
                });
        for (StructField field : frame.fields()) {
            if (TweetSchemas.same(field.dataType(), TweetSchemas.classification())) {
                keys.put(field.name(), "array(`" + field.name() + "`.label)");
            }
        }
        List<String> arrays = new ArrayList<>();
        keys.forEach((metric, key) -> {
            if (metrics.isEmpty() || metrics.contains(metric)) {
                String count = metric.equals("tweet")
                        ? "coalesce(public_metrics.like_count, 0L) + coalesce(public_metrics.retweet_count, 0L)"
                        : "1L";
                arrays.add("coalesce(transform(array_distinct(" + key + "), k -> named_struct('metric', '" + metric
                        + "', 'key', k, 'count', " + count + ")), CAST(array() AS array<" + ENTRY + ">))");
            }
        });
        if (arrays.isEmpty()) {
            throw new IllegalArgumentException("The frame has none of " + metrics + "; it has " + keys.keySet());
        }
        return expr("filter(concat(" + String.join(", ", arrays) + "), e -> trim(e.key) <> '' AND length(e.key) <= "
                + WindowedCount.MAX_KEY_LENGTH + ")");
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }

    private enum Kind {
        TUMBLING,
        SLIDING,
        SESSION
    }
}
