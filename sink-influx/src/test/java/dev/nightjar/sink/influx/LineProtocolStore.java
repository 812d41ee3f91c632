/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * An in-memory store of points that reads line protocol as strictly as InfluxDB 1.6.7 does and follows its rules:
 * measurement, tags and time identify a point, fields are merged, a field keeps its type, points before the retention
 * are dropped, and errors in some lines are reported after the others are stored. {@code InfluxOracleIT} compares the
 * two.
 */
final class LineProtocolStore implements Backend {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+i");
    private static final Pattern FLOAT = Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final long FIRST = Long.MIN_VALUE + 2;
    private static final long LAST = Long.MAX_VALUE - 1;

    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    @Override
    public void create(String bucket, int retentionHours) {
        buckets.put(bucket, new Bucket(Duration.ofHours(retentionHours)));
    }

    @Override
    public Reply write(String name, byte[] bytes) {
        Bucket bucket = buckets.get(name);
        if (bucket == null) {
            return new Reply(404, error("database not found: \"" + name + "\""));
        }
        List<Point> points = new ArrayList<>();
        String unparsed = null;
        for (String line : lines(new String(bytes, StandardCharsets.UTF_8))) {
            try {
                points.add(new Parser(line).point());
            } catch (IllegalArgumentException e) {
                unparsed = "unable to parse '" + line + "': " + e.getMessage();
            }
        }
        if (unparsed != null && points.isEmpty()) {
            return new Reply(400, error(unparsed));
        }
        String dropped = bucket.store(points);
        if (dropped != null) {
            return new Reply(400, error("partial write: " + dropped));
        }
        return unparsed == null
                ? new Reply(204, "")
                : new Reply(400, error("partial write: " + unparsed + " dropped=0"));
    }

    @Override
    public Reply delete(String bucket, String measurement, String tag, String value, long time) {
        buckets.get(bucket).delete(measurement, Map.of(tag, value), time);
        return new Reply(204, "");
    }

    @Override
    public Reply query(String bucket, String query) {
        return new Reply(200, InfluxQl.answer(query, read(bucket, InfluxQl.measurement(query))));
    }

    @Override
    public List<Row> read(String bucket, String measurement) {
        return buckets.get(bucket).rows(measurement);
    }

    private static String error(String message) {
        return "{\"error\":\""
                + message.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"}";
    }

    /** Splits at line breaks that are neither in a string nor after a backslash; skips comments and blank lines. */
    private static List<String> lines(String body) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        boolean fields = false;
        int equals = 0;
        int commas = 0;
        for (int i = 0; i <= body.length(); i++) {
            char c = i == body.length() ? '\n' : body.charAt(i);
            if (c == '\\' && i + 2 < body.length()) {
                i++;
                continue;
            }
            fields |= c == ' ';
            if (fields && c == '=' && !quoted) {
                equals++;
            } else if (fields && c == ',' && !quoted) {
                commas++;
            } else if (fields && c == '"' && equals > commas) {
                quoted = !quoted;
            } else if (c == '\n' && (!quoted || i == body.length())) {
                String line = body.substring(start, i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    lines.add(line);
                }
                start = i + 1;
                quoted = false;
                fields = false;
                equals = 0;
                commas = 0;
            }
        }
        return lines;
    }

    private record Point(String measurement, Map<String, String> tags, Map<String, Object> fields, long time) {}

    /** The points of a bucket by measurement, then by tags and time. */
    private static final class Bucket {
        private final Duration retention;
        private final Map<String, Map<List<Object>, Point>> measurements = new HashMap<>();
        private final Map<String, Class<?>> types = new HashMap<>();

        Bucket(Duration retention) {
            this.retention = retention;
        }

        synchronized String store(List<Point> points) {
            String fault = null;
            int dropped = 0;
            for (Point point : points) {
                String refused = refuse(point);
                if (refused != null) {
                    fault = refused;
                    dropped++;
                    continue;
                }
                point.fields.forEach((name, value) -> types.put(point.measurement + ' ' + name, value.getClass()));
                measurements
                        .computeIfAbsent(point.measurement, key -> new LinkedHashMap<>())
                        .merge(List.of(point.tags, point.time), point, (before, now) -> {
                            before.fields.putAll(now.fields);
                            return before;
                        });
            }
            return fault == null ? null : fault + " dropped=" + dropped;
        }

        synchronized List<Row> rows(String measurement) {
            return measurements.getOrDefault(measurement, Map.of()).values().stream()
                    .map(point -> {
                        Map<String, Object> values = new HashMap<>(point.tags);
                        values.putAll(point.fields);
                        return new Row(point.time, values);
                    })
                    .toList();
        }

        synchronized void delete(String measurement, Map<String, String> tags, long time) {
            measurements.getOrDefault(measurement, new HashMap<>()).remove(List.of(tags, time));
        }

        private String refuse(Point point) {
            if (!retention.isZero()
                    && Instant.ofEpochSecond(0, point.time)
                            .isBefore(Instant.now().minus(retention))) {
                return "points beyond retention policy";
            }
            for (Map.Entry<String, Object> field : point.fields.entrySet()) {
                Class<?> type = types.get(point.measurement + ' ' + field.getKey());
                if (type != null && type != field.getValue().getClass()) {
                    return "field type conflict: input field \"" + field.getKey() + "\" on measurement \""
                            + point.measurement + "\" is of another type";
                }
            }
            return null;
        }
    }

    /** Reads one line. A separator is escaped if the character before it is a backslash, whatever is before that. */
    private static final class Parser {
        private final String line;
        private int at;

        Parser(String line) {
            this.line = line;
        }

        Point point() {
            String measurement = unescape(until(", "));
            check(!measurement.isEmpty(), "missing measurement");
            Map<String, String> tags = new TreeMap<>();
            while (next(',')) {
                String key = until("=, ");
                check(!key.isEmpty(), "missing tag key");
                check(next('='), "missing tag value");
                String value = until(",= ");
                check(at >= line.length() || line.charAt(at) != '=', "invalid tag format");
                check(!value.isEmpty(), "missing tag value");
                check(tags.put(unescape(key), unescape(value)) == null, "duplicate tags");
            }
            check(next(' '), "missing fields");
            Map<String, Object> fields = new TreeMap<>();
            do {
                String key = until("=, ");
                check(!key.isEmpty() && next('='), "invalid field format");
                fields.put(unescape(key), value());
            } while (next(','));
            check(next(' '), "missing timestamp, which is an error of Nightjar though not of line protocol");
            long time;
            try {
                time = Long.parseLong(line.substring(at));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("bad timestamp");
            }
            check(FIRST <= time && time <= LAST, "time outside range");
            return new Point(measurement, tags, fields, time);
        }

        private Object value() {
            if (next('"')) {
                return string();
            }
            int start = at;
            while (at < line.length() && ", ".indexOf(line.charAt(at)) < 0) {
                at++;
            }
            String value = line.substring(start, at);
            if (INTEGER.matcher(value).matches()) {
                return Long.valueOf(value.substring(0, value.length() - 1));
            }
            if (FLOAT.matcher(value).matches()) {
                return Double.valueOf(value);
            }
            return switch (value) {
                case "t", "T", "true", "True", "TRUE" -> true;
                case "f", "F", "false", "False", "FALSE" -> false;
                default -> throw new IllegalArgumentException("invalid number or boolean");
            };
        }

        private String string() {
            StringBuilder text = new StringBuilder();
            for (; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '"') {
                    at++;
                    return text.toString();
                }
                boolean escape = c == '\\' && at + 1 < line.length() && "\"\\".indexOf(line.charAt(at + 1)) >= 0;
                text.append(escape ? line.charAt(++at) : c);
            }
            throw new IllegalArgumentException("unbalanced quotes");
        }

        private String until(String ends) {
            int start = at;
            while (at < line.length()
                    && (ends.indexOf(line.charAt(at)) < 0 || (at > start && line.charAt(at - 1) == '\\'))) {
                at++;
            }
            return line.substring(start, at);
        }

        private boolean next(char c) {
            boolean is = at < line.length() && line.charAt(at) == c;
            if (is) {
                at++;
            }
            return is;
        }

        private static String unescape(String text) {
            return text.replace("\\,", ",").replace("\\ ", " ").replace("\\=", "=");
        }

        private static void check(boolean right, String fault) {
            if (!right) {
                throw new IllegalArgumentException(fault);
            }
        }
    }
}
