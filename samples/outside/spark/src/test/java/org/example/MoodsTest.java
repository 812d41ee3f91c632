/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoodsTest {
    @Test
    void linesAreCountedByTheirMood(@TempDir Path folder) throws Exception {
        Path lines = Files.write(
                folder.resolve("lines.txt"), List.of("What a great game!", "I love it", "This is awful"));

        Moods.main(lines.toString(), folder.resolve("moods").toString());

        try (Stream<Path> parts = Files.list(folder.resolve("moods"))) {
            Path part = parts.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
            assertThat(Files.readAllLines(part))
                    .containsExactly("{\"mood\":\"negative\",\"lines\":1}", "{\"mood\":\"positive\",\"lines\":2}");
        }
    }
}
