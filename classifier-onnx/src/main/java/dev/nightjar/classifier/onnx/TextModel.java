/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Tweet;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import dev.nightjar.io.TokenCount;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer and a model: texts in, for each the numbers of every output. Texts are computed in batches of similar
 * length. A batch on which the model fails is split until the text that it fails on is alone.
 *
 * <p>A model of several heads keeps the numbers of the texts computed last, so that the second head that is asked for a
 * batch costs no second pass.
 *
 * <p>Safe for use by multiple threads; not to be closed under a running call.
 */
final class TextModel implements AutoCloseable {
    /** How many texts are held as ids at once. */
    private static final int WINDOW = 2_048;

    /** How many texts' numbers are kept for other heads: those of some batches of each of 16 tasks, about 4 MB. */
    private static final int MEMO = 8_192;

    private final TextEncoder encoder;
    private final OnnxGraph graph;
    private final int tokenBudget;
    private final double maxUnknown;
    private final Probe probe;
    private final AtomicLong passes = new AtomicLong();

    /** The numbers by a text's ids, those used last. */
    private final Map<LongBuffer, float[][]> memo = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<LongBuffer, float[][]> eldest) {
            return size() > MEMO;
        }
    };

    /**
     * A model that has been tried.
     *
     * @param maxUnknown the share of a text that the model may not know
     */
    TextModel(TextEncoder encoder, OnnxGraph graph, int tokenBudget, double maxUnknown, Probe probe) {
        this.encoder = encoder;
        this.graph = graph;
        this.tokenBudget = tokenBudget;
        this.maxUnknown = maxUnknown;
        this.probe = probe;
    }

    /**
     * What came of a text.
     *
     * @param outputs the numbers of each output, not to be changed; none where the text has no answer
     * @param truncated whether the model read only the beginning of the text
     * @param rejection why the text has no answer; null if it has
     * @param fault the model's failure; null if it did not fail
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record TextResult(
            float[][] outputs,
            boolean truncated,
            @Nullable Reason rejection,
            @Nullable Exception fault) {
        static TextResult rejected(Reason reason) {
            return new TextResult(new float[0][], false, reason, null);
        }

        static TextResult failed(Exception fault) {
            return new TextResult(new float[0][], false, Reason.MODEL_FAULT, fault);
        }

        /** The numbers of one output, or a failure if they are none. */
        TextResult checked(int output) {
            return rejection != null || OnnxGraph.areNumbers(outputs[output])
                    ? this
                    : failed(new ArithmeticException("A score is not a number"));
        }
    }

    /** How often the model was run. */
    long passes() {
        return passes.get();
    }

    OnnxGraph graph() {
        return graph;
    }

    /** How many numbers an output gives for a text. */
    int width(int output) {
        return probe.outputs().get(0)[output].length;
    }

    /** What an output gave for some texts when the model was opened. */
    List<float[]> examples(int output) {
        return probe.outputs().stream().map(numbers -> numbers[output]).toList();
    }

    /** Which texts the model is given at once. */
    Batching batching() {
        return probe.batching();
    }

    /** The results for some distinct texts. */
    Map<String, TextResult> answer(List<String> texts) {
        Map<String, TextResult> answers = new HashMap<>();
        for (int from = 0; from < texts.size(); from += WINDOW) {
            answerWindow(texts.subList(from, Math.min(from + WINDOW, texts.size())), answers);
        }
        return answers;
    }

    @Override
    public void close() {
        try (encoder) {
            graph.close();
        }
    }

    private void answerWindow(List<String> texts, Map<String, TextResult> answers) {
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            TextResult answer = read(text, rows);
            if (answer != null) {
                answers.put(text, answer);
            }
        }
        rows.sort(Comparator.comparingInt(row -> row.encoded.length()));
        int from = 0;
        for (int to = 1; to <= rows.size(); to++) {
            // Rows are padded to the last, which is the longest.
            boolean full = to == rows.size()
                    || (to + 1 - from) * rows.get(to).encoded.length() > tokenBudget
                    || !fits(rows.get(from), rows.get(to));
            if (full) {
                compute(rows.subList(from, to), answers);
                from = to;
            }
        }
    }

    /** Whether two rows may be computed at once. */
    private boolean fits(Row first, Row next) {
        return switch (probe.batching()) {
            case PADDED_RIGHT, PADDED_LEFT -> true;
            case EQUAL_LENGTHS -> first.encoded.length() == next.encoded.length();
            case ALONE -> false;
        };
    }

    /** The answer to a text that need not be computed, or else adds it to the rows that must. */
    private @Nullable TextResult read(String text, List<Row> rows) {
        if (text.isBlank()) {
            return TextResult.rejected(Reason.BLANK);
        }
        if (text.length() > Tweet.MAX_TEXT_LENGTH && text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH) {
            return TextResult.rejected(Reason.TOO_LARGE);
        }
        EncodedText encoded;
        try {
            encoded = encoder.encode(text);
        } catch (RuntimeException e) {
            return TextResult.failed(e);
        }
        if (encoded.isBlank()) {
            return TextResult.rejected(Reason.BLANK);
        }
        if (encoded.unknown() > maxUnknown) {
            return TextResult.rejected(Reason.UNREADABLE);
        }
        float[][] known = recall(encoded);
        if (known != null) {
            return new TextResult(known, encoded.truncated(), null, null);
        }
        rows.add(new Row(text, encoded));
        return null;
    }

    private void compute(List<Row> rows, Map<String, TextResult> answers) {
        List<float[][]> numbers;
        try {
            passes.incrementAndGet();
            long tokens = rows.stream().mapToLong(row -> row.encoded.length()).sum();
            long given = (long) rows.size() * rows.get(rows.size() - 1).encoded.length();
            TokenCount.ofThread().add(tokens, given - tokens);
            numbers = graph.run(rows.stream().map(Row::encoded).toList(), probe.batching());
        } catch (OrtException | RuntimeException e) {
            if (rows.size() == 1) {
                answers.put(rows.get(0).text, TextResult.failed(e));
            } else {
                int half = rows.size() / 2;
                compute(rows.subList(0, half), answers);
                compute(rows.subList(half, rows.size()), answers);
            }
            return;
        }
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            remember(row.encoded, numbers.get(i));
            answers.put(row.text, new TextResult(numbers.get(i), row.encoded.truncated(), null, null));
        }
    }

    private float @Nullable [][] recall(EncodedText encoded) {
        if (!hasHeads()) {
            return null;
        }
        synchronized (memo) {
            return memo.get(LongBuffer.wrap(encoded.ids()));
        }
    }

    private void remember(EncodedText encoded, float[][] numbers) {
        if (hasHeads()) {
            synchronized (memo) {
                memo.put(LongBuffer.wrap(encoded.ids()), numbers);
            }
        }
    }

    private boolean hasHeads() {
        return probe.outputs().get(0).length > 1;
    }

    private record Row(String text, EncodedText encoded) {}
}
