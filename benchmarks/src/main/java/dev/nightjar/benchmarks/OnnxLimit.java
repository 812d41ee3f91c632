/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What ONNX Runtime does if nothing else has to be done: the tokens are known, the tensors made, and the batches are of texts of
 * equal length, so that no token is padding. Nothing that reads texts with this runtime and this graph can be faster.
 */
final class OnnxLimit implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> batches = new ArrayList<>();
    private int next;

    /**
     * Opens a model and makes the batches.
     *
     * @param budget how many tokens a batch has at most; a text that has more is one alone
     */
    OnnxLimit(String model, int threads, int budget, List<String> texts) throws OrtException {
        Path directory = ModelFiles.directory(model);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(ModelFiles.graph(directory).toString(), options);
        }
        for (List<long[]> batch : batches(ids(directory, texts), budget)) {
            batches.add(tensors(batch));
        }
    }

    /** Runs the model on all texts; gives how many numbers it answered. */
    int runAll() throws OrtException {
        int numbers = 0;
        for (Map<String, OnnxTensor> batch : batches) {
            numbers += run(batch);
        }
        return numbers;
    }

    /** Runs the model on the next batch, after the last on the first again. */
    int runNext() throws OrtException {
        int numbers = run(batches.get(next));
        next = (next + 1) % batches.size();
        return numbers;
    }

    @Override
    public void close() {
        batches.stream().map(Map::values).flatMap(Collection::stream).forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(Map<String, OnnxTensor> batch) throws OrtException {
        try (OrtSession.Result result = session.run(batch)) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().remaining();
        }
    }

    private static List<long[]> ids(Path directory, List<String> texts) {
        try (HuggingFaceTokenizer tokenizer = ModelFiles.tokenizer(directory)) {
            return texts.stream().map(text -> tokenizer.encode(text).getIds()).toList();
        }
    }

    /** Rows of one length each; a budget of 1 leaves each text alone, in the order given. */
    private static List<List<long[]>> batches(List<long[]> rows, int budget) {
        if (budget == 1) {
            return rows.stream().map(List::of).toList();
        }
        List<List<long[]>> batches = new ArrayList<>();
        List<long[]> batch = new ArrayList<>();
        for (long[] row :
                rows.stream().sorted(Comparator.comparingInt(row -> row.length)).toList()) {
            boolean ends =
                    !batch.isEmpty() && (batch.get(0).length != row.length || (batch.size() + 1) * row.length > budget);
            if (ends) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(row);
        }
        batches.add(batch);
        return batches;
    }

    private Map<String, OnnxTensor> tensors(List<long[]> rows) throws OrtException {
        int length = rows.get(0).length;
        Map<String, OnnxTensor> tensors = new HashMap<>();
        for (String input : session.getInputNames()) {
            LongBuffer values = LongBuffer.allocate(rows.size() * length);
            for (long[] row : rows) {
                for (long id : row) {
                    values.put(
                            switch (input) {
                                case "input_ids" -> id;
                                case "attention_mask" -> 1;
                                default -> 0;
                            });
                }
            }
            values.flip();
            tensors.put(input, OnnxTensor.createTensor(environment, values, new long[] {rows.size(), length}));
        }
        return tensors;
    }
}
