/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.Corpus;
import dev.nightjar.testkit.Corpus.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad input ends where it should, and the lines around it arrive. */
class ReplayCorpusTest {
    private static final byte[] END = {'\n'};
    private static final String TWO_DOCUMENTS = "6 two documents";

    @TempDir
    Path folder;

    static List<Corpus.Case> lines() {
        return Corpus.cases().stream()
                .filter(input -> input.bytes().get() != null)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineEndsWhereItShould(Corpus.Case input) {
        byte[] bytes = input.bytes().get();
        byte[] before = Replays.line(0).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] after = Replays.line(1).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        SourceBatch read = Replays.all(Replays.write(folder.resolve("tweets"), before, END, bytes, END, after, END));

        List<Tweet> tweets = new ArrayList<>(read.tweets());
        assertThat(tweets.remove(0).text()).isEqualTo("tweet 0");
        assertThat(tweets.remove(tweets.size() - 1).text()).isEqualTo("tweet 1");
        if (input.name().equals(TWO_DOCUMENTS)) {
            // A stream's line is one document; in a file, they may follow each other on a line.
            assertThat(tweets).hasSize(2);
            assertThat(read.deadLetters()).isEmpty();
        } else if (input.asLine() instanceof Outcome.Good good) {
            assertThat(tweets).containsExactly(good.tweet());
            assertThat(read.deadLetters()).isEmpty();
        } else if (input.asLine() instanceof Outcome.Deleted deleted) {
            assertThat(tweets).isEmpty();
            assertThat(read.deletedIds()).containsExactly(deleted.id());
        } else if (input.asLine() instanceof Outcome.Skipped) {
            assertThat(tweets).isEmpty();
            assertThat(read.skippedCount()).isEqualTo(1);
        } else if (input.asLine() instanceof Outcome.Dead dead) {
            assertThat(tweets).isEmpty();
            assertThat(read.deadLetters()).extracting(DeadLetter::code).containsOnly(dead.code());
            assertThat(original(read.deadLetters()))
                    .isEqualTo(Arrays.copyOf(bytes, Math.min(bytes.length, FeedItem.MAX_ORIGINAL_BYTES)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theWholeCorpusInOneFileIsCountedWithoutRemainder(int batchSize) {
        Path file = folder.resolve("corpus");
        List<byte[]> parts = new ArrayList<>();
        int lines = 0;
        for (Corpus.Case input : lines()) {
            byte[] bytes = input.bytes().get();
            if (bytes.length < 1_000_000) {
                parts.add(bytes);
                parts.add(END);
                for (byte b : bytes) {
                    lines += b == '\n' ? 1 : 0;
                }
                lines += input.name().equals(TWO_DOCUMENTS) ? 2 : 1;
            }
        }
        SourceBatch read = Replays.all(ReplayConfig.file(Replays.write(file, parts.toArray(new byte[0][])))
                .format("x")
                .batchSize(batchSize));

        assertThat(read.tweets().size()
                        + read.deadLetters().size()
                        + read.deletedIds().size()
                        + read.skippedCount())
                .isEqualTo(lines);
    }

    /** A line feed within a record makes two of it, each a dead letter. */
    private static byte[] original(List<DeadLetter> letters) {
        byte[] joined = letters.get(0).original();
        for (DeadLetter letter : letters.subList(1, letters.size())) {
            int length = joined.length;
            joined = Arrays.copyOf(joined, length + 1 + letter.original().length);
            joined[length] = '\n';
            System.arraycopy(letter.original(), 0, joined, length + 1, letter.original().length);
        }
        return joined;
    }
}
