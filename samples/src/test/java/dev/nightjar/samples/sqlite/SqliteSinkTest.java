/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.ErasableTweetSinkContract;
import dev.nightjar.testkit.Tweets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own sink, checked by the contract. */
class SqliteSinkTest implements ErasableTweetSinkContract {
    @TempDir
    private Path folder;

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return SqliteSinkConfig.builder(file()).build();
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return query("SELECT json FROM tweet ORDER BY id").stream()
                .map(json -> ClassifiedTweetJson.fromBytes(json.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }

    /** JSON has no year after 9999. */
    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(Tweets.classified(
                Tweet.builder(Integer.toString(1 + number), "late", Instant.parse("+10000-01-01T00:00:00Z"))
                        .build()));
    }

    @Test
    void whatIsAskedForOftenIsInColumns() {
        try (Sink<ClassifiedTweet> sink = factory().open()) {
            sink.write(List.of(record(0)));
            sink.write(List.of(revised(record(0))));
        }
        assertThat(query("SELECT id || ' ' || text FROM tweet WHERE created_at < '2030' AND author IS NULL"))
                .containsExactly(
                        record(0).tweet().id() + ' ' + record(0).tweet().text() + " (edited)");
        assertThat(query("SELECT classifier || ' ' || label || ' ' || score || ' ' || model FROM classification"))
                .containsExactly("emotion revised 1.0 emotion@0123456789ab");
    }

    @Test
    void aFileThatIsNoDatabaseIsToBeChanged() throws Exception {
        Files.writeString(file(), "id,text\n1,This is a file of another kind, and a long one at that\n".repeat(100));
        assertThatThrownBy(() -> factory().open())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("give another file");
    }

    @Test
    void aFileThatAnotherWritesToIsTriedAgain() throws Exception {
        SqliteSinkConfig impatient =
                SqliteSinkConfig.builder(file()).timeout(Duration.ofMillis(10)).build();
        try (Sink<ClassifiedTweet> sink = impatient.open();
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> sink.write(List.of(record(0)))).isInstanceOf(RetriableException.class);
            statement.execute("COMMIT");
            sink.write(List.of(record(0)));
        }
        assertThat(readBack()).containsExactly(record(0));
    }

    private Path file() {
        return folder.resolve("tweets.db");
    }

    private List<String> query(String sql) {
        factory().open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
