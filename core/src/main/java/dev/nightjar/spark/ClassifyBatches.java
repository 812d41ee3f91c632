/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Adds answers to the rows of a partition. It reads as far ahead as one batch and only when asked for a row, so that a
 * limit stops it.
 */
final class ClassifyBatches implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
    private static final long serialVersionUID = 1L;

    private final Classify[] calls;
    private final StructType output;
    private final SQLMetric textCount;
    private final SQLMetric batchCount;

    ClassifyBatches(Classify[] calls, StructType output, SQLMetric textCount, SQLMetric batchCount) {
        this.calls = calls;
        this.output = output;
        this.textCount = textCount;
        this.batchCount = batchCount;
    }

    @Override
    public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
        UnsafeProjection projection = UnsafeProjection.create(output);
        Queue<InternalRow> ready = new ArrayDeque<>(SparkTweets.DEFAULT_BATCH_SIZE);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !ready.isEmpty() || rows.hasNext();
            }

            @Override
            public InternalRow next() {
                if (ready.isEmpty()) {
                    if (!rows.hasNext()) {
                        throw new NoSuchElementException();
                    }
                    classify(rows, ready);
                }
                return projection.apply(ready.remove());
            }
        };
    }

    private void classify(Iterator<InternalRow> rows, Queue<InternalRow> ready) {
        List<InternalRow> batch = new ArrayList<>(SparkTweets.DEFAULT_BATCH_SIZE);
        long bytes = 0;
        while (batch.size() < SparkTweets.DEFAULT_BATCH_SIZE && bytes < TopicColumns.MAX_BYTES && rows.hasNext()) {
            InternalRow row = rows.next().copy();
            batch.add(row);
            bytes += row instanceof UnsafeRow known ? known.getSizeInBytes() : 0;
        }
        @Nullable Object[][] answers = new Object[batch.size()][calls.length];
        for (int i = 0; i < calls.length; i++) {
            answer(i, batch, answers);
        }
        for (int i = 0; i < answers.length; i++) {
            ready.add(new JoinedRow(batch.get(i), new GenericInternalRow(answers[i])));
        }
        batchCount.add(1);
    }

    private void answer(int call, List<InternalRow> batch, @Nullable Object[][] answers) {
        List<String> texts = new ArrayList<>(batch.size());
        boolean[] asked = new boolean[answers.length];
        for (int i = 0; i < asked.length; i++) {
            Object text = calls[call].argument().eval(batch.get(i));
            asked[i] = text != null;
            if (text != null) {
                texts.add(text.toString());
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        Iterator<Classification> given =
                calls[call].classifier().classifyAll(texts).iterator();
        for (int i = 0; i < asked.length; i++) {
            answers[i][call] = asked[i] ? ClassificationColumn.internal(given.next()) : null;
        }
        textCount.add(texts.size());
    }
}
