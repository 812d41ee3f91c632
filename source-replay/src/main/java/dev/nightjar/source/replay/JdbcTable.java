/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import dev.nightjar.options.Credential;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/**
 * A table of tweets on a connection of its own. An error of the database becomes one of ours, after which the table is to be
 * closed and opened again.
 *
 * <p>Confined to one thread.
 */
final class JdbcTable implements AutoCloseable {
    private static final Pattern WITHOUT_OFFSET =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?");
    private static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setNullString("NULL").get();

    private final String what;
    private final String name;
    private final Connection connection;
    private final int pageSize;
    private final int timeoutSeconds;
    private final List<String> columns;
    private final RowMapping mapping;
    private final @Nullable String hashtags;
    private final String order;
    private final int idAt;
    private final int timeAt;
    private final int textAt;
    private Kind idKind = Kind.TEXT;
    private Kind timeKind = Kind.TEXT;
    private Kind orderKind = Kind.TEXT;

    private JdbcTable(JdbcReplayConfig config, Connection connection) {
        this.what = config.what();
        this.name = config.get(JdbcReplayConfig.TABLE);
        this.connection = connection;
        this.pageSize = config.get(JdbcReplayConfig.PAGE_SIZE);
        this.timeoutSeconds = (int) config.get(JdbcReplayConfig.TIMEOUT).toSeconds();
        Map<Column, String> given = RowMapping.parse(config.get(JdbcReplayConfig.COLUMNS));
        this.columns = List.copyOf(given.values());
        Map<Column, Integer> places = new EnumMap<>(Column.class);
        given.keySet().forEach(column -> places.put(column, places.size()));
        this.mapping = new RowMapping(places, null);
        this.hashtags = config.hashtags();
        List<Column> held = List.copyOf(given.keySet());
        this.idAt = held.indexOf(Column.ID);
        this.timeAt = held.indexOf(Column.TIME);
        this.textAt = held.indexOf(Column.TEXT);
        this.order = Objects.requireNonNullElse(config.find(JdbcReplayConfig.ORDER), columns.get(timeAt));
    }

    /** A row: its fields as texts, null where the database has NULL, and what it is ordered by. */
    record Found(
            List<@Nullable String> fields,
            @Nullable String id,
            @Nullable String key) {}

    /** What a column that decides the order is of, and so how a value of it is read and given back. */
    private enum Kind {
        NUMBER,
        TEXT,
        LOCAL_TIME,
        ZONED_TIME;

        static Kind of(ResultSetMetaData columns, int column) throws SQLException {
            boolean zoned =
                    columns.getColumnTypeName(column).toLowerCase(Locale.ROOT).equals("timestamptz");
            return switch (columns.getColumnType(column)) {
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.DECIMAL -> NUMBER;
                case Types.TIMESTAMP -> zoned ? ZONED_TIME : LOCAL_TIME;
                case Types.TIMESTAMP_WITH_TIMEZONE -> ZONED_TIME;
                default -> TEXT;
            };
        }

        /** The value as a text that tells it exactly. */
        @Nullable
        String read(ResultSet rows, int column) throws SQLException {
            return switch (this) {
                case LOCAL_TIME -> text(rows.getObject(column, LocalDateTime.class));
                case ZONED_TIME -> text(rows.getObject(column, OffsetDateTime.class));
                default -> rows.getString(column);
            };
        }

        Object parameter(String value) {
            return switch (this) {
                case NUMBER -> new BigDecimal(value);
                case TEXT -> value;
                case LOCAL_TIME -> LocalDateTime.parse(value);
                case ZONED_TIME -> OffsetDateTime.parse(value);
            };
        }

        /** A time as the text of a point of time: without an offset it is UTC. */
        String utc(String value) {
            return switch (this) {
                case LOCAL_TIME ->
                    LocalDateTime.parse(value).toInstant(ZoneOffset.UTC).toString();
                case ZONED_TIME -> OffsetDateTime.parse(value).toInstant().toString();
                default -> WITHOUT_OFFSET.matcher(value.strip()).matches() ? value.strip() + 'Z' : value;
            };
        }

        private static @Nullable String text(@Nullable Object value) {
            return value == null ? null : value.toString();
        }
    }

    /**
     * Connects, and looks whether the table and its columns are there.
     *
     * @throws ConfigException if they are not, there is no driver, or the login is refused
     * @throws RetriableException if the database does not answer
     */
    static JdbcTable open(JdbcReplayConfig config) {
        String url = config.get(JdbcReplayConfig.URL);
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new ConfigException(
                    "There is no driver for " + config.what().replaceFirst("The", "the")
                            + "; put its jar on the class path",
                    e);
        }
        Properties login = new Properties();
        String user = config.find(JdbcReplayConfig.USER);
        if (user != null) {
            login.setProperty("user", user);
        }
        Credential password = config.find(JdbcReplayConfig.PASSWORD);
        if (password != null) {
            login.setProperty("password", password.resolve());
        }
        JdbcTable table;
        try {
            table = new JdbcTable(config, DriverManager.getConnection(url, login));
        } catch (SQLException e) {
            throw failure(config.what(), e);
        }
        try {
            table.look();
            return table;
        } catch (NightjarException e) {
            table.close();
            throw e;
        }
    }

    private void look() {
        query(select("1 = 0"), List.of(), 1, rows -> {
            idKind = Kind.of(rows.getMetaData(), idAt + 1);
            timeKind = Kind.of(rows.getMetaData(), timeAt + 1);
            orderKind = Kind.of(rows.getMetaData(), columns.size() + 1);
        });
        hashtags(List.of(new Found(List.of(), idKind == Kind.NUMBER ? "0" : "", null)));
    }

    /** The next rows behind a key and an id, after so many that are equal to them; from the first if the key is empty. */
    List<Found> after(String key, String id, int alike) {
        String ordered = order + " IS NOT NULL AND " + columns.get(idAt) + " IS NOT NULL";
        if (key.isEmpty()) {
            return page(ordered, List.of(), alike);
        }
        String behind = " AND " + order + " >= ? AND (" + order + " > ? OR " + columns.get(idAt) + " >= ?)";
        Object from = orderKind.parameter(key);
        return page(ordered + behind, List.of(from, from, idKind.parameter(id)), alike);
    }

    /** The next rows that lack a key or an id, after so many. */
    List<Found> unordered(int passed) {
        return page(order + " IS NULL OR " + columns.get(idAt) + " IS NULL", List.of(), passed);
    }

    /** The hashtags of rows, by the rows' ids. */
    Map<String, List<String>> hashtags(List<Found> rows) {
        List<String> ids =
                rows.stream().map(Found::id).filter(Objects::nonNull).distinct().toList();
        Map<String, List<String>> found = new HashMap<>();
        if (hashtags != null && !ids.isEmpty()) {
            String sql = "SELECT h.tweet_id, h.hashtag FROM " + from(hashtags, "h") + " WHERE h.tweet_id IN ("
                    + String.join(", ", Collections.nCopies(ids.size(), "?")) + ") ORDER BY h.tweet_id, h.hashtag";
            query(sql, ids.stream().map(idKind::parameter).toList(), 0, answer -> {
                while (answer.next()) {
                    String hashtag = answer.getString(2);
                    if (hashtag != null) {
                        found.computeIfAbsent(answer.getString(1), id -> new ArrayList<>())
                                .add(hashtag);
                    }
                }
            });
        }
        return found;
    }

    /**
     * The tweet of a row.
     *
     * @throws DataException if it has none
     */
    Tweet tweet(Found row, List<String> tags) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String field = row.fields().get(i);
            if (field == null && (i == idAt || i == timeAt || i == textAt)) {
                String lacks = i == idAt ? "id" : i == timeAt ? "time" : "text";
                throw new DataException("no-" + lacks, "The row has no " + lacks);
            }
            fields.add(field == null ? "" : i == timeAt ? timeKind.utc(field) : field);
        }
        Tweet tweet = mapping.tweet(fields);
        return Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                .like(tweet)
                .hashtags(new LinkedHashSet<>(tags).stream().map(Entity::of).toList())
                .build();
    }

    /** Where a row is, for its dead letter. */
    String origin(Found row, int unordered) {
        return name
                + ':'
                + (row.id() != null && row.key() != null ? row.id() : "without-id-or-time-" + (unordered + 1));
    }

    /** A row as CSV with a header, for its dead letter. */
    byte[] original(Found row) {
        String text =
                CSV.format(columns.toArray()) + "\r\n" + CSV.format(row.fields().toArray()) + "\r\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing was written.
        }
    }

    private String select(String where) {
        return "SELECT " + String.join(", ", columns) + ", " + order + " FROM " + from(name, "t") + " WHERE " + where
                + " ORDER BY " + order + ", " + columns.get(idAt);
    }

    private static String from(String table, String alias) {
        return (table.strip().matches("\\S+") ? table : '(' + table + ')') + ' ' + alias;
    }

    private List<Found> page(String where, List<Object> parameters, int passed) {
        List<Found> page = new ArrayList<>();
        query(select(where), parameters, pageSize + passed, rows -> {
            for (int i = 0; rows.next(); i++) {
                if (i >= passed) {
                    page.add(row(rows));
                }
            }
        });
        return page;
    }

    private Found row(ResultSet rows) throws SQLException {
        List<@Nullable String> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.add(i == timeAt ? timeKind.read(rows, i + 1) : rows.getString(i + 1));
        }
        return new Found(fields, fields.get(idAt), orderKind.read(rows, columns.size() + 1));
    }

    private void query(String sql, List<?> parameters, int maxRows, RowsReader reader) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(timeoutSeconds);
            statement.setMaxRows(maxRows);
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                reader.read(rows);
            }
        } catch (SQLException e) {
            throw failure(what, e);
        }
    }

    /** By the class of the SQL state: what the statement or the login is refused for stays so, all else may pass. */
    private static NightjarException failure(String what, SQLException e) {
        String state = Objects.requireNonNullElse(e.getSQLState(), "");
        String code = e.getErrorCode() + " (SQL state " + state + "): " + e.getMessage();
        return state.matches("(28|42|3D|3F).*")
                ? new ConfigException(
                        what + " cannot be read as it is set up, error " + code
                                + ". See the options user, password, table, columns and hashtags",
                        e)
                : new RetriableException(
                        what + " cannot be read now, error " + code
                                + "; see that the database runs there and that the option url is right",
                        e);
    }

    @FunctionalInterface
    private interface RowsReader {
        void read(ResultSet rows) throws SQLException;
    }
}
