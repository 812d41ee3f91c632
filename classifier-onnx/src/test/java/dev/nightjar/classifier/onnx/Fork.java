/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of its own with a working, a home and a temporary directory of its own. */
final class Fork {
    private final Path directory;
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private String classPath = System.getProperty("java.class.path");
    private Duration patience = Duration.ofMinutes(10);

    Fork(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(home());
        Files.createDirectories(temporary());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + home(),
                "-Djava.io.tmpdir=" + temporary()));
    }

    Path home() {
        return directory.resolve("home");
    }

    Path temporary() {
        return directory.resolve("tmp");
    }

    Fork with(String option) {
        command.add(option);
        return this;
    }

    /** With an environment variable. */
    Fork with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Within another time than ten minutes. */
    Fork patience(Duration longest) {
        patience = longest;
        return this;
    }

    /** Without an artifact on the class path, by its name. */
    Fork without(String artifact) {
        classPath = Stream.of(classPath.split(File.pathSeparator))
                .filter(place -> !place.contains(artifact))
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        return this;
    }

    /** Runs to the end; returns what it wrote. It must end well, and no native code may have crashed. */
    String run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                    .as("ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String written = Files.readString(output);
        System.out.println(main.getSimpleName() + ": " + written.lines().reduce("", (a, b) -> b));
        assertThat(process.exitValue()).as(written).isZero();
        // A crash while the process exits does not show in its exit value.
        assertThat(written).doesNotContain("SIGSEGV", "A fatal error has been detected", "DefaultLogger");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("hs_err")))
                    .isEmpty();
        }
        return written;
    }
}
