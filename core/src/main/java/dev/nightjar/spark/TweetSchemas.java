/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.shape.Field;
import dev.nightjar.shape.Shape;
import dev.nightjar.shape.TweetShape;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of Nightjar's records in Spark, in the words of the X API v2.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TweetSchemas {
    static final String ID = "id";
    static final String TEXT = "text";
    static final String LANG = "lang";
    static final String KAFKA = "kafka";
    static final String DEAD_LETTER = "dead_letter";
    static final String SKIPPED = "skipped";

    private static final StructType TWEET = struct(TweetShape.tweet());

    private static final StructType CLASSIFICATION = struct(
            nullable("label", DataTypes.StringType),
            nullable("score", DataTypes.DoubleType),
            nullable("scores", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false)),
            nullable("ranking", array(DataTypes.StringType)),
            nullable("truncated", DataTypes.BooleanType),
            required("model", DataTypes.StringType),
            nullable("rejected", DataTypes.StringType));

    private static final StructType DEAD_LETTER_TYPE = struct(
            required("stage", DataTypes.StringType),
            required("code", DataTypes.StringType),
            required("message", DataTypes.StringType),
            required("origin", DataTypes.StringType),
            required("original", DataTypes.BinaryType));

    private static final StructType KAFKA_TYPE = struct(
            required("topic", DataTypes.StringType),
            required("partition", DataTypes.IntegerType),
            required("offset", DataTypes.LongType),
            nullable("timestamp", DataTypes.TimestampType),
            nullable("value", DataTypes.BinaryType),
            nullable("key", DataTypes.BinaryType));

    private static final StructType WINDOWED_COUNT = struct(
            required("metric", DataTypes.StringType),
            required("key", DataTypes.StringType),
            required(
                    "window",
                    struct(required("start", DataTypes.TimestampType), required("end", DataTypes.TimestampType))),
            required("count", DataTypes.LongType));

    private static final StructType TOPIC = topicFrame();

    private TweetSchemas() {}

    /**
     * The columns of a tweet: {@code id}, {@code text}, {@code created_at}, {@code lang}, {@code author},
     * {@code hashtags}, {@code mentions}, {@code urls}, {@code public_metrics}, {@code referenced_tweets},
     * {@code matching_rule_tags}, {@code source}. A hashtag is a struct of {@code tag}, {@code start} and {@code end},
     * so {@code explode(hashtags.tag)} gives the hashtags; mentions and links have {@code username} and
     * {@code expanded_url} instead of {@code tag}. A place that is not known is null.
     */
    public static StructType tweet() {
        return TWEET;
    }

    /**
     * The columns of {@link SparkTweets#fromKafka}: those of {@link #tweet()}, all nullable; {@code kafka}, a struct of
     * the record's {@code topic}, {@code partition}, {@code offset}, {@code timestamp}, {@code value} and {@code key},
     * the last two as the original bytes; {@code dead_letter}, as {@link #deadLetter()}; and {@code skipped}, the
     * reason for skipping the record on purpose.
     */
    public static StructType topic() {
        return TOPIC;
    }

    /**
     * The fields of a classification. {@code label} and {@code score} are the best label and its score, {@code scores}
     * maps every label to its score, {@code ranking} lists the labels best first (an order that the map does not keep),
     * and {@code truncated} says whether the model read only the beginning of the text. All five are null if the text
     * was rejected. {@code rejected} is then the reason, {@code blank}, {@code unreadable}, {@code too_large},
     * {@code model_fault} or {@code uncertain}, and null otherwise. {@code model} is the model that answered.
     */
    public static StructType classification() {
        return CLASSIFICATION;
    }

    /**
     * The fields of a dead letter: {@code stage}, which is {@code source}, {@code decode}, {@code classify} or {@code
     * sink}; {@code code}, {@code message}, {@code origin} and {@code original}, the record's bytes as they came.
     */
    public static StructType deadLetter() {
        return DEAD_LETTER_TYPE;
    }

    /**
     * The columns of a windowed count: {@code metric}, {@code key}, {@code window}, a struct of {@code start} and
     * {@code end} as Spark's {@code window} function gives it, and {@code count}.
     */
    public static StructType windowedCount() {
        return WINDOWED_COUNT;
    }

    /** Whether two types are equal except for nullability. */
    static boolean same(DataType a, DataType b) {
        return a.catalogString().equals(b.catalogString());
    }

    /** The place of a column; -1 if the frame has none of that name. */
    static int place(StructType schema, String name) {
        return List.of(schema.fieldNames()).indexOf(name);
    }

    /**
     * The place of a column that has a certain type.
     *
     * @throws IllegalArgumentException if the frame has none of that name, or it has another type
     */
    static int require(StructType schema, String name, DataType type) {
        int place = place(schema, name);
        if (place < 0) {
            throw new IllegalArgumentException(
                    "The frame has no column '" + name + "', it has " + List.of(schema.fieldNames()));
        }
        DataType actual = schema.fields()[place].dataType();
        if (!same(actual, type)) {
            String wanted = type.catalogString();
            throw new IllegalArgumentException("The column '" + name + "' is " + actual.catalogString() + ", not "
                    + wanted + (wanted.contains("<") ? "" : "; write CAST(" + name + " AS " + type.sql() + ")"));
        }
        return place;
    }

    private static StructType topicFrame() {
        List<StructField> fields = new ArrayList<>();
        for (StructField field : TWEET.fields()) {
            fields.add(nullable(field.name(), field.dataType()));
        }
        fields.add(required(KAFKA, KAFKA_TYPE));
        fields.add(nullable(DEAD_LETTER, DEAD_LETTER_TYPE));
        fields.add(nullable(SKIPPED, DataTypes.StringType));
        return struct(fields.toArray(StructField[]::new));
    }

    private static StructType struct(Shape<?> shape) {
        return struct(shape.columns().stream()
                .map(field -> DataTypes.createStructField(field.column(), type(field), isNullable(field)))
                .toArray(StructField[]::new));
    }

    /** A list that is not there is empty. */
    private static boolean isNullable(Field field) {
        return !field.isRequired() && field.type() != Field.Type.RECORDS;
    }

    private static DataType type(Field field) {
        return switch (field.type()) {
            case TEXT, ID -> DataTypes.StringType;
            case TIME -> DataTypes.TimestampType;
            case COUNT -> DataTypes.LongType;
            case PLACE -> DataTypes.IntegerType;
            case RECORD -> recordType(field.shape());
            case RECORDS -> array(recordType(field.shape()));
        };
    }

    private static DataType recordType(Shape<?> shape) {
        return shape.isSingle() ? type(shape.columns().get(0)) : struct(shape);
    }

    private static DataType array(DataType element) {
        return DataTypes.createArrayType(element, false);
    }

    private static StructType struct(StructField... fields) {
        return new StructType(fields);
    }

    private static StructField required(String name, DataType type) {
        return DataTypes.createStructField(name, type, false);
    }

    private static StructField nullable(String name, DataType type) {
        return DataTypes.createStructField(name, type, true);
    }
}
