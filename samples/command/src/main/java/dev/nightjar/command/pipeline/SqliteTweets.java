/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.store.StoredTweetsByTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Questions to the file that a {@link SqliteSinkConfig} stores into, on a connection of its own. */
public final class SqliteTweets implements StoredTweetsByTime {
    /** The form that times have in the JSON, whose order is that of the times. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Connection connection;

    private SqliteTweets(Connection connection) {
        this.connection = connection;
    }

    /**
     * Reads a store while another process writes to it; creates it if it does not exist yet.
     *
     * @throws ConfigException if the file cannot be used
     */
    public static SqliteTweets open(Path file) {
        SqliteSinkConfig.builder(file).build().open().close();
        try {
            return new SqliteTweets(DriverManager.getConnection("jdbc:sqlite:" + file));
        } catch (SQLException e) {
            throw new ConfigException("Cannot open the store '" + file + "': " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized Set<String> ids(Set<String> among) {
        Set<String> ids = new HashSet<>(query("SELECT id FROM tweet", row -> row.getString(1)));
        ids.retainAll(among);
        return ids;
    }

    @Override
    public synchronized long count() {
        return query("SELECT count(*) FROM tweet", row -> row.getLong(1)).get(0);
    }

    @Override
    public synchronized Map<String, Map<String, Long>> labelCounts() {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        query(
                "SELECT classifier, coalesce(label, '" + NO_LABEL + "'), count(*) FROM classification"
                        + " GROUP BY 1, 2 ORDER BY 1, 2",
                row -> counts.computeIfAbsent(row.getString(1), key -> new LinkedHashMap<>())
                        .put(row.getString(2), row.getLong(3)));
        return counts;
    }

    @Override
    public synchronized List<ClassifiedTweet> newest(int limit) {
        return query("SELECT json FROM tweet ORDER BY id DESC LIMIT " + limit, SqliteTweets::tweet);
    }

    @Override
    public synchronized List<ClassifiedTweet> first(Instant from, Instant until, int most) {
        return query(
                "SELECT json FROM tweet WHERE created_at >= '" + TIME.format(from) + "' AND created_at < '"
                        + TIME.format(until) + "' ORDER BY created_at LIMIT " + most,
                SqliteTweets::tweet);
    }

    @Override
    public synchronized void forEach(Consumer<ClassifiedTweet> action) {
        query("SELECT json FROM tweet ORDER BY id", SqliteTweets::tweet).forEach(action);
    }

    private static ClassifiedTweet tweet(ResultSet row) throws SQLException {
        return ClassifiedTweetJson.fromBytes(row.getString(1).getBytes(StandardCharsets.UTF_8));
    }

    private <T> List<T> query(String sql, RowReader<T> reader) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(reader.read(rows));
            }
            return result;
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("Cannot read the store: " + e.getMessage(), e));
        }
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("Cannot close the store: " + e.getMessage(), e));
        }
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
