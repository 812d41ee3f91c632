/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is classified: made-up texts, or those of a file. */
@State(Scope.Benchmark)
public class Workload {
    /** How many texts a transformer is measured on. */
    static final int TEXTS = 256;

    /** How long the texts are: {@code tweets}, or a number of tokens. */
    @Param(SyntheticTexts.TWEETS)
    public String lengths = SyntheticTexts.TWEETS;

    /** How many of a hundred texts repeat one of those before. */
    @Param("0")
    public int duplicates;

    /** A file to take the texts from, in place of made-up ones; empty for none. */
    @Param("")
    public String texts = "";

    List<String> texts() throws InterruptedException {
        return texts(TEXTS);
    }

    /** So many texts; those of a file over and over if it has fewer. */
    List<String> texts(int count) throws InterruptedException {
        if (texts.isEmpty()) {
            return SyntheticTexts.of(count, lengths, duplicates);
        }
        List<String> lines = read(Path.of(texts));
        return IntStream.range(0, count)
                .mapToObj(i -> lines.get(i % lines.size()))
                .toList();
    }

    /**
     * The texts of a file: one in a line, where what is before a tab is left out.
     *
     * @throws IllegalArgumentException if it cannot be read or has too few, saying what to do
     */
    static List<String> read(Path file) {
        List<String> texts;
        try (Stream<String> lines = Files.lines(file)) {
            texts = lines.map(line -> line.substring(line.indexOf('\t') + 1).strip())
                    .filter(text -> !text.isEmpty())
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("Could not read '" + file + "' as UTF-8: " + e, e);
        }
        if (texts.size() < TEXTS) {
            throw new IllegalArgumentException("'" + file + "' has " + texts.size() + " texts; a run needs " + TEXTS
                    + ", one in a line, so that none is measured twice");
        }
        return texts;
    }
}
