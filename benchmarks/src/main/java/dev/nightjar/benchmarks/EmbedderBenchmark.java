/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.nightjar.Embedder;
import dev.nightjar.classifier.onnx.OnnxEmbedderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Texts per second to vectors by all-MiniLM-L6-v2, as langchain4j publishes it: Nightjar and langchain4j in its process. The
 * model is dynamically quantised, so both give it each text alone; langchain4j does so on all cores and cannot be told how many.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
public class EmbedderBenchmark {
    private static final String FILES = "/all-minilm-l6-v2-q";

    /** Both, of the same files. */
    @State(Scope.Benchmark)
    public static class Minilm {
        private List<String> texts = List.of();
        private Path directory = Path.of("");

        @Setup(Level.Trial)
        public void unpack(Workload workload) throws IOException, InterruptedException {
            texts = workload.texts();
            directory = ModelFiles.unpack(
                    Map.of("model.onnx", FILES + ".onnx", "tokenizer.json", FILES + "-tokenizer.json"));
            Files.writeString(
                    directory.resolve("config.json"),
                    "{\"model_type\": \"bert\", \"vocab_size\": 30522, \"max_position_embeddings\": 512,"
                            + " \"pad_token_id\": 0}");
        }
    }

    /** Nightjar. */
    @State(Scope.Benchmark)
    public static class Ours {
        private Embedder embedder;

        @Setup(Level.Trial)
        public void open(Minilm minilm) {
            embedder = OnnxEmbedderConfig.builder(minilm.directory)
                    .pooling("mean")
                    .norm(OnnxEmbedderConfig.Norm.L2)
                    .build()
                    .open();
        }

        @TearDown(Level.Trial)
        public void close() {
            embedder.close();
        }
    }

    /** langchain4j. */
    @State(Scope.Benchmark)
    public static class Langchain4j {
        private EmbeddingModel model;
        private List<TextSegment> segments = List.of();

        @Setup(Level.Trial)
        public void open(Minilm minilm) {
            segments = minilm.texts.stream().map(TextSegment::from).toList();
            model = new OnnxEmbeddingModel(
                    minilm.directory.resolve("model.onnx"),
                    minilm.directory.resolve("tokenizer.json"),
                    PoolingMode.MEAN);
        }
    }

    /** Our embedder. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public Object nightjar(Minilm minilm, Ours ours) {
        return ours.embedder.embedAll(minilm.texts);
    }

    /** The other one. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public Object langchain4j(Langchain4j langchain4j) {
        return langchain4j.model.embedAll(langchain4j.segments);
    }
}
