/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The zip that people download, unpacked in a folder whose path has spaces and other letters. */
@Timeout(900)
class DistributionIT {
    private static final long PATIENCE = 300;
    private static final int EXECUTABLE = 0111;

    @TempDir
    private Path folder;

    @Test
    void whatIsUnpackedRuns() throws Exception {
        Path nightjar = unpack();
        assertThat(nightjar.resolve("LICENSE")).exists();
        assertThat(nightjar.resolve("README.md")).exists();
        assertThat(nightjar.resolve("bin/nightjar.cmd")).exists();

        assertThat(printed(nightjar, "--help")).contains("Begin with:");
        assertThat(printed(nightjar, "doctor", "--port", Integer.toString(EmbeddedKafka.freePort())))
                .contains("All is well.");
        assertThat(printed(nightjar, "demo", "--headless", "--count", "50"))
                .contains("It balances")
                .doesNotContainIgnoringCase("warning");
    }

    private String printed(Path nightjar, String... arguments) throws Exception {
        try (Launched launched = Launched.start(nightjar.resolve("bin/nightjar"), folder, Launched.QUICK, arguments)) {
            assertThat(launched.await(PATIENCE)).as(launched.output()).isZero();
            return launched.output();
        }
    }

    private Path unpack() throws IOException {
        Path target = Files.createDirectory(folder.resolve(Launched.SPACED));
        try (ZipFile zip = ZipFile.builder().setPath(zip()).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                Path file = target.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    try (InputStream in = zip.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                    assertThat(entry.getUnixMode() & EXECUTABLE)
                            .as(entry.getName())
                            .isEqualTo(entry.getName().endsWith("/bin/nightjar") ? EXECUTABLE : 0);
                }
            }
        }
        try (Stream<Path> roots = Files.list(target)) {
            return roots.findFirst().orElseThrow();
        }
    }

    private static Path zip() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> zips =
                    files.filter(file -> file.toString().endsWith("-bin.zip")).toList();
            assertThat(zips).hasSize(1);
            return zips.get(0);
        }
    }
}
