/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.ModelException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A classifier of DJL with its engine for ONNX Runtime. DJL's own translator for classifiers needs a second engine beside it, for
 * stacking, softmax and sorting; this one pads with DJL's tokenizer and computes the softmax in Java, which is faster.
 */
final class DjlModel implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final ZooModel<String, float[]> model;
    private final boolean readsTypeIds;

    DjlModel(String name, int threads) throws IOException, ModelException, OrtException {
        Path directory = ModelFiles.directory(name);
        tokenizer = HuggingFaceTokenizer.newInstance(
                directory.resolve("tokenizer.json"),
                Map.of("truncation", "true", "padding", "true", "maxLength", "128", "modelMaxLength", "128"));
        Path graph = ModelFiles.graph(directory);
        System.setProperty("ai.djl.onnxruntime.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.onnxruntime.num_interop_threads", "1");
        model = Criteria.builder()
                .setTypes(String.class, float[].class)
                .optEngine("OnnxRuntime")
                .optModelPath(graph.getParent())
                .optModelName(graph.getFileName().toString().replaceFirst("\\.onnx$", ""))
                .optTranslator(new Softmax())
                .build()
                .loadModel();
        // Not before, since DJL must be the first to make the runtime's environment.
        readsTypeIds = ModelFiles.readsTypeIds(graph);
    }

    Predictor<String, float[]> newPredictor() {
        return model.newPredictor();
    }

    @Override
    public void close() {
        model.close();
        tokenizer.close();
    }

    private final class Softmax implements Translator<String, float[]> {
        @Override
        public Batchifier getBatchifier() {
            // Asked for, so that the methods for batches are called.
            return Batchifier.STACK;
        }

        @Override
        public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
            Encoding[] encodings = tokenizer.batchEncode(texts);
            NDManager manager = context.getNDManager();
            Shape shape = new Shape(encodings.length, encodings[0].getIds().length);
            NDList inputs = new NDList(
                    manager.create(flat(encodings, Encoding::getIds), shape),
                    manager.create(flat(encodings, Encoding::getAttentionMask), shape));
            if (readsTypeIds) {
                inputs.add(manager.create(flat(encodings, Encoding::getTypeIds), shape));
            }
            return inputs;
        }

        @Override
        public List<float[]> batchProcessOutput(TranslatorContext context, NDList outputs) {
            Shape shape = outputs.get(0).getShape();
            float[] logits = outputs.get(0).toFloatArray();
            int labels = (int) shape.get(1);
            List<float[]> scores = new ArrayList<>();
            for (int from = 0; from < logits.length; from += labels) {
                scores.add(softmax(Arrays.copyOfRange(logits, from, from + labels)));
            }
            return scores;
        }

        @Override
        public NDList processInput(TranslatorContext context, String text) {
            throw new UnsupportedOperationException("Texts come in batches");
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList outputs) {
            throw new UnsupportedOperationException("Texts come in batches");
        }

        private static long[] flat(Encoding[] encodings, Function<Encoding, long[]> part) {
            return Arrays.stream(encodings)
                    .map(part)
                    .flatMapToLong(Arrays::stream)
                    .toArray();
        }

        private static float[] softmax(float[] logits) {
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                logits[i] = (float) Math.exp(logits[i]);
                sum += logits[i];
            }
            for (int i = 0; i < logits.length; i++) {
                logits[i] /= (float) sum;
            }
            return logits;
        }
    }
}
