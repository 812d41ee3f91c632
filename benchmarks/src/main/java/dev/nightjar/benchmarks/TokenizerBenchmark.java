/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/** Texts per second through the tokenizer, which Nightjar gives one text at a time. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
public class TokenizerBenchmark {
    /** That of the model. */
    @State(Scope.Benchmark)
    public static class Tokenizer {
        private HuggingFaceTokenizer tokenizer;
        private List<String> texts = List.of();

        @Setup(Level.Trial)
        public void open(Workload workload, Transformer transformer) throws InterruptedException {
            texts = workload.texts();
            tokenizer = ModelFiles.tokenizer(ModelFiles.directory(transformer.model));
        }

        @TearDown(Level.Trial)
        public void close() {
            tokenizer.close();
        }
    }

    /** A text at a time. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void encode(Tokenizer tokenizer, Blackhole hole) {
        tokenizer.texts.forEach(text -> hole.consume(tokenizer.tokenizer.encode(text)));
    }

    /** All texts at once; the native library then takes all cores. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public Object batchEncode(Tokenizer tokenizer) {
        return tokenizer.tokenizer.batchEncode(tokenizer.texts);
    }
}
