/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.DeadLetter.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Adds a classification to the rows of a partition. It reads as far ahead as one batch and only when asked for a row, so
 * that a limit stops it.
 */
final class BatchClassifier implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final ClassifierFactory factory;
    private final int batchSize;
    private final int text;
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
        long bytes = 0;
        while (batch.size() < batchSize && bytes < TopicColumns.MAX_BYTES && rows.hasNext()) {
            Row row = rows.next();
            batch.add(row);
            bytes += topic == null ? 0 : topic.bytes(row);
            if (hasText(row)) {
                texts.add(row.getString(text));
            }
        }
        Iterator<Classification> answers = answers(texts).iterator();
        for (Row row : batch) {
            ready.add(hasText(row) ? classified(row, answers.next()) : with(row, null, null));
        }
    }

    private List<Classification> answers(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        Classifier classifier = factory.shared();
        List<Classification> answers = classifier.classifyAll(texts);
        if (answers.size() != texts.size()) {
            throw new IllegalStateException("The classifier '" + name + "' (" + classifier.model() + ") gave "
                    + answers.size() + " answers for " + texts.size() + " texts");
        }
        return answers;
    }

    private boolean hasText(Row row) {
        return !row.isNullAt(text) && (topic == null || topic.isTweet(row));
    }

    private Row classified(Row row, Classification answer) {
        boolean fault = answer instanceof Classification.Rejected rejected
                && rejected.reason() == Classification.Reason.MODEL_FAULT;
        return with(row, ClassificationColumn.row(answer), fault ? deadLetter(row, answer.model()) : null);
    }

    private @Nullable Row deadLetter(Row row, String model) {
        return topic == null
                ? null
                : DeadLetterColumn.row(topic.deadLetter(
                        row,
                        Stage.CLASSIFY,
                        "model-fault",
                        "The classifier '" + name + "' (" + model + ") has no answer"));
    }

    private Row with(Row row, @Nullable Row classification, @Nullable Row deadLetter) {
        @Nullable Object[] values = new Object[row.size() + 1];
        for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
        }
        values[row.size()] = classification;
        if (topic != null && deadLetter != null) {
            values[topic.deadLetterPlace()] = deadLetter;
        }
        return Values.row(output, values);
    }
}
