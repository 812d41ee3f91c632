/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each sample is short and has a line in README.md. */
class IndexTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "nightjar", "samples");

    @Test
    void eachProgramIsShortAndInTheIndex() throws IOException {
        String index = Files.readString(Path.of("README.md"));
        try (Stream<Path> sources = Files.list(SOURCES)) {
            List<Path> programs = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .toList();
            assertThat(programs).hasSizeGreaterThan(5).allSatisfy(program -> {
                assertThat(Files.readAllLines(program)).as("%s", program).hasSizeLessThanOrEqualTo(60);
                assertThat(index).contains("/samples/" + program.getFileName() + ")");
            });
        }
    }
}
