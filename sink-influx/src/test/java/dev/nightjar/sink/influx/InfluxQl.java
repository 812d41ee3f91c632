/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.google.gson.Gson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** As much of InfluxQL as the sink's reader asks in, answered as InfluxDB 1 does. */
final class InfluxQl {
    private static final Pattern SELECT = Pattern.compile(
            "SELECT (.+?) FROM \"(\\w+)\"(?: WHERE (.+?))?( ORDER BY time(?: DESC)?)?(?: LIMIT (\\d+))?");
    private static final Pattern BOUND = Pattern.compile("time (>=|<) (?:'([^']+)'|(-?\\d+))");

    private InfluxQl() {}

    /** The measurement that a query asks for. */
    static String measurement(String query) {
        return parse(query).group(2);
    }

    /** The answer as JSON. */
    static String answer(String query, List<Row> points) {
        Matcher select = parse(query);
        List<Row> rows = new ArrayList<>(points.stream()
                .filter(row -> isWithin(row.time(), select.group(3)))
                .sorted(Comparator.comparingLong(Row::time))
                .toList());
        if (String.valueOf(select.group(4)).endsWith("DESC")) {
            Collections.reverse(rows);
        }
        if (select.group(5) != null) {
            rows = rows.subList(0, Math.min(rows.size(), Integer.parseInt(select.group(5))));
        }
        List<List<Object>> values = new ArrayList<>();
        List<String> columns = new ArrayList<>(List.of("time"));
        if (select.group(1).equals("count(\"id\")")) {
            columns.add("count");
            values.add(List.of(0, rows.size()));
        } else {
            columns.addAll(columns(select.group(1), rows));
            for (Row row : rows) {
                List<Object> cells = new ArrayList<>(List.of(row.time()));
                columns.stream().skip(1).forEach(name -> cells.add(row.values().get(name)));
                values.add(cells);
            }
        }
        return new Gson()
                .newBuilder()
                .serializeNulls()
                .create()
                .toJson(Map.of(
                        "results",
                        List.of(
                                rows.isEmpty()
                                        ? Map.of("statement_id", 0)
                                        : Map.of("series", List.of(Map.of("columns", columns, "values", values))))));
    }

    private static List<String> columns(String selected, List<Row> rows) {
        TreeSet<String> all = new TreeSet<>();
        rows.forEach(row -> all.addAll(row.values().keySet()));
        return Stream.of(selected.split(", "))
                .flatMap(part -> switch (part.charAt(0)) {
                    case '*' -> all.stream();
                    case '/' ->
                        all.stream()
                                .filter(Pattern.compile(part.substring(1, part.length() - 1))
                                        .asPredicate());
                    default -> Stream.of(part.replace("\"", ""));
                })
                .toList();
    }

    private static boolean isWithin(long time, String where) {
        if (where == null) {
            return true;
        }
        return Stream.of(where.split(" AND ")).allMatch(condition -> {
            Matcher bound = BOUND.matcher(condition);
            if (!bound.matches()) {
                throw new IllegalArgumentException("Not asked here: " + condition);
            }
            long limit = bound.group(2) == null ? Long.parseLong(bound.group(3)) : nanos(Instant.parse(bound.group(2)));
            return bound.group(1).equals("<") ? time < limit : time >= limit;
        });
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000 + time.getNano();
    }

    private static Matcher parse(String query) {
        Matcher select = SELECT.matcher(query);
        if (!select.matches()) {
            throw new IllegalArgumentException("Not asked here: " + query);
        }
        return select;
    }
}
