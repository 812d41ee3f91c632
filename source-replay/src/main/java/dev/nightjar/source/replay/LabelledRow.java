/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of a CSV file with a text and the label that it should have, for those who train or measure a classifier. The
 * files are those that can be replayed, and read by the same rules; no id and no time is needed.
 *
 * <p>Immutable.
 *
 * @param label the label; not blank
 * @param text the text
 * @since 0.1.0
 */
public record LabelledRow(String label, String text) {
    /** Checks the arguments. */
    public LabelledRow {
        Objects.requireNonNull(text, "text");
        if (label.isBlank()) {
            throw new IllegalArgumentException("A label has a name");
        }
    }

    /**
     * Whether a file can be read without being told its columns: it is of Sentiment140, or its first line has columns by
     * such names as {@code label} and {@code text}.
     *
     * @throws ConfigException if it is no file that can be read
     */
    public static boolean isIn(Path file) {
        try {
            String beginning = OpenFile.beginning(file);
            return new Sentiment140(null).detect(beginning) != null || new CsvFormat(null, null).isLabelled(beginning);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads all rows of a file, compressed or not. The polarities of Sentiment140 become {@code negative}, {@code neutral}
     * and {@code positive}, unless columns are given.
     *
     * @param columns which columns hold label and text, by name or number: {@code label=sentiment,text=tweet}; null to go
     *     by their names
     * @throws ConfigException if it is no file that can be read, or its columns are not known
     * @throws DataException if a row has no label or is no CSV; it names file and line
     */
    public static List<LabelledRow> read(Path file, @Nullable String columns) {
        try {
            boolean polarities = columns == null && new Sentiment140(null).detect(OpenFile.beginning(file)) != null;
            try (OpenFile opened = OpenFile.open(
                    file,
                    beginning -> polarities
                            ? new Sentiment140(null).reader(beginning)
                            : format(columns).labelled(beginning))) {
                return rows(opened, file, polarities ? Sentiment140.LABELS : null);
            }
        } catch (Decompressed.FaultException e) {
            throw new ConfigException("'" + file + "': " + e.what(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CsvFormat format(@Nullable String columns) {
        try {
            if (columns != null) {
                RowMapping.parse(columns);
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "'" + columns + "' does not say which columns hold what; say it as in label=sentiment,text=tweet",
                    e);
        }
        return new CsvFormat(columns, null);
    }

    private static List<LabelledRow> rows(OpenFile opened, Path file, @Nullable Map<String, String> names)
            throws IOException {
        CsvReader reader = (CsvReader) opened.reader();
        List<LabelledRow> rows = new ArrayList<>();
        for (Records.Raw raw = opened.records().next();
                raw != null;
                raw = opened.records().next()) {
            if (raw.isBlank()) {
                continue;
            }
            String place = file + ":" + raw.where();
            try {
                if (raw.isCut()) {
                    throw new DataException("record-too-long", "The row has " + raw.length() + " bytes");
                }
                List<String> row = reader.row(raw.bytes());
                if (row != null) {
                    rows.add(new LabelledRow(
                            label(reader.mapping().field(row, Column.LABEL), names),
                            reader.mapping().text(row)));
                }
            } catch (DataException e) {
                throw new DataException(e.code(), place + ": " + e.getMessage() + "; mend the row or delete it", e);
            }
        }
        return rows;
    }

    private static String label(@Nullable String field, @Nullable Map<String, String> names) {
        String label = names == null || field == null ? field : names.get(field);
        if (label == null) {
            throw new DataException(
                    "no-label",
                    field == null
                            ? "The row has no label"
                            : "The polarity is none of 0, 2 and 4, which stand for negative, neutral and positive");
        }
        return label;
    }

    private static ConfigException unreadable(Path file, IOException e) {
        return new ConfigException("Could not read '" + file + "': " + e, e);
    }
}
