/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.DeadLetter;
import dev.nightjar.Tweet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A real Spark in this JVM, one for all tests: two slots, and a task may fail three times. */
final class LocalSpark {
    /** The columns of Spark's Kafka source. */
    static final StructType KAFKA = new StructType()
            .add("key", DataTypes.BinaryType)
            .add("value", DataTypes.BinaryType)
            .add("topic", DataTypes.StringType)
            .add("partition", DataTypes.IntegerType)
            .add("offset", DataTypes.LongType)
            .add("timestamp", DataTypes.TimestampType)
            .add("timestampType", DataTypes.IntegerType);

    private LocalSpark() {}

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2,4]")
                .appName("nightjar-test")
                .config("spark.log.level", "OFF")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.sql.session.timeZone", "America/New_York")
                .getOrCreate();
    }

    /** A frame of tweets in as many partitions. */
    static Dataset<Row> frame(List<Tweet> tweets, int partitions) {
        List<Row> rows = tweets.stream().map(LocalSpark::row).toList();
        return session().createDataFrame(rows, TweetSchemas.tweet()).repartition(partitions);
    }

    static Row row(Tweet tweet) {
        return row(new GenericInternalRow(TweetColumns.values(tweet)), TweetSchemas.tweet());
    }

    /** What Spark shows of a row that it has within. */
    static Row row(InternalRow row, StructType schema) {
        return (Row) CatalystTypeConverters.convertToScala(row, schema);
    }

    static Tweet tweet(Row row) {
        return TweetColumns.in(row.schema()).tweet(internal(row, row.schema()));
    }

    static Classification classification(Row row) {
        return ClassificationColumn.classification(internal(row, TweetSchemas.classification()));
    }

    static DeadLetter deadLetter(Row row) {
        return DeadLetterColumn.deadLetter(internal(row, TweetSchemas.deadLetter()));
    }

    /** Whether a row of a topic is neither a dead letter nor skipped. */
    static boolean isTweet(Row row) {
        return row.getAs("dead_letter") == null && row.getAs("skipped") == null;
    }

    static InternalRow internal(Row row, StructType schema) {
        return (InternalRow)
                CatalystTypeConverters.createToCatalystConverter(schema).apply(row);
    }

    /** A frame as Spark's Kafka source gives it, of one partition, with keys and values by turns. */
    static Dataset<Row> keyed(byte[]... keysAndValues) {
        List<Row> rows = new java.util.ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            rows.add(RowFactory.create(
                    keysAndValues[i],
                    keysAndValues[i + 1],
                    "tweets",
                    3,
                    (long) rows.size(),
                    java.sql.Timestamp.valueOf("2024-05-01 08:00:00"),
                    0));
        }
        return session().createDataFrame(rows, KAFKA).coalesce(1);
    }

    /** A frame as Spark's Kafka source gives it, with the values at the offsets from 0 on of partition 3 of tweets. */
    static Dataset<Row> topic(byte[]... values) {
        List<Row> rows = new java.util.ArrayList<>();
        for (byte[] value : values) {
            rows.add(RowFactory.create(
                    null,
                    value,
                    "tweets",
                    3,
                    (long) rows.size(),
                    java.sql.Timestamp.valueOf("2024-05-01 08:00:00"),
                    0));
        }
        return session().createDataFrame(rows, KAFKA);
    }

    /** As many texts in four files, of which every third is joyful and every tenth in English. */
    static Dataset<Row> files(SparkSession spark, int rows, String directory) {
        spark.range(rows)
                .selectExpr(
                        "CAST(id AS STRING) AS id",
                        "concat(IF(id % 3 = 0, 'so happy ', 'at '), id) AS text",
                        "IF(id % 10 = 0, 'en', 'de') AS lang")
                .repartition(4)
                .write()
                .parquet(directory);
        return spark.read().parquet(directory);
    }

    /** Starts a stream to what is there now; the method's signature differs from Spark to Spark. */
    static StreamingQuery start(DataStreamWriter<Row> writer, Map<String, String> options) throws Exception {
        return start(writer, options, Trigger.AvailableNow());
    }

    static StreamingQuery start(DataStreamWriter<Row> writer, Map<String, String> options, Trigger trigger)
            throws Exception {
        writer.getClass().getMethod("options", Map.class).invoke(writer, options);
        return writer.trigger(trigger).start();
    }

    static List<String> columns(Dataset<Row> frame) {
        return Arrays.asList(frame.columns());
    }
}
