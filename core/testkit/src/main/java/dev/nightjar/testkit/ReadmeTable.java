/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.options.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The table of a configuration's options in the module's README, after the line {@code <!-- options: OWNER -->}. */
final class ReadmeTable {
    private static final Path README = Path.of("README.md");

    private ReadmeTable() {}

    /** Checks the table, or rewrites it with {@code -Dreadme.update=true}. */
    static void check(Options options) throws IOException {
        String mark = "<!-- options: " + options.owner() + " -->\n";
        String text = Files.readString(README).replace("\r\n", "\n");
        assertThat(text).as("README.md with a place for the options").contains(mark);
        int start = text.indexOf(mark) + mark.length();
        int end = start;
        while (text.startsWith("|", end)) {
            end = text.indexOf('\n', end) + 1;
        }
        if (Boolean.getBoolean("readme.update")) {
            Files.writeString(README, text.substring(0, start) + options.table() + text.substring(end));
        } else {
            assertThat(text.substring(start, end))
                    .as("the options in README.md; -Dreadme.update=true writes them anew")
                    .isEqualTo(options.table());
        }
    }
}
