/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.Entity;
import dev.nightjar.FatalException;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.source.replay.JdbcReplayConfig;
import dev.nightjar.source.replay.ReplayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A database in one file, with made-up tweets in the tables that {@link JdbcReplayConfig} expects, and a table of how they
 * arrived: one in twenty five minutes late, one in twenty twice.
 */
final class MadeUpDatabase {
    /** A minute for a second of the made-up tweets, so that a few hundred fill some windows. */
    private static final int STRETCH = 60;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ARRIVALS = """
            CREATE TABLE arrivals AS
            SELECT t.*, CASE MOD(id, 20) WHEN 3 THEN DATEADD(MINUTE, 5, date_time) ELSE date_time END AS arrived FROM tweets t
            UNION ALL
            SELECT t.*, DATEADD(SECOND, 90, date_time) FROM tweets t WHERE MOD(id, 20) = 11""";

    private MadeUpDatabase() {}

    /** The replay of such a database. */
    static JdbcReplayConfig.Builder replay(Path folder) {
        return JdbcReplayConfig.builder("jdbc:h2:" + folder.toAbsolutePath().resolve("twitter"))
                .table("arrivals")
                .order("arrived")
                .columns("id=id,text=tweet,time=date_time,language=language,likes=likes,retweets=retweets")
                .hashtags("SELECT tweet_id, hashtag FROM tweet_hashtags JOIN hashtags ON hashtag_id = hashtags.id");
    }

    /** Makes the database in a folder, unless a run before has done so. */
    static void make(Path folder, long seed, long count) {
        Path whole = folder.resolve("twitter.mv.db");
        Path draft = folder.resolve("draft.mv.db");
        try {
            if (!Files.exists(whole)) {
                Files.deleteIfExists(draft);
                try (Connection connection = DriverManager.getConnection(
                        "jdbc:h2:" + folder.toAbsolutePath().resolve("draft"))) {
                    fill(connection, seed, count);
                }
                Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (SQLException | IOException e) {
            throw new FatalException(
                    "The database of made-up tweets in '" + folder + "' cannot be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FatalException("Interrupted while tweets were made up", e);
        }
    }

    private static void fill(Connection connection, long seed, long count) throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                TweetSource tweets = ReplayConfig.synthetic()
                        .seed(seed)
                        .start(START)
                        .count(count)
                        .build()
                        .open()) {
            statement.execute("RUNSCRIPT FROM 'classpath:dev/nightjar/source/replay/tweets.sql'");
            statement.execute("ALTER TABLE tweets ADD (likes BIGINT, retweets BIGINT)");
            Map<String, Integer> hashtags = new LinkedHashMap<>();
            while (!tweets.isExhausted()) {
                for (Tweet tweet : tweets.poll(Duration.ofSeconds(1)).tweets()) {
                    insert(connection, tweet, hashtags);
                }
            }
            for (Map.Entry<String, Integer> hashtag : hashtags.entrySet()) {
                execute(connection, "INSERT INTO hashtags VALUES (?, ?)", hashtag.getValue(), hashtag.getKey());
            }
            statement.execute(ARRIVALS);
            statement.execute("CREATE INDEX arrivals_by_time ON arrivals (arrived, id)");
            connection.commit();
        }
    }

    private static void insert(Connection connection, Tweet tweet, Map<String, Integer> hashtags) throws SQLException {
        long id = Long.parseLong(tweet.id());
        Instant time = START.plus(Duration.between(START, tweet.createdAt()).multipliedBy(STRETCH));
        var metrics = Objects.requireNonNull(tweet.publicMetrics());
        execute(
                connection,
                "INSERT INTO tweets VALUES (?, ?, ?, ?, ?, ?)",
                id,
                tweet.text(),
                LocalDateTime.ofInstant(time, ZoneOffset.UTC),
                tweet.lang(),
                metrics.likeCount(),
                metrics.retweetCount());
        for (String hashtag :
                tweet.hashtags().stream().map(Entity::value).distinct().toList()) {
            hashtags.putIfAbsent(hashtag, hashtags.size() + 1);
            execute(connection, "INSERT INTO tweet_hashtags VALUES (?, ?, 1)", id, hashtags.get(hashtag));
        }
    }

    private static void execute(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
