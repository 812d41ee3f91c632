/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.io.TokenCount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Adds answers to the rows of a partition. It reads as far ahead as one batch and only when asked for a row, so that a
 * limit stops it.
 */
final class ClassifyBatches implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
    private static final long serialVersionUID = 1L;

    // What is measured; the rejected are counted by the names of the reasons.
    static final String ROWS = "numOutputRows";
    static final String TEXTS = "texts";
    static final String DISTINCT = "distinct";
    static final String TOKENS = "tokens";
    static final String PADDING = "padding";
    static final String BATCHES = "batches";
    static final String TIME = "time";

    private final Classify call;
    private final HashMap<String, SQLMetric> metrics;

    ClassifyBatches(Classify call, Map<String, SQLMetric> metrics) {
        this.call = call;
        this.metrics = new HashMap<>(metrics);
    }

    @Override
    public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
        Queue<InternalRow> ready = new ArrayDeque<>();
        Map<String, UTF8String> names = new HashMap<>();
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
                    classify(rows, ready, name -> names.computeIfAbsent(name, UTF8String::fromString));
                }
                return ready.remove();
            }
        };
    }

    private void classify(Iterator<InternalRow> rows, Queue<InternalRow> ready, Function<String, UTF8String> names) {
        List<InternalRow> batch = new ArrayList<>();
        List<Classify.Question> questions = new ArrayList<>();
        BitSet asked = new BitSet();
        long bytes = 0;
        while (batch.size() < call.batchSize() && bytes < TopicColumns.MAX_BYTES && rows.hasNext()) {
            InternalRow row = rows.next().copy();
            bytes += row instanceof UnsafeRow known ? known.getSizeInBytes() : 0;
            Object argument = call.argument().eval(row);
            if (argument != null) {
                asked.set(batch.size());
                questions.add(Classify.Question.of(argument));
            }
            batch.add(row);
        }
        TokenCount count = TokenCount.ofThread();
        long tokens = count.tokens();
        long padding = count.padding();
        long start = System.nanoTime();
        List<Classification> given = questions.isEmpty() ? List.of() : call.answers(questions);
        count(TIME, System.nanoTime() - start);
        count(TOKENS, count.tokens() - tokens);
        count(PADDING, count.padding() - padding);
        Iterator<Classification> answers = given.iterator();
        for (int i = 0; i < batch.size(); i++) {
            Object answer = asked.get(i) ? ClassificationColumn.internal(answers.next(), names) : null;
            ready.add(new JoinedRow(batch.get(i), new GenericInternalRow(new @Nullable Object[] {answer})));
        }
        count(ROWS, batch.size());
        count(TEXTS, questions.size());
        count(DISTINCT, new HashSet<>(questions).size());
        count(BATCHES, 1);
        for (Classification answer : given) {
            if (answer instanceof Classification.Rejected rejected) {
                count(rejected.reason().name(), 1);
            }
        }
    }

    private void count(String metric, long more) {
        Objects.requireNonNull(metrics.get(metric)).add(more);
    }
}
