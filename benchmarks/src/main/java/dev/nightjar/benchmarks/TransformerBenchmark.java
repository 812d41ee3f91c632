/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import opennlp.dl.doccat.DocumentCategorizerDL;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Texts per second through a transformer: Nightjar, ONNX Runtime with nothing else to do, and other libraries of the JVM. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
public class TransformerBenchmark {
    /** Nightjar. */
    @State(Scope.Benchmark)
    public static class Ours {
        /** How many texts a call has. */
        @Param("256")
        public int batch;

        private Classifier classifier;
        private List<List<String>> calls = List.of();

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException {
            calls = calls(workload.texts(), batch);
            classifier =
                    ModelFiles.config(transformer.model, transformer.threads).open();
        }

        @TearDown(Level.Trial)
        public void close() {
            classifier.close();
        }
    }

    /** Nightjar on a stream of which no part comes twice but for its duplicates, as retweets do; it keeps some answers. */
    @State(Scope.Benchmark)
    public static class Stream {
        private static final int KEPT_ANSWERS = 10_000;

        /** How many texts there are before the first comes again. */
        @Param("10240")
        public int stream;

        private Classifier classifier;
        private List<List<String>> calls = List.of();
        private int next;

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException {
            calls = calls(workload.texts(stream / Workload.TEXTS * Workload.TEXTS), Workload.TEXTS);
            classifier = ModelFiles.config(transformer.model, transformer.threads).toBuilder()
                    .cacheSize(KEPT_ANSWERS)
                    .build()
                    .open();
        }

        @TearDown(Level.Trial)
        public void close() {
            classifier.close();
        }
    }

    /** ONNX Runtime alone. */
    @State(Scope.Benchmark)
    public static class Limit {
        /** How many tokens a batch has at most. */
        @Param({"128", "256"})
        public int budget;

        private OnnxLimit runtime;

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException, OrtException {
            runtime = new OnnxLimit(transformer.model, transformer.threads, budget, workload.texts());
        }

        @TearDown(Level.Trial)
        public void close() {
            runtime.close();
        }
    }

    /** DJL. */
    @State(Scope.Benchmark)
    public static class Djl {
        private static final int BATCH = 32;

        private DjlModel model;
        Predictor<String, float[]> predictor;

        private List<String> texts = List.of();
        private int next;

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer)
                throws InterruptedException, IOException, ModelException, OrtException {
            texts = workload.texts();
            model = new DjlModel(transformer.model, transformer.threads);
            predictor = model.newPredictor();
        }

        /** The next text, after the last the first again. */
        String next() {
            return texts.get(next++ % texts.size());
        }

        @TearDown(Level.Trial)
        public void close() {
            predictor.close();
            model.close();
        }
    }

    /** OpenNLP; it takes as many threads as there are cores, and cannot be told otherwise. */
    @State(Scope.Benchmark)
    public static class OpenNlp {
        private DocumentCategorizerDL categorizer;
        private List<String> texts = List.of();

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer)
                throws InterruptedException, IOException, OrtException {
            texts = workload.texts();
            categorizer = OpenNlpModel.open(transformer.model);
        }
    }

    /** Our classifier, called with batches. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void nightjar(Ours ours, Blackhole hole) {
        ours.calls.forEach(call -> hole.consume(ours.classifier.classifyAll(call)));
    }

    /** Our classifier on a stream. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public List<Classification> nightjarStream(Stream stream) {
        List<Classification> answers = stream.classifier.classifyAll(stream.calls.get(stream.next));
        stream.next = (stream.next + 1) % stream.calls.size();
        return answers;
    }

    /** What the runtime could do. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public int limit(Limit limit) throws OrtException {
        return limit.runtime.runAll();
    }

    /** DJL's predictor, text by text. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void djlPredict(Djl djl, Blackhole hole) throws TranslateException {
        for (String text : djl.texts) {
            hole.consume(djl.predictor.predict(text));
        }
    }

    /** DJL's predictor, 32 texts at a time. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void djlBatchPredict(Djl djl, Blackhole hole) throws TranslateException {
        for (List<String> batch : calls(djl.texts, Djl.BATCH)) {
            hole.consume(djl.predictor.batchPredict(batch));
        }
    }

    /** OpenNLP's document categoriser, which takes one text at a time. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void openNlp(OpenNlp openNlp, Blackhole hole) {
        for (String text : openNlp.texts) {
            hole.consume(openNlp.categorizer.categorize(new String[] {text}));
        }
    }

    private static List<List<String>> calls(List<String> texts, int batch) {
        List<List<String>> calls = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += batch) {
            calls.add(texts.subList(from, Math.min(from + batch, texts.size())));
        }
        return calls;
    }
}
