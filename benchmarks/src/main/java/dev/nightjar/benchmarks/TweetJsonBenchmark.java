/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.json.TweetJson;
import dev.nightjar.json.XJson;
import dev.nightjar.source.replay.ReplayConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Tweets per second to and from JSON: the canonical reader against the one that takes any shape of the X API. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TweetJsonBenchmark {
    private static final int TWEETS = 500;

    private List<Tweet> tweets = List.of();
    private List<byte[]> lines = List.of();

    @Setup
    public void write() throws InterruptedException {
        try (TweetSource source = ReplayConfig.synthetic()
                .seed(42)
                .count(TWEETS)
                .batchSize(TWEETS)
                .build()
                .open()) {
            tweets = source.poll(Duration.ofSeconds(10)).tweets();
        }
        lines = tweets.stream().map(TweetJson::toBytes).toList();
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void writing(Blackhole hole) {
        tweets.forEach(tweet -> hole.consume(TweetJson.toBytes(tweet)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingCanonical(Blackhole hole) {
        lines.forEach(line -> hole.consume(TweetJson.fromBytes(line)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingAnyShape(Blackhole hole) {
        lines.forEach(line -> hole.consume(XJson.read(line, "benchmark")));
    }
}
