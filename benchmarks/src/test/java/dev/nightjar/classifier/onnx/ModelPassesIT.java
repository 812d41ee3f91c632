/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.nightjar.benchmarks.GuardedTexts;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How often the model is run for the texts of the benchmarks, and how many of its tokens are padding at most: each pass has 256
 * tokens at most, so that fewer passes cannot hide more padding. It is in this package to see the count.
 */
class ModelPassesIT {
    private static final int BUDGET = 256;

    @Test
    void tweetsTakeFewPassesAndLittlePadding() throws InterruptedException {
        List<String> texts = GuardedTexts.tweets(0);
        long tokens = tokens(texts);
        long passes = passes(texts);
        assertThat(passes).isLessThanOrEqualTo(32);
        assertThat(passes * BUDGET)
                .as("tokens that %d passes have room for", passes)
                .isLessThan(tokens * 9 / 8);
    }

    @Test
    void aTextThatComesAgainIsNotRunAgain() throws InterruptedException {
        List<String> texts = GuardedTexts.tweets(30);
        assertThat(passes(texts))
                .isEqualTo(passes(texts.stream().distinct().toList()))
                .isLessThan(passes(GuardedTexts.tweets(0)));
    }

    private static long passes(List<String> texts) {
        try (OnnxClassifier classifier = OnnxModels.emotion().open()) {
            long before = classifier.passes();
            classifier.classifyAll(texts);
            return classifier.passes() - before;
        }
    }

    private static long tokens(List<String> texts) {
        try (HuggingFaceTokenizer tokenizer = GuardedTexts.tokenizer()) {
            return texts.stream()
                    .mapToLong(text -> tokenizer.encode(text).getIds().length)
                    .sum();
        }
    }
}
