/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.json.ClassifiedTweetJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store in one SQLite file, so that the demo needs no database server, and an example of a sink of one's own. Each
 * tweet is one row under its id, each of its classifications one row under its id and the classifier's name; both are
 * replaced when the tweet is written again. A write is one transaction, kept through a kill of the process.
 *
 * <p>Immutable.
 */
final class SqliteStore implements SinkFactory<ClassifiedTweet> {
    private static final long serialVersionUID = 1L;

    private final String file;

    private SqliteStore(Path file) {
        this.file = file.toAbsolutePath().toString();
    }

    /** The store in a file, which the first opening creates. */
    static SqliteStore in(Path file) {
        return new SqliteStore(file);
    }

    @Override
    public Sink<ClassifiedTweet> open() {
        try {
            Path folder = Path.of(file).getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new ConfigException("Cannot create the folder of the store '" + file + "'", e);
        }
        return new SqliteSink(connect());
    }

    /** Reads the store beside a writer. */
    Reader reader() {
        return new Reader(connect());
    }

    private Connection connect() {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA busy_timeout = 10000");
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS tweet (
                          id INTEGER PRIMARY KEY, created_at TEXT NOT NULL, author TEXT, lang TEXT, text TEXT NOT NULL,
                          json TEXT NOT NULL)""");
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS classification (
                          id INTEGER NOT NULL, classifier TEXT NOT NULL, label TEXT, score REAL, model TEXT NOT NULL,
                          PRIMARY KEY (classifier, id)) WITHOUT ROWID""");
                statement.execute(
                        "CREATE INDEX IF NOT EXISTS classification_label ON classification (classifier, label)");
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return connection;
        } catch (SQLException e) {
            throw new ConfigException("Cannot open the store '" + file + "': " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SqliteStore that && file.equals(that.file);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }

    @Override
    public String toString() {
        return "SqliteStore[" + file + ']';
    }

    private static final class SqliteSink implements Sink<ClassifiedTweet> {
        private final Connection connection;
        private boolean closed;

        SqliteSink(Connection connection) {
            this.connection = connection;
        }

        @Override
        public synchronized void write(List<ClassifiedTweet> batch) {
            batch.forEach(tweet -> Objects.requireNonNull(tweet, "tweet"));
            if (closed) {
                throw new IllegalStateException("The store is closed");
            }
            try {
                connection.setAutoCommit(false);
                try {
                    insert(batch);
                    connection.commit();
                } catch (SQLException e) {
                    connection.rollback();
                    throw e;
                }
            } catch (SQLException e) {
                throw new RetriableException("Cannot write " + batch.size() + " tweets: " + e.getMessage(), e);
            }
        }

        private void insert(List<ClassifiedTweet> batch) throws SQLException {
            try (PreparedStatement tweets =
                            connection.prepareStatement("INSERT OR REPLACE INTO tweet VALUES (?, ?, ?, ?, ?, ?)");
                    PreparedStatement classifications = connection.prepareStatement(
                            "INSERT OR REPLACE INTO classification VALUES (?, ?, ?, ?, ?)")) {
                for (ClassifiedTweet record : batch) {
                    long id = Long.parseLong(record.tweet().id());
                    Author author = record.tweet().author();
                    tweets.setLong(1, id);
                    tweets.setString(2, record.tweet().createdAt().toString());
                    tweets.setString(3, author == null ? null : author.username());
                    tweets.setString(4, record.tweet().lang());
                    tweets.setString(5, record.tweet().text());
                    tweets.setString(6, ClassifiedTweetJson.toJson(record));
                    tweets.addBatch();
                    for (Map.Entry<String, Classification> entry :
                            record.classifications().entrySet()) {
                        classifications.setLong(1, id);
                        classifications.setString(2, entry.getKey());
                        classifications.setString(
                                3,
                                entry.getValue().top().map(top -> top.label()).orElse(null));
                        classifications.setObject(
                                4,
                                entry.getValue().top().map(top -> top.score()).orElse(null));
                        classifications.setString(5, entry.getValue().model());
                        classifications.addBatch();
                    }
                }
                tweets.executeBatch();
                classifications.executeBatch();
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                SqliteStore.close(connection);
            }
        }
    }

    /** Questions to the store, on a connection of its own. */
    static final class Reader implements AutoCloseable {
        private final Connection connection;

        private Reader(Connection connection) {
            this.connection = connection;
        }

        /** The ids of all tweets. */
        synchronized Set<String> ids() {
            return new HashSet<>(query("SELECT id FROM tweet", row -> row.getString(1)));
        }

        /** How many tweets there are. */
        synchronized long count() {
            return query("SELECT count(*) FROM tweet", row -> row.getLong(1)).get(0);
        }

        /** How many tweets each label has, by classifier; a tweet without a label counts under "(no label)". */
        synchronized Map<String, Map<String, Long>> labelCounts() {
            Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
            query(
                    "SELECT classifier, coalesce(label, '(no label)'), count(*) FROM classification"
                            + " GROUP BY 1, 2 ORDER BY 1, 2",
                    row -> counts.computeIfAbsent(row.getString(1), key -> new LinkedHashMap<>())
                            .put(row.getString(2), row.getLong(3)));
            return counts;
        }

        /** The newest tweets by id, as JSON. */
        synchronized List<String> newest(int limit) {
            return query("SELECT json FROM tweet ORDER BY id DESC LIMIT " + limit, row -> row.getString(1));
        }

        /** Every tweet, by id, as JSON. */
        synchronized List<String> all() {
            return query("SELECT json FROM tweet ORDER BY id", row -> row.getString(1));
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
            SqliteStore.close(connection);
        }
    }

    private static void close(Connection connection) {
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
