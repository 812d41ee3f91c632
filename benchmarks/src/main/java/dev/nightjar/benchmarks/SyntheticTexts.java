/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.TweetSource;
import dev.nightjar.source.replay.ReplayConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Made-up texts, the same in every run. */
final class SyntheticTexts {
    private SyntheticTexts() {}

    /**
     * So many texts of so many tokens: those of the file that the system property {@code nightjar.texts} names (one line each,
     * what is before a tab left out) that have them, over and over, or else made-up words.
     */
    static List<String> ofTokens(int count, int tokens) throws InterruptedException {
        String file = System.getProperty("nightjar.texts");
        List<String> from = file == null ? joined(count, tokens) : read(Path.of(file), tokens);
        return IntStream.range(0, count)
                .mapToObj(i -> from.get(i % from.size()))
                .toList();
    }

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

    private static List<String> joined(int count, int tokens) throws InterruptedException {
        List<String> words = new ArrayList<>();
        for (String text : distinct(2 * count)) {
            words.addAll(List.of(text.strip().split("\\s+")));
        }
        return IntStream.range(0, words.size() / tokens)
                .mapToObj(i -> String.join(" ", words.subList(i * tokens, (i + 1) * tokens)))
                .toList();
    }

    private static List<String> read(Path file, int tokens) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.substring(line.indexOf('\t') + 1).strip())
                    .filter(text -> text.split("\\s+").length == tokens)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read '" + file + "'", e);
        }
    }
}
