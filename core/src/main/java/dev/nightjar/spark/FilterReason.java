/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.nightjar.DataException;
import dev.nightjar.filter.TweetFilter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Why a filter does not keep a tweet, a struct of its columns. One that is none is kept: what comes after says so. */
final class FilterReason extends SqlFunction {
    private static final long serialVersionUID = 1L;

    private final TweetFilter filter;
    private final TweetColumns columns;

    private FilterReason(String opening, TweetFilter filter, Expression tweet) {
        super(opening, tweet, DataTypes.StringType);
        this.filter = filter;
        this.columns = TweetColumns.in((StructType) tweet.dataType());
    }

    static Dataset<Row> where(Dataset<Row> frame, TweetFilter filter) {
        Column tweet = struct(Stream.of(TweetSchemas.tweet().fieldNames())
                .filter(List.of(frame.columns())::contains)
                .map(name -> col(name))
                .toArray(Column[]::new));
        boolean isOfTopic = TopicColumns.in(frame.schema()) != null;
        return Values.calling(
                frame,
                columns -> new FilterReason("reason(", filter, columns),
                reason -> isOfTopic
                        ? frame.withColumn(
                                TweetSchemas.SKIPPED,
                                when(SparkTweets.isTweet(), reason.apply(tweet)).otherwise(col(TweetSchemas.SKIPPED)))
                        : frame.where(reason.apply(tweet).isNull()));
    }

    /** Whether a filter that is written into the query keeps a tweet. */
    static Expression keeps(String opening, List<Expression> arguments) {
        if (arguments.size() != 2 || !(arguments.get(0).dataType() instanceof StructType)) {
            throw new IllegalArgumentException("Write " + opening + "struct(*), 'original lang:en')");
        }
        TweetFilter filter = TweetFilter.parse(TextArgument.constant(opening + "struct(*), ", arguments.get(1)));
        return new IsNull(new FilterReason(opening, filter, arguments.get(0)));
    }

    @Override
    @Nullable
    Object value(Object tweet) {
        try {
            return UTF8String.fromString(
                    filter.reason(columns.tweet((InternalRow) tweet)).orElse(null));
        } catch (DataException e) {
            return null;
        }
    }

    @Override
    SqlFunction of(Expression tweet) {
        return new FilterReason(opening(), filter, tweet);
    }

    @Override
    Object identity() {
        return filter;
    }
}
