/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.json.TopicJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Makes rows of {@link TweetSchemas#topic()} of a record: a row of {@link #columns}. */
final class TopicDecoder implements FlatMapFunction<Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final StructType RECORD =
            (StructType) TweetSchemas.topic().apply(TweetSchemas.KAFKA).dataType();
    private static final DataType HEADERS = DataTypes.createArrayType(
            new StructType().add("key", DataTypes.StringType).add("value", DataTypes.BinaryType));
    private static final int ID = TweetSchemas.tweet().fieldIndex(TweetSchemas.ID);
    private static final int TWEET_COLUMNS = TweetSchemas.tweet().size();

    private final TimeType times;

    TopicDecoder(TimeType times) {
        this.times = times;
    }

    /**
     * The columns of Spark's Kafka source that are read: those of {@code kafka}, then the headers if the source has
     * them.
     *
     * @throws IllegalArgumentException if one is missing or has another type
     */
    static Column[] columns(StructType kafka) {
        List<Column> columns = new ArrayList<>();
        for (StructField field : RECORD.fields()) {
            TweetSchemas.require(kafka, field.name(), field.dataType());
            columns.add(col(field.name()));
        }
        if (TweetSchemas.place(kafka, "headers") >= 0) {
            TweetSchemas.require(kafka, "headers", HEADERS);
            columns.add(col("headers"));
        }
        return columns.toArray(Column[]::new);
    }

    @Override
    public Iterator<Row> call(Row source) {
        @Nullable Object[] fields = new Object[RECORD.size()];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = source.get(i);
        }
        Row record = record(fields);
        byte[] value = record.getAs(4);
        if (value == null) {
            return List.of(row(noTweet(), record, null, Deleted.TOMBSTONE)).iterator();
        }
        List<Row> headers = source.size() > RECORD.size() ? Values.list(source.get(RECORD.size())) : List.of();
        List<Row> rows = new ArrayList<>();
        try {
            SourceBatch content = TopicJson.read(value, name -> last(headers, name), origin(record));
            for (Tweet tweet : content.tweets()) {
                rows.add(tweet(tweet, times, record));
            }
            content.deadLetters().forEach(letter -> rows.add(dead(letter, record)));
            for (String id : content.deletedIds()) {
                List<@Nullable Object> deleted = noTweet();
                deleted.set(ID, id);
                rows.add(row(deleted, record, null, Deleted.TOMBSTONE));
            }
            content.skipped().forEach((reason, count) -> {
                for (long i = 0; i < count; i++) {
                    rows.add(row(noTweet(), record, null, reason));
                }
            });
        } catch (DataException e) {
            rows.add(dead(DeadLetter.of(DeadLetter.Stage.DECODE, e, origin(record), value), record));
        }
        return rows.iterator();
    }

    /** A value of the column {@code kafka}. */
    static Row record(@Nullable Object... fields) {
        return Values.row(RECORD, fields);
    }

    static Row tweet(Tweet tweet, TimeType times, Row record) {
        return row(TweetColumns.values(tweet, times), record, null, null);
    }

    static Row dead(DeadLetter letter, Row record) {
        return row(noTweet(), record, DeadLetterColumn.row(letter), null);
    }

    /** Where a record is from: {@code topic-partition-offset}. */
    static String origin(Row record) {
        return DeadLetter.origin(record.getString(0), record.getInt(1), record.getLong(2));
    }

    private static byte @Nullable [] last(List<Row> headers, String name) {
        byte[] last = null;
        for (Row header : headers) {
            if (header.getString(0).equals(name)) {
                last = header.getAs(1);
            }
        }
        return last;
    }

    private static List<@Nullable Object> noTweet() {
        return new ArrayList<>(Collections.nCopies(TWEET_COLUMNS, null));
    }

    private static Row row(
            List<@Nullable Object> tweet, Row record, @Nullable Row deadLetter, @Nullable String skipped) {
        tweet.add(record);
        tweet.add(deadLetter);
        tweet.add(skipped);
        return Values.row(TweetSchemas.topic(), tweet.toArray());
    }
}
