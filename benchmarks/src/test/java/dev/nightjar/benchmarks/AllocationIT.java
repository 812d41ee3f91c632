/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nightjar.Classifier;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.json.TweetJson;
import dev.nightjar.source.replay.ReplayConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the hot paths allocate on the heap, which does not depend on how fast the machine is: a bound is some 15 % above what was
 * measured when it was written. Lower it when a path takes less.
 */
class AllocationIT {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TEXTS = 200;
    private static final int WARM = 100;
    private static final int ROUNDS = 5;

    @Test
    void aRegressionAllocatesItsAnswersAlone() throws InterruptedException {
        List<String> texts = SyntheticTexts.of(TEXTS, SyntheticTexts.TWEETS, 0);
        try (Classifier classifier = LrModels.sentiment().open()) {
            assertThat(bytesEach(WARM, TEXTS, () -> classifier.classifyAll(texts)))
                    .isLessThan(600);
        }
    }

    @Test
    void aTransformerAllocatesLittleBesideItsTokens() throws InterruptedException {
        List<String> texts = SyntheticTexts.of(TEXTS, SyntheticTexts.TWEETS, 0);
        try (Classifier classifier = OnnxModels.emotion().open()) {
            assertThat(bytesEach(1, TEXTS, () -> classifier.classifyAll(texts))).isLessThan(10_600);
        }
    }

    @Test
    void aTweetIsReadAndWrittenWithoutATree() throws InterruptedException {
        try (TweetSource source = ReplayConfig.synthetic()
                .seed(SyntheticTexts.SEED)
                .count(TEXTS)
                .batchSize(TEXTS)
                .build()
                .open()) {
            List<Tweet> tweets = source.poll(Duration.ofSeconds(10)).tweets();
            List<byte[]> lines = tweets.stream().map(TweetJson::toBytes).toList();
            assertThat(bytesEach(WARM, TEXTS, () -> lines.forEach(TweetJson::fromBytes)))
                    .as("reading")
                    .isLessThan(10_900);
            assertThat(bytesEach(WARM, TEXTS, () -> tweets.forEach(TweetJson::toBytes)))
                    .as("writing")
                    .isLessThan(3_150);
        }
    }

    /** The least of some rounds, since the compiler's own work in this thread counts too. */
    private static long bytesEach(int warm, int operations, Runnable task) {
        for (int i = 0; i < warm; i++) {
            task.run();
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            task.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least / operations;
    }
}
