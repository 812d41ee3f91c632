/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DataException;
import dev.nightjar.SourceBatch;
import dev.nightjar.json.TopicJson;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** A tweet's JSON as its columns, or the reason why it is none. */
final class ParseTweet extends SqlFunction {
    private static final long serialVersionUID = 1L;
    private static final StructType TYPE = type();

    ParseTweet(String opening, Expression value) {
        super(opening, value, TYPE);
    }

    @Override
    Object value(Object argument) {
        byte[] json = argument instanceof byte[] bytes ? bytes : ((UTF8String) argument).getBytes();
        @Nullable Object[] tweet = {};
        String rejected;
        try {
            SourceBatch content = TopicJson.read(json, header -> null, "parse_tweet");
            rejected = reason(content);
            if (rejected == null) {
                tweet = TweetColumns.values(content.tweets().get(0));
            }
        } catch (DataException e) {
            rejected = e.code();
        }
        @Nullable Object[] values = Arrays.copyOf(tweet, TYPE.size());
        values[TYPE.size() - 1] = UTF8String.fromString(rejected);
        return new GenericInternalRow(values);
    }

    private static @Nullable String reason(SourceBatch content) {
        if (!content.deadLetters().isEmpty()) {
            return content.deadLetters().get(0).code();
        }
        if (content.tweets().size() == 1) {
            return null;
        }
        if (!content.tweets().isEmpty()) {
            return "several-tweets";
        }
        return content.deletedIds().isEmpty()
                ? String.join(",", content.skipped().keySet())
                : "tombstone";
    }

    @Override
    SqlFunction of(Expression value) {
        return new ParseTweet(opening(), value);
    }

    @Override
    Object identity() {
        return TYPE;
    }

    private static StructType type() {
        StructType type = new StructType();
        for (StructField field : TweetSchemas.tweet().fields()) {
            type = type.add(field.name(), field.dataType(), true);
        }
        return type.add("rejected", DataTypes.StringType);
    }
}
