/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.delivery.Incoming.Original;
import dev.nightjar.delivery.Incoming.Skipped;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads classified tweets: every column that has the type of a classification is one, under the column's name. */
final class TweetReader implements RowReader<ClassifiedTweet> {
    private static final long serialVersionUID = 1L;

    private final StructType schema;
    private final TweetColumns tweet;
    private final @Nullable TopicColumns topic;
    private final TreeMap<String, Integer> classifications = new TreeMap<>();

    TweetReader(StructType schema) {
        this.schema = schema;
        this.tweet = TweetColumns.in(schema);
        this.topic = TopicColumns.in(schema);
        StructField[] fields = schema.fields();
        for (int i = 0; i < fields.length; i++) {
            if (TweetSchemas.same(fields[i].dataType(), TweetSchemas.classification())) {
                classifications.put(ClassifiedTweet.checkName(fields[i].name()), i);
            }
        }
    }

    @Override
    public Incoming<ClassifiedTweet> read(InternalRow row) {
        if (topic != null) {
            String skipped = topic.skipped(row);
            if (skipped != null) {
                return skipped.equals(Deleted.TOMBSTONE) ? topic.deleted(row) : new Skipped<>(skipped);
            }
            DeadLetter letter = topic.deadLetter(row);
            if (letter != null) {
                return new Dead<>(letter);
            }
        }
        Original original = (stage, code, message) -> topic == null
                ? Values.deadLetter(schema, row, stage, code, message)
                : topic.deadLetter(row, stage, code, message);
        try {
            ClassifiedTweet record = record(row);
            return new Arrived<>(record, record.tweet().id(), topic == null ? -1 : topic.time(row), original);
        } catch (DataException e) {
            return new Dead<>(original.deadLetter(Stage.SINK, e.code(), e.getMessage()));
        }
    }

    private ClassifiedTweet record(InternalRow row) {
        SortedMap<String, Classification> answers = new TreeMap<>();
        classifications.forEach((name, place) -> {
            if (!row.isNullAt(place)) {
                answers.put(name, ClassificationColumn.classification(row.getStruct(place, ClassificationColumn.SIZE)));
            }
        });
        return new ClassifiedTweet(tweet.tweet(row), answers);
    }

    @Override
    public int bytes(InternalRow row) {
        return topic == null ? 0 : topic.bytes(row);
    }
}
