/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.TweetSource;
import dev.nightjar.source.replay.ReplayConfig;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Made-up texts, the same in every run. */
final class SyntheticTexts {
    private SyntheticTexts() {}

    /** So many texts, all different, since a classifier may score a repeated one once. */
    static List<String> distinct(int count) throws InterruptedException {
        Set<String> texts = new LinkedHashSet<>();
        try (TweetSource source = ReplayConfig.synthetic().seed(42).build().open()) {
            while (texts.size() < count) {
                source.poll(Duration.ofSeconds(1)).tweets().stream()
                        .map(tweet -> tweet.text())
                        .filter(text -> !text.isBlank())
                        .limit(count - texts.size())
                        .forEach(texts::add);
            }
        }
        return List.copyOf(texts).subList(0, count);
    }
}
