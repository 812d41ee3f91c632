/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is found out about a model when it is opened: a few rows of its own tokens, each computed alone, and together
 * with the others in the ways that are faster. The first way in which no number moves is how the model is used.
 *
 * @param batching which texts the model may be given at once
 * @param outputs for each row the numbers of each output
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Probe(Batching batching, List<float[][]> outputs) {
    /** How many tokens of text the rows have: some are padded a lot, and each length occurs twice. */
    private static final List<Integer> LENGTHS = List.of(1, 16, 5, 1, 16, 5);

    /** A prime, so that the tokens come from all parts of a vocabulary. */
    private static final long STRIDE = 7_919;

    /**
     * Tries a model.
     *
     * @param longest how many tokens a row may have
     * @param candidates the ways to try, fastest first
     * @param tolerance how far a number may move, or that part of it if it is over 1
     * @throws OrtException if the model fails on a text of one letter
     * @throws IllegalArgumentException if its answer to that is not a number, or another each time; its message
     *     completes "model.onnx ..."
     */
    static Probe of(
            OnnxGraph graph,
            TextEncoder encoder,
            TokenizerFile tokenizer,
            int longest,
            List<Batching> candidates,
            double tolerance)
            throws OrtException {
        List<EncodedText> rows = new ArrayList<>();
        List<float[][]> alone = new ArrayList<>();
        EncodedText letter = encoder.encode("a");
        rows.add(letter);
        alone.addAll(graph.run(rows, Batching.ALONE));
        require(areNumbers(alone), "gives scores that are not numbers");
        require(
                isSame(alone, graph.run(rows, Batching.ALONE), tolerance),
                "gives a text another answer each time; export it for inference (PyTorch: model.eval()), without dropout");
        tryRow(graph, encoder.encode("I am so happy today that I could sing all day long."), rows, alone);
        int space = longest - encoder.framed().length();
        long next = 0;
        for (int length : LENGTHS) {
            long[] words = new long[Math.max(1, Math.min(length, space))];
            for (int i = 0; i < words.length; i++) {
                next = tokenizer.wordFrom(next + STRIDE);
                words[i] = next;
            }
            tryRow(graph, encoder.framed(words), rows, alone);
        }
        for (Batching candidate : candidates) {
            if (stays(graph, rows, alone, candidate, tolerance)) {
                return new Probe(candidate, alone);
            }
        }
        return new Probe(Batching.ALONE, alone);
    }

    /** Adds a row, unless the model fails on one of its tokens, as it may. */
    private static void tryRow(OnnxGraph graph, EncodedText row, List<EncodedText> rows, List<float[][]> alone) {
        try {
            List<float[][]> numbers = graph.run(List.of(row), Batching.ALONE);
            if (areNumbers(numbers)) {
                rows.add(row);
                alone.addAll(numbers);
            }
        } catch (OrtException e) {
            // What the model makes of such a text is a fault of that text.
        }
    }

    private static boolean stays(
            OnnxGraph graph, List<EncodedText> rows, List<float[][]> alone, Batching batching, double tolerance) {
        try {
            if (batching.pads()) {
                return isSame(alone, graph.run(rows, batching), tolerance);
            }
            for (EncodedText row : rows) {
                List<EncodedText> alike = new ArrayList<>();
                List<float[][]> expected = new ArrayList<>();
                for (int i = 0; i < rows.size(); i++) {
                    if (rows.get(i).length() == row.length()) {
                        alike.add(rows.get(i));
                        expected.add(alone.get(i));
                    }
                }
                if (!isSame(expected, graph.run(alike, batching), tolerance)) {
                    return false;
                }
            }
            return true;
        } catch (OrtException e) {
            return false;
        }
    }

    private static boolean isSame(List<float[][]> before, List<float[][]> after, double tolerance) {
        for (int row = 0; row < before.size(); row++) {
            for (int output = 0; output < before.get(row).length; output++) {
                float[] was = before.get(row)[output];
                float[] is = after.get(row)[output];
                for (int i = 0; i < was.length; i++) {
                    if (!(Math.abs(was[i] - is[i]) <= tolerance * Math.max(1, Math.abs(was[i])))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static boolean areNumbers(List<float[][]> rows) {
        return rows.stream().flatMap(Stream::of).allMatch(OnnxGraph::areNumbers);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
