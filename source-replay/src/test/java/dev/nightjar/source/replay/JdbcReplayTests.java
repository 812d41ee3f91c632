/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.Entity;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.testkit.TweetSourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replay does on any database. */
interface JdbcReplayTests extends TweetSourceContract {
    /** A database for this test alone, empty at its beginning. */
    String url();

    @BeforeEach
    default void makeTables() throws Exception {
        try (Connection connection = DriverManager.getConnection(url())) {
            script(connection, Path.of("src/main/resources/dev/nightjar/source/replay/tweets.sql"));
        }
    }

    /** Two thirds of the rows share a time with another, in pages that end within such rows. */
    @Override
    default TweetSourceFactory factory() {
        insert(300, "'tweet ' || id");
        return JdbcReplayConfig.builder(url())
                .pageSize(25)
                .batchSize(batchSize())
                .build();
    }

    @Override
    default int batchSize() {
        return 20;
    }

    @Override
    default Optional<TweetSourceFactory> silent() {
        return Optional.empty(); // the first page is there at once
    }

    @Override
    default Optional<TweetSourceFactory> misconfigured() {
        return Optional.of(
                JdbcReplayConfig.builder(url()).table("no_such_table").build());
    }

    @Test
    default void theSampleIsReadAsItStands() throws Exception {
        try (Connection connection = DriverManager.getConnection(url())) {
            script(connection, Path.of("../samples/data/tweets.sql"));
        }
        SourceBatch all = all(JdbcReplayConfig.builder(url()));

        assertThat(all.tweets()).extracting(Tweet::id).containsExactly("1001", "1002", "1003", "1004", "1007");
        Tweet coffee = all.tweets().get(2);
        assertThat(coffee.text()).isEqualTo("Coffee first & then the world #monday #coffee");
        assertThat(coffee.lang()).isEqualTo("en");
        assertThat(coffee.hashtags()).extracting(Entity::value).containsExactly("coffee", "monday");
        assertThat(all.tweets().get(0).createdAt()).isEqualTo(Instant.parse("2026-01-01T12:00:00.250Z"));
        assertThat(all.deadLetters()).extracting(DeadLetter::code).containsExactly("no-text", "no-time");
        assertThat(all.deadLetters())
                .extracting(DeadLetter::origin)
                .containsExactly("tweets:1005", "tweets:without-id-or-time-1");
        assertThat(new String(all.deadLetters().get(1).original(), StandardCharsets.UTF_8))
                .isEqualTo("id,tweet,date_time,language\r\n1006,It was said at no time,NULL,en\r\n");
    }

    @Test
    default void rowsOfOneTimeAreNeitherSkippedNorRepeatedWhereverAPageEnds() {
        insert(60, "'tweet'");
        for (int pageSize = 1; pageSize < 8; pageSize++) {
            SourceBatch all = all(JdbcReplayConfig.builder(url()).pageSize(pageSize));
            assertThat(all.tweets())
                    .extracting(Tweet::id)
                    .doesNotHaveDuplicates()
                    .hasSize(60);
            assertThat(all.tweets()).extracting(Tweet::createdAt).isSorted();
        }
    }

    @Test
    default void rowsThatAreEqualInTimeAndIdAllCome() {
        execute("CREATE TABLE posts (post_id BIGINT, body TEXT, posted TIMESTAMP(3) NULL, who VARCHAR(50))");
        for (int i = 0; i < 10; i++) {
            execute("INSERT INTO posts VALUES (7, 'again', '2026-01-01 00:00:00', '@nina_berg')");
        }
        execute("INSERT INTO posts VALUES (NULL, 'without an id', '2026-01-01 00:00:00', NULL)");
        execute("INSERT INTO posts VALUES (8, 'later', '2026-01-01 00:00:01', NULL)");
        JdbcReplayConfig config = JdbcReplayConfig.builder(url())
                .table("SELECT * FROM posts WHERE body <> 'another'")
                .columns("id=post_id,text=body,time=posted,author=who")
                .pageSize(3)
                .batchSize(1)
                .build();
        SourceBatch.Builder all = SourceBatch.builder();
        SourcePosition position = SourcePosition.START;
        for (boolean ended = false; !ended; ) {
            try (ReplaySource source = config.open(position)) {
                all.add(Replays.poll(source));
                position = source.position();
                ended = source.isExhausted();
            }
        }
        SourceBatch read = all.build();
        assertThat(read.tweets()).hasSize(11).last().extracting(Tweet::id).isEqualTo("8");
        assertThat(read.tweets().get(0).author().username()).isEqualTo("nina_berg");
        assertThat(read.deadLetters()).extracting(DeadLetter::code).containsExactly("no-id");
    }

    @Test
    default void rowsComeByAnotherColumnIfToldSo() {
        insert(30, "'tweet'");
        SourceBatch all = all(JdbcReplayConfig.builder(url())
                .order("CASE WHEN language = 'en' THEN -id END")
                .pageSize(4));

        assertThat(all.tweets())
                .hasSize(30)
                .extracting(tweet -> -Long.parseLong(tweet.id()))
                .isSorted();
    }

    @Test
    default void rowsThatComeLaterAreReadByTheNextRun() {
        insert(30, "'tweet'");
        JdbcReplayConfig config = JdbcReplayConfig.builder(url()).pageSize(25).build();
        SourcePosition position;
        try (ReplaySource source = config.open()) {
            assertThat(Replays.all(source).tweets()).hasSize(30);
            position = source.position();
        }
        execute("INSERT INTO tweets VALUES (9999, 'one more', '2026-01-02 00:00:00', 'en')");
        try (ReplaySource source = config.open(position)) {
            assertThat(Replays.all(source).tweets()).extracting(Tweet::id).containsExactly("9999");
        }
    }

    @Test
    default void pausesAreAsLongAsTheSeedSaysAndBetweenPagesAlone() throws InterruptedException {
        insert(100, "'tweet'");
        JdbcReplayConfig.Builder config =
                JdbcReplayConfig.builder(url()).pageSize(25).pause("5s..15s").seed(7);
        List<Double> arrivals = arrivals(config.build());

        List<Double> pages = arrivals.stream().distinct().toList();
        assertThat(pages).hasSize(4).first().isEqualTo(0.0);
        for (int i = 1; i < pages.size(); i++) {
            assertThat(pages.get(i) - pages.get(i - 1)).isBetween(5.0, 15.0);
        }
        assertThat(arrivals(config.build())).isEqualTo(arrivals);
        assertThat(arrivals(config.seed(8).build())).isNotEqualTo(arrivals);
    }

    @Test
    default void whatIsNotThereIsSaidWithTheOptionThatNamesIt() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JdbcReplayConfig.builder(url())
                        .columns("id=id,text=tweet,time=posted")
                        .build()
                        .open())
                .withMessageContaining("See the options user, password, table, columns and hashtags");
        execute("DROP TABLE tweet_hashtags");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JdbcReplayConfig.builder(url()).build().open())
                .withMessageContaining("hashtags");
        assertThat(all(JdbcReplayConfig.builder(url()).hashtags("none")).isEmpty())
                .isTrue();
    }

    private static SourceBatch all(JdbcReplayConfig.Builder config) {
        try (ReplaySource source = config.build().open()) {
            return Replays.all(source);
        }
    }

    private static List<Double> arrivals(JdbcReplayConfig config) throws InterruptedException {
        HandTime time = new HandTime();
        List<Double> arrivals = new ArrayList<>();
        try (ReplaySource source = config.open(SourcePosition.START, time)) {
            while (!source.isExhausted()) {
                source.poll(Duration.ofHours(1)).tweets().forEach(tweet -> arrivals.add(time.seconds()));
            }
        }
        return arrivals;
    }

    /** Three rows of each second, ids against the order of time, once for each test. */
    private void insert(int rows, String text) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement count = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO tweets VALUES (?, ?, ?, 'en')")) {
            var found = count.executeQuery("SELECT count(*) FROM tweets");
            found.next();
            for (int i = found.getInt(1); i < rows; i++) {
                insert.setLong(1, 4_000_000_000_000_000_000L - i);
                insert.setString(2, text);
                insert.setObject(3, LocalDateTime.parse("2026-01-01T00:00:00").plusSeconds(i / 3));
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void script(Connection connection, Path file) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            for (String sql :
                    Files.readString(file).replaceAll("(?m)^--.*$", "").split(";\\s*\n")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }
}
