/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledTextTest {
    private static final String LINES =
            "joy\tWhat a day \ud83d\ude00\n\nanger\tNo \"quotes\", no\ttabs lost\r\njoy\t\n";

    @TempDir
    private Path directory;

    @Test
    void linesAreALabelATabAndAText() throws IOException {
        Path file = directory.resolve("a.tsv");
        Files.writeString(file, LINES);
        assertThat(LabelledText.readTsv(file))
                .containsExactly(
                        new LabelledText("joy", "What a day \ud83d\ude00"),
                        new LabelledText("anger", "No \"quotes\", no\ttabs lost"),
                        new LabelledText("joy", ""));
    }

    @Test
    void aFileFromWindowsIsTheSame() throws IOException {
        Path unix = Files.writeString(directory.resolve("unix.tsv"), LINES);
        Path windows = Files.writeString(
                directory.resolve("windows.tsv"),
                '\uFEFF' + LINES.replace("\r", "").replace("\n", "\r\n"));
        assertThat(LabelledText.readTsv(windows)).isEqualTo(LabelledText.readTsv(unix));
        Path wide = Files.writeString(directory.resolve("wide.tsv"), '\uFEFF' + LINES, StandardCharsets.UTF_16LE);
        assertThat(LabelledText.readTsv(wide)).isEqualTo(LabelledText.readTsv(unix));
    }

    @Test
    void aGzippedFileIsUnpacked() throws IOException {
        Path file = directory.resolve("a.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(LINES.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(LabelledText.readTsv(file)).hasSize(3);
    }

    @Test
    void aLineWithoutATabOrALabelIsNamed() throws IOException {
        Path file = directory.resolve("a.tsv");
        for (String bad : new String[] {"no tab", "\tno label", " \tblank label"}) {
            Files.writeString(file, "joy\tfine\n" + bad + "\n");
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> LabelledText.readTsv(file))
                    .withMessage(file + ":2 is not a label, a tab and a text, as in 'joy<TAB>What a day'")
                    .satisfies(e -> assertThat(e.code()).isEqualTo("bad-line"));
        }
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        Path file = directory.resolve("a.tsv");
        Files.write(file, new byte[] {'a', '\t', 'b', '\n', 'a', '\t', (byte) 0xFF, '\n'});
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> LabelledText.readTsv(file))
                .withMessage(file + ":2 is not UTF-8")
                .satisfies(e -> assertThat(e.code()).isEqualTo("not-utf-8"));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() throws IOException {
        Path missing = directory.resolve("missing.tsv");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> LabelledText.readTsv(missing))
                .withMessageStartingWith("Could not read '" + missing + "'");
        Path plain = directory.resolve("plain.tsv.gz");
        Files.writeString(plain, LINES);
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> LabelledText.readTsv(plain));
    }

    @Test
    void aLabelHasAName() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LabelledText(" ", "text"));
    }
}
