/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticTextsIT {
    @Test
    void textsAreAsLongAsTweetsAndTheSameEachTime() throws InterruptedException {
        List<String> texts = SyntheticTexts.of(2_000, SyntheticTexts.TWEETS, 0);
        IntSummaryStatistics lengths = lengths(texts);
        assertThat(lengths.getAverage()).isCloseTo(29.5, within(1.0));
        assertThat(lengths.getMax()).isBetween(50, 60);
        assertThat(new HashSet<>(texts)).hasSameSizeAs(texts);
        assertThat(SyntheticTexts.of(2_000, SyntheticTexts.TWEETS, 0)).isEqualTo(texts);
    }

    @Test
    void lengthAndDuplicatesAreThoseAskedFor() throws InterruptedException {
        List<String> texts = SyntheticTexts.of(1_000, "20", 30);
        assertThat(lengths(texts).getMin()).isEqualTo(20);
        assertThat(lengths(texts).getMax()).isEqualTo(20);
        assertThat(new HashSet<>(texts).size()).isBetween(650, 750);
    }

    @Test
    void textsOfOnesOwnAreTakenAndTooFewRefused(@TempDir Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("own.tsv");
        Workload workload = new Workload();
        workload.texts = file.toString();
        Files.writeString(file, "joy\tWhat a game!\n\n".repeat(Workload.TEXTS));
        assertThat(workload.texts()).hasSize(Workload.TEXTS).containsOnly("What a game!");
        Files.writeString(file, "Too few\n");
        assertThatThrownBy(workload::texts)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 1 texts; a run needs " + Workload.TEXTS);
    }

    private static IntSummaryStatistics lengths(List<String> texts) {
        try (HuggingFaceTokenizer tokenizer = GuardedTexts.tokenizer()) {
            return texts.stream()
                    .mapToInt(text -> tokenizer.encode(text).getIds().length)
                    .summaryStatistics();
        }
    }
}
