/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtException;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How long one text takes, as a service sees it: from the text to its scores. ONNX Runtime is given the tokens. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class LatencyBenchmark {
    /** Nightjar. */
    @State(Scope.Benchmark)
    public static class Ours {
        private Classifier classifier;
        private List<String> texts = List.of();
        private int next;

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException {
            texts = workload.texts();
            classifier =
                    ModelFiles.config(transformer.model, transformer.threads).open();
        }

        @TearDown(Level.Trial)
        public void close() {
            classifier.close();
        }
    }

    /** ONNX Runtime alone. */
    @State(Scope.Benchmark)
    public static class Limit {
        private OnnxLimit runtime;

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException, OrtException {
            runtime = new OnnxLimit(transformer.model, transformer.threads, 1, workload.texts());
        }

        @TearDown(Level.Trial)
        public void close() {
            runtime.close();
        }
    }

    /** Our classifier. */
    @Benchmark
    public Classification nightjar(Ours ours) {
        return ours.classifier.classify(ours.texts.get(ours.next++ % Workload.TEXTS));
    }

    /** What the runtime could do. */
    @Benchmark
    public int limit(Limit limit) throws OrtException {
        return limit.runtime.runNext();
    }

    /** DJL's predictor. */
    @Benchmark
    public float[] djlPredict(TransformerBenchmark.Djl djl) throws TranslateException {
        return djl.predictor.predict(djl.next());
    }
}
