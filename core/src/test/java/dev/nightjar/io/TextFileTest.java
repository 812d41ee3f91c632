/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
    private static final String TEXT = "positive\tan owl \uD83E\uDD89\nsecond line\n";

    @TempDir
    Path folder;

    @Test
    void aMarkIsNoPartOfTheText() throws IOException {
        for (Charset charset :
                List.of(UTF_8, UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE"))) {
            assertThat(TextFile.read(file(("\uFEFF" + TEXT).getBytes(charset)))).isEqualTo(TEXT);
        }
        assertThat(TextFile.read(file(TEXT.getBytes(UTF_8)))).isEqualTo(TEXT);
        assertThat(TextFile.read(file(new byte[0]))).isEmpty();
        assertThat(TextFile.read(file("\uFEFF".getBytes(UTF_8)))).isEmpty();
    }

    @Test
    void utf16WithoutAMarkIsNamed() throws IOException {
        for (Charset charset : List.of(UTF_16LE, UTF_16BE)) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> TextFile.read(file(TEXT.getBytes(charset))))
                    .withMessageContaining("is UTF-16 without a mark; convert it to UTF-8 first");
        }
    }

    @Test
    void anotherCharsetIsMalformed() {
        assertThatExceptionOfType(MalformedInputException.class)
                .isThrownBy(() -> TextFile.read(file("caf\u00E9 noir".getBytes(ISO_8859_1))));
    }

    @Test
    void aStreamBecomesUtf8AlsoWhereItsBufferEndsInAPair() throws IOException {
        String text = "x" + "\uD83E\uDD89".repeat(50_000);
        byte[] marked = ("\uFEFF" + text).getBytes(UTF_16LE);
        byte[] half = {(byte) 0xFF, (byte) 0xFE, 0, (byte) 0xD8, 65, 0};

        assertThat(TextFile.utf8(new ByteArrayInputStream(marked)).readAllBytes())
                .isEqualTo(text.getBytes(UTF_8));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TextFile.utf8(new ByteArrayInputStream(half)).readAllBytes());
    }

    @Test
    void aLineThatIsTypedIsNotWaitedBehind() throws IOException {
        PipedInputStream typed = new PipedInputStream();
        try (PipedOutputStream keyboard = new PipedOutputStream(typed)) {
            keyboard.write("a\n".getBytes(UTF_8));
            InputStream text = TextFile.utf8(typed);

            assertThat(text.readNBytes(2)).isEqualTo("a\n".getBytes(UTF_8));
        }
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("file"), bytes);
    }
}
