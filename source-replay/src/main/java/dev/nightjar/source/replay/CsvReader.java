/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.SourceBatch;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Reads rows of CSV by a mapping of columns. A row that is not UTF-8 is ISO-8859-1. */
final class CsvReader implements TweetFormat.Reader {
    private final char delimiter;
    private final RowMapping mapping;
    private final int size;
    private final @Nullable List<String> header;

    /**
     * A reader.
     *
     * @param size how many fields a row has
     * @param header the row that names the columns, which may come again where files were joined; null if there is none
     */
    CsvReader(
            char delimiter,
            Map<Column, Integer> columns,
            int size,
            @Nullable List<String> header,
            @Nullable IdRule idRule) {
        this.delimiter = delimiter;
        this.mapping = new RowMapping(columns, idRule);
        this.size = size;
        this.header = header;
    }

    @Override
    public Framing framing() {
        return Framing.rows(delimiter);
    }

    @Override
    public SourceBatch read(byte[] record, String origin) {
        List<String> row = row(record);
        return row == null
                ? new SourceBatch(List.of(), List.of(), List.of(), Map.of("header", 1L))
                : SourceBatch.of(List.of(mapping.tweet(row)));
    }

    /**
     * The fields of a row; null for the header.
     *
     * @throws DataException if it is no row of this file
     */
    @Nullable
    List<String> row(byte[] record) {
        List<String> row = fields(text(record), delimiter);
        if (row.equals(header)) {
            return null;
        }
        if (row.size() != size) {
            throw new DataException("bad-csv", "The row has " + row.size() + " columns, not " + size);
        }
        return row;
    }

    /** What the fields are. */
    RowMapping mapping() {
        return mapping;
    }

    /**
     * The fields of a row. A quotation mark within quotation marks is doubled, or has a backslash before it as Spark writes
     * it; between tabs, one that is not closed is of the text.
     *
     * @throws DataException if the row is no CSV
     */
    static List<String> fields(String row, char delimiter) {
        CSVFormat doubled = CSVFormat.RFC4180.builder().setDelimiter(delimiter).get();
        List<String> fields = fields(row, doubled);
        if (fields == null) {
            fields = fields(row, doubled.builder().setEscape('\\').get());
        }
        if (fields == null && delimiter == '\t') {
            fields = List.of(row.split("\t", -1));
        }
        if (fields == null) {
            throw new DataException("bad-csv", "The row is not CSV: a quotation mark is not where it may be");
        }
        return fields;
    }

    private static @Nullable List<String> fields(String row, CSVFormat format) {
        try (CSVParser parser = CSVParser.builder()
                .setReader(new StringReader(row))
                .setFormat(format)
                .get()) {
            Iterator<CSVRecord> records = parser.iterator();
            return records.hasNext() ? List.copyOf(records.next().toList()) : List.of("");
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            return null; // the message may quote the row
        }
    }

    static String text(byte[] row) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(row))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(row, StandardCharsets.ISO_8859_1);
        }
    }
}
