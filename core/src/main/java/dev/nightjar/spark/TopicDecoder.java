/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.inline;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.json.TopicJson;
import dev.nightjar.json.TweetJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Makes an array of rows of {@link TweetSchemas#topic()} of a record, a struct of {@code kafka} and the headers. */
final class TopicDecoder extends SqlFunction {
    private static final long serialVersionUID = 1L;
    static final DataType ROWS = DataTypes.createArrayType(TweetSchemas.topic(), false);
    private static final StructType RECORD =
            (StructType) TweetSchemas.topic().apply(TweetSchemas.KAFKA).dataType();
    private static final DataType HEADERS = DataTypes.createArrayType(
            new StructType().add("key", DataTypes.StringType).add("value", DataTypes.BinaryType));
    private static final int ID = TweetSchemas.tweet().fieldIndex(TweetSchemas.ID);
    private static final int TWEET_COLUMNS = TweetSchemas.tweet().size();

    private TopicDecoder(Expression record) {
        super("decode(", record, ROWS);
    }

    /**
     * Decodes a frame of Spark's Kafka source.
     *
     * @throws IllegalArgumentException if a column is missing or has another type
     */
    static Dataset<Row> decode(Dataset<Row> kafka) {
        List<Column> record = new ArrayList<>();
        for (StructField field : RECORD.fields()) {
            TweetSchemas.require(kafka.schema(), field.name(), field.dataType());
            record.add(col(field.name()));
        }
        Column headers = lit(null).cast(HEADERS);
        if (TweetSchemas.place(kafka.schema(), "headers") >= 0) {
            TweetSchemas.require(kafka.schema(), "headers", HEADERS);
            headers = col("headers");
        }
        Column argument = struct(struct(record.toArray(Column[]::new)), headers);
        return Values.calling(kafka, TopicDecoder::new, decoded -> kafka.select(inline(decoded.apply(argument))));
    }

    @Override
    Object value(Object argument) {
        InternalRow source = (InternalRow) argument;
        InternalRow record = source.getStruct(0, RECORD.size());
        byte[] value = record.getBinary(4);
        if (value == null) {
            return new GenericArrayData(new Object[] {row(noTweet(), record, null, Deleted.TOMBSTONE)});
        }
        ArrayData headers = source.getArray(1);
        try {
            SourceBatch content = TopicJson.read(value, name -> last(headers, name), origin(record));
            return new GenericArrayData(rows(content, (key, original) -> record).toArray());
        } catch (DataException e) {
            DeadLetter letter = DeadLetter.of(DeadLetter.Stage.DECODE, e, origin(record), value);
            return new GenericArrayData(new Object[] {dead(letter, record)});
        }
    }

    /** The rows of all that is in a batch. */
    static List<InternalRow> rows(SourceBatch content, Records records) {
        List<InternalRow> rows = new ArrayList<>();
        for (Tweet tweet : content.tweets()) {
            rows.add(tweet(tweet, records.record(tweet.id(), () -> TweetJson.toBytes(tweet))));
        }
        for (DeadLetter letter : content.deadLetters()) {
            rows.add(dead(letter, records.record(null, letter::original)));
        }
        for (String id : content.deletedIds()) {
            @Nullable Object[] deleted = noTweet();
            deleted[ID] = UTF8String.fromString(id);
            rows.add(row(deleted, records.record(id, () -> null), null, Deleted.TOMBSTONE));
        }
        content.skipped().forEach((reason, count) -> {
            for (long i = 0; i < count; i++) {
                rows.add(row(noTweet(), records.record(null, () -> null), null, reason));
            }
        });
        return rows;
    }

    /** Gives a row its column {@code kafka}. */
    interface Records {
        InternalRow record(@Nullable String key, Supplier<byte @Nullable []> value);
    }

    @Override
    SqlFunction of(Expression record) {
        return new TopicDecoder(record);
    }

    @Override
    Object identity() {
        return ROWS;
    }

    static InternalRow tweet(Tweet tweet, InternalRow record) {
        return row(TweetColumns.values(tweet), record, null, null);
    }

    static InternalRow dead(DeadLetter letter, InternalRow record) {
        return row(noTweet(), record, DeadLetterColumn.internal(letter), null);
    }

    /** Where a record is from, a value of the column {@code kafka}: {@code topic-partition-offset}. */
    static String origin(InternalRow record) {
        return DeadLetter.origin(record.getString(0), record.getInt(1), record.getLong(2));
    }

    private static byte @Nullable [] last(@Nullable ArrayData headers, String name) {
        byte[] last = null;
        for (int i = 0; headers != null && i < headers.numElements(); i++) {
            InternalRow header = headers.getStruct(i, 2);
            if (header.getString(0).equals(name)) {
                last = header.getBinary(1);
            }
        }
        return last;
    }

    private static @Nullable Object[] noTweet() {
        return new @Nullable Object[TWEET_COLUMNS];
    }

    private static InternalRow row(
            @Nullable Object[] tweet, InternalRow record, @Nullable InternalRow deadLetter, @Nullable String skipped) {
        @Nullable Object[] values = Arrays.copyOf(tweet, TWEET_COLUMNS + 3);
        values[TWEET_COLUMNS] = record;
        values[TWEET_COLUMNS + 1] = deadLetter;
        values[TWEET_COLUMNS + 2] = UTF8String.fromString(skipped);
        return new GenericInternalRow(values);
    }
}
