/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples.sqlite;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.NightjarException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.store.ErasableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * One row for each tweet and, derived from it, one for each of its classifications. A request is one transaction, which
 * the disk has when it returns. An entry is the tweet as JSON, which the columns are read from.
 *
 * <p>Safe for use by multiple threads.
 */
final class SqliteStore implements ErasableStore<ClassifiedTweet, String> {
    private static final String TWEETS = """
            CREATE TABLE IF NOT EXISTS tweet (
              id INTEGER PRIMARY KEY,
              json TEXT NOT NULL,
              created_at TEXT AS (json ->> '$.created_at'),
              author TEXT AS (json ->> '$.author.username'),
              lang TEXT AS (json ->> '$.lang'),
              text TEXT AS (json ->> '$.text'))""";
    private static final String CLASSIFICATIONS = """
            CREATE TABLE IF NOT EXISTS classification (
              id INTEGER NOT NULL REFERENCES tweet ON DELETE CASCADE,
              classifier TEXT NOT NULL,
              label TEXT,
              score REAL,
              model TEXT NOT NULL,
              PRIMARY KEY (id, classifier)) WITHOUT ROWID""";
    private static final String LABELS =
            "CREATE INDEX IF NOT EXISTS classification_label ON classification (classifier, label)";
    private static final String TIMES = "CREATE INDEX IF NOT EXISTS tweet_created_at ON tweet (created_at)";

    /** Deletes the classifications of the tweet that it replaces too, by their reference. */
    private static final String REPLACE = "INSERT OR REPLACE INTO tweet (id, json) VALUES (?1, ?2)";

    private static final String CLASSIFY = """
            INSERT INTO classification (id, classifier, label, score, model)
            SELECT ?1, key, value ->> '$.scores[0].label', value ->> '$.scores[0].score', value ->> '$.model'
            FROM json_each(?2, '$.classifications')""";

    private static final String DELETE = "DELETE FROM tweet WHERE id = ?1";

    private final Path file;
    private final Connection connection;

    private SqliteStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    static SqliteStore open(Path file, Duration timeout) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) timeout.toMillis());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                for (String sql : List.of(TWEETS, CLASSIFICATIONS, LABELS, TIMES)) {
                    statement.execute(sql);
                }
                connection.setAutoCommit(false);
                return new SqliteStore(file, connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure(file, e);
        } catch (IOException e) {
            throw new ConfigException("Cannot make the folder of the store '" + file + "': " + e, e);
        }
    }

    @Override
    public String key(ClassifiedTweet tweet) {
        return tweet.tweet().id();
    }

    @Override
    public String encode(ClassifiedTweet tweet) {
        return ClassifiedTweetJson.toJson(tweet);
    }

    @Override
    public long bytes(String json) {
        return json.length();
    }

    @Override
    public List<Rejection> write(List<Entry<String>> request) {
        execute(
                List.of(REPLACE, CLASSIFY),
                request.stream()
                        .map(entry -> List.of(entry.key(), entry.value()))
                        .toList());
        return List.of();
    }

    @Override
    public List<Rejection> erase(List<String> keys) {
        execute(List.of(DELETE), keys.stream().map(List::of).toList());
        return List.of();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** Executes each statement with each of the rows as its parameters, in one transaction. */
    private synchronized void execute(List<String> statements, List<List<String>> rows) {
        try {
            for (String sql : statements) {
                executeAll(sql, rows);
            }
            connection.commit();
        } catch (SQLException e) {
            rollBack(e);
            throw failure(file, e);
        }
    }

    private void executeAll(String sql, List<List<String>> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<String> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    statement.setString(i + 1, row.get(i));
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void rollBack(SQLException failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** A ConfigException if a person must act; anything else, such as a lock or a full disk, may pass. */
    private static NightjarException failure(Path file, SQLException e) {
        String message = "Cannot use the store '" + file + "': " + e.getMessage();
        return switch (SQLiteErrorCode.getErrorCode(e.getErrorCode())) {
            case SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_PERM, SQLITE_READONLY ->
                new ConfigException(message + "; give another file, or mend this one", e);
            default -> new RetriableException(message, e);
        };
    }
}
