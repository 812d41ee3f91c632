/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Texts per second of models, one by one and in batches, side by side in one run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class ClassifierBenchmark {
    private static final int TEXTS = 256;

    /**
     * The transformer's emotion model, the logistic regression's sentiment model, or the path of another: a directory is a
     * transformer, a file a logistic regression.
     */
    @Param({"onnx", "lr"})
    public String model = "";

    private List<String> texts = List.of();
    private Classifier classifier;

    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        classifier = factory().open();
        texts = SyntheticTexts.distinct(TEXTS);
    }

    @TearDown(Level.Trial)
    public void close() {
        classifier.close();
    }

    private ClassifierFactory factory() {
        Path path = Path.of(model);
        return switch (model) {
            case "onnx" -> OnnxModels.emotion();
            case "lr" -> LrModels.sentiment();
            default ->
                Files.isDirectory(path)
                        ? OnnxClassifierConfig.builder(path).build()
                        : LrClassifierConfig.builder(path).build();
        };
    }

    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public List<Classification> inOneBatch() {
        return classifier.classifyAll(texts);
    }

    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public int oneByOne() {
        int labelled = 0;
        for (String text : texts) {
            labelled += classifier.classify(text).top().isPresent() ? 1 : 0;
        }
        return labelled;
    }
}
