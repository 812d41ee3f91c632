/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The applications of {@code samples/outside} are built and run as their users would: by a separate Maven, with the
 * artifacts of this build installed in a scratch repository. What Maven Central has comes from the local repository of
 * this build, which is only read.
 */
class OutsideIT {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path SCRATCH = Path.of("target", "outside").toAbsolutePath();
    private static final Path REPOSITORY = SCRATCH.resolve("repository");

    /** What the applications use, by its folder; the parent and the BOM are POMs alone. */
    private static final List<String> MODULES = List.of(
            "", "core/bom", "core", "core/testkit", "source-replay", "classifier-lr", "classifier-lr/models/sentiment");

    @BeforeAll
    static void install() throws Exception {
        ScratchRepository.install(REPOSITORY, MODULES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "spark"})
    void anApplicationOfItsOwnIsBuiltAndRun(String name, @TempDir Path application) throws Exception {
        copy(ROOT.resolve("samples/outside").resolve(name), application);
        Path log = SCRATCH.resolve(name + ".txt");

        Process maven = new ProcessBuilder(
                        System.getProperty("maven.home") + "/bin/mvn" + (File.separatorChar == '\\' ? ".cmd" : ""),
                        "-B",
                        "-ntp",
                        "-f",
                        application.toString(),
                        "-Dmaven.repo.local=" + REPOSITORY,
                        "-Dmaven.repo.local.tail=" + System.getProperty("localRepository"),
                        "package")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        try {
            // So long that only a process which hangs meets it.
            assertThat(maven.waitFor(15, TimeUnit.MINUTES)).isTrue();
        } finally {
            maven.destroyForcibly();
        }

        assertThat(maven.exitValue()).as("see %s", log).isZero();
        assertThat(Files.readString(log)).contains("BUILD SUCCESS").containsPattern("Tests run: [1-9]");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(found -> !from.relativize(found).startsWith("target"))
                    .toList()) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
