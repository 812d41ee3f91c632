/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DataException;
import dev.nightjar.filter.TweetFilter;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Which rows a filter keeps. */
final class FilteredRows implements Serializable {
    private static final long serialVersionUID = 1L;

    private final StructType schema;
    private final TweetFilter filter;
    private final TweetColumns tweets;
    private final @Nullable TopicColumns topic;

    FilteredRows(StructType schema, TweetFilter filter) {
        this.schema = schema;
        this.filter = filter;
        this.tweets = TweetColumns.in(schema);
        this.topic = TopicColumns.in(schema);
    }

    /** Whether the frame is of a topic, whose rows all stay, marked as skipped. */
    boolean isOfTopic() {
        return topic != null;
    }

    /** Why a row is not kept. One without a tweet is: what comes after says what is wrong with it. */
    Optional<String> reason(Row row) {
        try {
            return topic != null && !topic.isTweet(row) ? Optional.empty() : filter.reason(tweets.tweet(row));
        } catch (DataException e) {
            return Optional.empty();
        }
    }

    /** The row of a topic, as skipped if it is not kept. */
    Row marked(Row row) {
        String reason = reason(row).orElse(null);
        if (reason == null || topic == null) {
            return row;
        }
        @Nullable Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        values[topic.skipped()] = reason;
        return Values.row(schema, values);
    }
}
