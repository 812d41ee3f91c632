/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as a user runs it. */
class BenchmarksJarIT {
    private static final Path JAR = Path.of("target", "benchmarks.jar").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void itMeasuresWritesAndDraws() throws IOException, InterruptedException {
        String output = run(
                0,
                "run",
                "TweetJson.writing",
                "TweetJson.writingJackson",
                "--rounds",
                "1",
                "--iterations",
                "1",
                "--seconds",
                "1",
                "-o",
                "json.json");
        assertThat(output).contains("Tweet to JSON / Jackson databind");
        assertThat(directory.resolve("json.machine.json"))
                .content()
                .contains("AVX", "\"seed\" : 42", "\"jmh\" : \"1.37\"");
        assertThat(directory.resolve("json.html")).content().contains("<svg", "Jackson databind", "</html>");

        run(0, "report", "json.json", "--markdown", "docs/run.md");
        assertThat(directory.resolve("docs/run.md")).content().contains("| Tweet to JSON / Jackson databind |");
        assertThat(directory.resolve("docs/images/benchmarks-throughput-1.svg"))
                .content()
                .startsWith("<svg");
    }

    @Test
    void whatIsWrongIsSaidBeforeAnythingIsMeasured() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("few.txt"), "a text\n");
        assertThat(run(2, "run", "Transformer", "--texts", "few.txt")).contains("'few.txt' has 1 texts; a run needs");
        assertThat(run(2, "run", "TweetJson", "--texts", "few.txt"))
                .contains("TweetJson reads whole tweets, not texts");
        assertThat(run(2, "run", "Nothing")).contains("No benchmark's name has 'Nothing' in it");
        assertThat(run(2, "short", "--lengths", "huge")).contains("give 'tweets' or a number of tokens");
        assertThat(run(0, "--help")).contains("short", "full", "run", "report");
    }

    private String run(int exitCode, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djmh.ignoreLock=true",
                "-jar",
                JAR.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }
}
