/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.RowMapping.Column;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The CSV of Sentiment140: polarity, id, date, query, user, text, behind an index or not, with a header or without. It is told
 * by its dates, since everybody names the columns in another way.
 */
final class Sentiment140 implements TweetFormat {
    private static final int LOOKED_AT = 50;
    private static final int COLUMNS = 6;

    /** What its polarities mean. */
    static final Map<String, String> LABELS = Map.of("0", "negative", "2", "neutral", "4", "positive");

    private static final Pattern DATE =
            Pattern.compile("[A-Z][a-z]{2} [A-Z][a-z]{2} +\\d{1,2} \\d\\d:\\d\\d:\\d\\d [A-Z]{3,4} \\d{4}");

    private final @Nullable IdRule idRule;

    Sentiment140(@Nullable IdRule idRule) {
        this.idRule = idRule;
    }

    /** How many columns come before the polarity, and the first row. */
    private record Layout(int index, List<String> first) {}

    @Override
    public String name() {
        return "sentiment140";
    }

    @Override
    public @Nullable String detect(String beginning) {
        Layout layout = layout(beginning);
        return layout == null
                ? null
                : "it has columns for polarity, id, date, query, user and text"
                        + (layout.index() > 0 ? " behind one for an index" : "");
    }

    @Override
    public CsvReader reader(String beginning) {
        Layout layout = layout(beginning);
        int index = layout == null ? 0 : layout.index();
        List<String> first = layout == null ? List.of() : layout.first();
        boolean headed = first.size() == COLUMNS + index
                && !isId(first.get(index + 1))
                && !DATE.matcher(first.get(index + 2).strip()).matches();
        return new CsvReader(
                ',',
                Map.of(
                        Column.LABEL, index,
                        Column.ID, index + 1,
                        Column.TIME, index + 2,
                        Column.AUTHOR, index + 4,
                        Column.TEXT, index + 5),
                COLUMNS + index,
                headed ? first : null,
                idRule);
    }

    private static @Nullable Layout layout(String beginning) {
        List<List<String>> rows = beginning
                .lines()
                .filter(line -> !line.isBlank())
                .limit(LOOKED_AT)
                .map(Sentiment140::fields)
                .toList();
        for (int index = 0; index < 2; index++) {
            for (List<String> row : rows) {
                if (row.size() == COLUMNS + index
                        && isNumber(row.get(index + 1))
                        && DATE.matcher(row.get(index + 2).strip()).matches()) {
                    return new Layout(index, rows.get(0));
                }
            }
            List<String> first = rows.isEmpty() ? List.of() : rows.get(0);
            if (first.size() == COLUMNS + index
                    && List.of("id", "ids").contains(Column.plain(first.get(index + 1)))
                    && Column.plain(first.get(index + 2)).equals("date")
                    && Column.plain(first.get(index + 5)).equals("text")) {
                return new Layout(index, first);
            }
        }
        return null;
    }

    private static List<String> fields(String row) {
        try {
            return CsvReader.fields(row, ',');
        } catch (DataException e) {
            return List.of();
        }
    }

    /** A header may number the columns. */
    private static boolean isId(String text) {
        return isNumber(text) && text.strip().length() > 2;
    }

    private static boolean isNumber(String text) {
        return !text.isBlank() && text.strip().chars().allMatch(c -> '0' <= c && c <= '9');
    }
}
