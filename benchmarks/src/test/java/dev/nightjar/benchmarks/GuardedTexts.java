/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.util.List;

/** The texts of the benchmarks, for tests in another package. */
public final class GuardedTexts {
    private GuardedTexts() {}

    /** Texts as long as tweets, so many of a hundred repeating another. */
    public static List<String> tweets(int duplicates) throws InterruptedException {
        return SyntheticTexts.of(Workload.TEXTS, SyntheticTexts.TWEETS, duplicates);
    }

    /** The tokenizer of the bundled emotion model. */
    public static HuggingFaceTokenizer tokenizer() {
        return ModelFiles.tokenizer(ModelFiles.directory("emotion"));
    }
}
