/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A list is never held as a whole: 50 MB of one are read with a heap of 32 MB. With
 * {@code -Dnightjar.large.bytes=2000000000 -Dnightjar.large.heap=256m} on Maven's command line it is 2 GB.
 */
class ReplayLargeFileTest {
    private static final long BYTES = Long.getLong("nightjar.large.bytes", 50_000_000);
    private static final String HEAP = System.getProperty("nightjar.large.heap", "32m");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"'[',false", "'window.YTD.tweets.part0 = [\n  ',true"})
    void aListIsReadWithASmallHeap(String beginning, boolean archived) throws Exception {
        Path file = folder.resolve("list.json");
        long tweets = write(file, beginning, archived);

        Process replay = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplayLargeFileTest.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(replay.getInputStream().readAllBytes(), UTF_8))
                .endsWith(tweets + " tweets, 0 dead letters\n");
        assertThat(replay.waitFor()).isZero();
    }

    /** Counts what a file holds. */
    public static void main(String[] file) throws InterruptedException {
        long tweets = 0;
        long deadLetters = 0;
        try (ReplaySource source = ReplayConfig.file(Path.of(file[0])).build().open()) {
            while (!source.isExhausted()) {
                SourceBatch batch = source.poll(Duration.ofSeconds(1));
                tweets += batch.tweets().size();
                deadLetters += batch.deadLetters().size();
            }
        }
        System.out.print(tweets + " tweets, " + deadLetters + " dead letters\n");
    }

    private static long write(Path file, String beginning, boolean archived) throws IOException {
        long tweets = 0;
        String filling = "an owl at night ".repeat(80);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write(beginning);
            for (long written = 0; written < BYTES; tweets++) {
                String tweet = "{\"id_str\":\"" + (1_700_000_000_000_000_000L + tweets) + "\",\"full_text\":\""
                        + filling + "\"}";
                String element = archived ? "{\n    \"tweet\" : " + tweet + "\n  }" : tweet;
                out.write((tweets == 0 ? "" : ",") + element);
                written += element.length();
            }
            out.write("]");
        }
        return tweets;
    }
}
