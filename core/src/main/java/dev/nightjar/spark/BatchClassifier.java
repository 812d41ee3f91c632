/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DeadLetter;
import dev.nightjar.delivery.NamedClassifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Adds a classification to the rows of a partition. It reads as far ahead as one batch and only when asked for a row,
 * so that a limit stops it.
 */
final class BatchClassifier implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final ClassifierFactory factory;
    private final int batchSize;
    private final int text;
    private final int lang;
    private final @Nullable TopicColumns topic;
    private final StructType output;

    BatchClassifier(String name, ClassifierFactory factory, int batchSize, StructType input, StructType output) {
        this.name = name;
        this.factory = factory;
        this.batchSize = batchSize;
        this.text = TweetSchemas.require(
                input,
                TweetSchemas.TEXT,
                TweetSchemas.tweet().apply(TweetSchemas.TEXT).dataType());
        int place = TweetSchemas.place(input, TweetSchemas.LANG);
        this.lang = place >= 0 && input.apply(place).dataType().equals(DataTypes.StringType) ? place : -1;
        this.topic = TopicColumns.in(input);
        this.output = output;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        Queue<Row> ready = new ArrayDeque<>(batchSize);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !ready.isEmpty() || rows.hasNext();
            }

            @Override
            public Row next() {
                if (ready.isEmpty()) {
                    if (!rows.hasNext()) {
                        throw new NoSuchElementException();
                    }
                    classify(rows, ready);
                }
                return ready.remove();
            }
        };
    }

    private void classify(Iterator<Row> rows, Queue<Row> ready) {
        List<Row> batch = new ArrayList<>(batchSize);
        List<String> texts = new ArrayList<>(batchSize);
        List<@Nullable String> languages = new ArrayList<>(batchSize);
        long bytes = 0;
        while (batch.size() < batchSize && bytes < TopicColumns.MAX_BYTES && rows.hasNext()) {
            Row row = rows.next();
            batch.add(row);
            bytes += topic == null ? 0 : topic.bytes(row);
            if (hasText(row)) {
                texts.add(row.getString(text));
                languages.add(lang < 0 ? null : row.getString(lang));
            }
        }
        if (texts.isEmpty()) {
            batch.forEach(row -> ready.add(with(row, null, null)));
            return;
        }
        NamedClassifier classifier = new NamedClassifier(name, factory.lease().get(), factory.languages());
        Iterator<Classification> answers =
                classifier.classifyAll(texts, languages).iterator();
        for (Row row : batch) {
            ready.add(hasText(row) ? classified(row, classifier, answers.next()) : with(row, null, null));
        }
    }

    private boolean hasText(Row row) {
        return !row.isNullAt(text) && (topic == null || topic.isTweet(row));
    }

    private Row classified(Row row, NamedClassifier classifier, Classification answer) {
        DeadLetter fault = topic == null
                ? null
                : classifier.fault(answer, (stage, code, message) -> topic.deadLetter(row, stage, code, message));
        return with(row, ClassificationColumn.row(answer), fault == null ? null : DeadLetterColumn.row(fault));
    }

    private Row with(Row row, @Nullable Row classification, @Nullable Row deadLetter) {
        @Nullable Object[] values = new Object[row.size() + 1];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        values[row.size()] = classification;
        if (topic != null && deadLetter != null) {
            values[topic.deadLetter()] = deadLetter;
        }
        return Values.row(output, values);
    }
}
