/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.WireName;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CSV, or values between tabs, semicolons or bars, whose columns are given or have names that are known. */
final class CsvFormat implements TweetFormat {
    static final String NAME = "csv";

    private static final int LONGEST_NAME = 40;
    private static final char[] DELIMITERS = {',', '\t', ';', '|'};

    private final @Nullable String columns;
    private final @Nullable IdRule idRule;

    /**
     * The format.
     *
     * @param columns which column holds what, {@code id=tweet_id,text=content}; null to go by the names
     * @param idRule gives an id to a row without one; null to refuse it
     */
    CsvFormat(@Nullable String columns, @Nullable IdRule idRule) {
        this.columns = columns;
        this.idRule = idRule;
    }

    /**
     * The first row of a file.
     *
     * @param delimiter what stands between its fields
     */
    private record Header(char delimiter, List<String> fields, Map<Column, Integer> columns) {
        boolean has(Column column) {
            return columns.containsKey(column);
        }

        CsvReader reader(@Nullable List<String> named, @Nullable IdRule idRule) {
            return new CsvReader(delimiter, columns, fields.size(), named, idRule);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable String detect(String beginning) {
        Header header = header(beginning);
        boolean identified = header.has(Column.ID) || (idRule != null && header.has(Column.TIME));
        return header.has(Column.TEXT) && identified && header.fields().size() > 1
                ? "its first line names the columns " + words(header)
                : null;
    }

    /** Whether the first line names the columns of a label and a text. */
    boolean isLabelled(String beginning) {
        Header header = header(beginning);
        return header.has(Column.LABEL) && header.has(Column.TEXT);
    }

    /**
     * Makes a reader of rows that are no tweets.
     *
     * @throws ConfigException if it is not known which column holds the label, and which the text
     */
    CsvReader labelled(String beginning) {
        Header header = header(beginning);
        if (!isLabelled(beginning)) {
            throw new ConfigException("The file cannot be read as labelled texts: its columns are "
                    + names(header) + ", and which holds "
                    + (header.has(Column.TEXT) ? "the label" : header.has(Column.LABEL) ? "the text" : "label and text")
                    + " is not known. Say so with 'columns', as in label=sentiment,text=tweet, where a number stands for a"
                    + " column without a name");
        }
        // Where columns are given by their numbers, a first row that names them is no text.
        boolean named = columns == null
                || !RowMapping.isNumbered(columns)
                || (isNamed(header, Column.LABEL) && isNamed(header, Column.TEXT));
        return header.reader(named ? header.fields() : null, idRule);
    }

    private static boolean isNamed(Header header, Column column) {
        Integer index = header.columns().get(column);
        return index != null
                && column.names().contains(Column.plain(header.fields().get(index)));
    }

    @Override
    public Reader reader(String beginning) {
        Header header = header(beginning);
        if (!header.has(Column.TEXT) || (!header.has(Column.ID) && idRule == null)) {
            throw new ConfigException("The file cannot be read as CSV" + unknown(beginning));
        }
        return header.reader(isHeader(header) ? header.fields() : null, idRule);
    }

    /** Where columns are given by their numbers, the first row is one unless it has no id. */
    private boolean isHeader(Header header) {
        Integer id = header.columns().get(Column.ID);
        return columns == null
                || !RowMapping.isNumbered(columns)
                || (id != null && !header.fields().get(id).strip().matches("\\d+"));
    }

    /** What is missing in a file whose first line has several columns; null if it has not. */
    @Nullable
    String unknown(String beginning) {
        Header header = header(beginning);
        if (header.fields().size() < 2) {
            return null;
        }
        String missing = header.has(Column.TEXT) ? "an id" : header.has(Column.ID) ? "the text" : "an id and the text";
        return ": its columns are " + names(header) + ", and which holds " + missing
                + " is not known. Say so with the option 'columns', as in columns=id=tweet_id,text=content, where a number"
                + " stands for a column without a name; where there are no ids, have them made with id-from=text,created_at";
    }

    /** The first row, by the delimiter with which the most columns are known, or else the most there are. */
    private Header header(String beginning) {
        String first =
                beginning.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        Header best = null;
        for (char delimiter : DELIMITERS) {
            Header header = header(delimiter, first);
            if (best == null
                    || header.columns().size() > best.columns().size()
                    || (header.columns().size() == best.columns().size()
                            && header.fields().size() > best.fields().size())) {
                best = header;
            }
        }
        return Objects.requireNonNull(best);
    }

    private Header header(char delimiter, String line) {
        List<String> fields;
        try {
            fields = CsvReader.fields(line, delimiter);
        } catch (DataException e) {
            fields = List.of(line);
        }
        return new Header(delimiter, fields, RowMapping.find(fields, columns));
    }

    /** The names, none longer than a name is: without a header they are a tweet's. */
    private static String names(Header header) {
        return header.fields().stream()
                .map(name -> name.replaceAll("\\p{Cntrl}", " ").strip())
                .map(name -> name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + ".." : name)
                .collect(Collectors.joining(", "));
    }

    private static String words(Header header) {
        StringJoiner words = new StringJoiner(", ");
        header.columns()
                .forEach((column, index) -> words.add(WireName.kebab(column) + " ('"
                        + header.fields().get(index).strip() + "')"));
        return words.toString();
    }
}
