/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.io.FileFault;
import dev.nightjar.io.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * A text and the label that it should have.
 *
 * <p>Immutable.
 *
 * @param label the label's name; not blank
 * @param text the text
 * @since 0.1.0
 */
public record LabelledText(String label, String text) {
    /** Checks the label. */
    public LabelledText {
        Objects.requireNonNull(text, "text");
        if (label.isBlank()) {
            throw new IllegalArgumentException("A label has a name");
        }
    }

    /**
     * Reads a file of lines {@code label TAB text} in UTF-8, without a header or quoting; gzip'd if its name ends in
     * {@code .gz}. Empty lines are skipped, and so is a byte order mark; UTF-16
     * with a mark is read, too.
     *
     * @throws ConfigException if the file cannot be read
     * @throws DataException if a line has no tab or no label, or is not UTF-8; it names file and line
     */
    public static List<LabelledText> readTsv(Path file) {
        List<LabelledText> texts = new ArrayList<>();
        // One byte per character: the line breaks are those of UTF-8, and a line that is not UTF-8 can be detected.
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(open(file), StandardCharsets.ISO_8859_1))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isEmpty()) {
                    texts.add(parse(line.getBytes(StandardCharsets.ISO_8859_1), file + ":" + number));
                }
            }
        } catch (IOException e) {
            throw new ConfigException("Could not read '" + file + "': " + FileFault.of(e), e);
        }
        return texts;
    }

    static List<LabelledText> list(Iterable<LabelledText> texts) {
        List<LabelledText> list = new ArrayList<>();
        texts.forEach(list::add);
        return list;
    }

    private static LabelledText parse(byte[] bytes, String place) {
        String line;
        try {
            line = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DataException("not-utf-8", place + " is not UTF-8", e);
        }
        int tab = line.indexOf('\t');
        if (tab < 0 || line.substring(0, tab).isBlank()) {
            throw new DataException(
                    "bad-line", place + " is not a label, a tab and a text, as in 'joy<TAB>What a day'");
        }
        return new LabelledText(line.substring(0, tab).strip(), line.substring(tab + 1));
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            return TextFile.utf8(file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in);
        } catch (IOException | ConfigException e) {
            in.close();
            throw e;
        }
    }
}
