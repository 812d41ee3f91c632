/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Erasures;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads classified tweets: every column that has the type of a classification is one, under the column's name. */
final class TweetReader implements RecordReader<ClassifiedTweet> {
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
    public @Nullable String skipped(Row row) {
        return topic == null ? null : topic.skipped(row);
    }

    @Override
    public boolean isDeletion(Row row, Erasures erasures) {
        if (topic == null || !Erasures.TOMBSTONE.equals(topic.skipped(row))) {
            return false;
        }
        erasures.deleted(topic.key(row));
        return true;
    }

    @Override
    public void written(ClassifiedTweet record, Erasures erasures) {
        erasures.written(record.tweet().id());
    }

    @Override
    public @Nullable DeadLetter deadLetter(Row row) {
        return topic == null ? null : topic.deadLetter(row);
    }

    @Override
    public ClassifiedTweet record(Row row) {
        SortedMap<String, Classification> answers = new TreeMap<>();
        classifications.forEach((name, place) -> {
            if (!row.isNullAt(place)) {
                answers.put(name, ClassificationColumn.classification(row.getStruct(place)));
            }
        });
        return new ClassifiedTweet(tweet.tweet(row), answers);
    }

    @Override
    public int bytes(Row row) {
        return topic == null ? 0 : topic.bytes(row);
    }

    @Override
    public DeadLetter deadLetter(Row row, Stage stage, String code, String message) {
        return topic == null
                ? Values.deadLetter(schema, row, stage, code, message)
                : topic.deadLetter(row, stage, code, message);
    }
}
