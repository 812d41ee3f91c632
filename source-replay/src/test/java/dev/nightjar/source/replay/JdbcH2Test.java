/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.Tweet;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay of an H2 database, and the options of a replay. */
class JdbcH2Test implements JdbcReplayTests, FactoryContract<JdbcReplayConfig> {
    @TempDir
    Path folder;

    @Override
    public String url() {
        return "jdbc:h2:" + folder.resolve("tweets");
    }

    @Override
    public JdbcReplayConfig fromMap(Map<String, String> options) {
        return JdbcReplayConfig.fromMap(options);
    }

    @Override
    public Map<String, List<String>> examples() {
        return Map.of(
                "url",
                        List.of(
                                "jdbc:mysql://host/db?user=me&password=hidden-1",
                                "jdbc:oracle:thin:me/hidden-2@//host/db"),
                "columns", List.of("id=a,text=b,time=c", "id=1,text=2,time=3"),
                "pause", List.of("5s..15s", "1m"),
                "seed", List.of("7", "-7"),
                "speed", List.of("2.5", "0.1"),
                "max-rate", List.of("1000", "50"));
    }

    @Override
    public List<String> secrets() {
        return List.of("hidden-1", "hidden-2", "secret-password1", "secret-password2");
    }

    @Override
    public Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.of(JdbcReplayConfig.builder("jdbc:mysql://host/db?user=me&password=hidden-1"));
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(JdbcReplayConfig.OPTIONS);
    }

    @Test
    void whatIsNoPauseOrLacksAColumnIsRefused() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JdbcReplayConfig.builder("mysql://host/db")
                        .pause("15s..5s")
                        .columns("id=a,text=b")
                        .build())
                .satisfies(refused -> assertThat(refused.faults())
                        .containsExactly(
                                "The option 'url' is not a JDBC URL, such as jdbc:mariadb://localhost/twitter",
                                "The option 'columns' is 'id=a,text=b', not pairs of what a column holds and its name, among"
                                        + " them id, text and time",
                                "The option 'pause' is '15s..5s', not a duration, or two for one at random between them:"
                                        + " 5s..15s"));
    }

    @Test
    void aDriverThatIsNotThereAndARefusedLoginAreFaultsOfTheSetUp() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JdbcReplayConfig.builder("jdbc:nosuch://me:hidden@host/db?password=hidden")
                        .build()
                        .open())
                .withMessage(
                        "There is no driver for the table 'tweets' of jdbc:nosuch:***@host/db; put its jar on the class"
                                + " path");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> JdbcReplayConfig.builder(url())
                        .user("nobody")
                        .password(Credential.literal("hidden"))
                        .build()
                        .open())
                .withMessageContaining("28000")
                .withMessageNotContaining("hidden");
    }

    /** The first page is read, then the server goes; when it is back, the next page comes. */
    @Test
    void aLostConnectionIsRetriableAndTheReplayGoesOn() throws Exception {
        Server server = start("0");
        String remote = "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/" + folder.resolve("tweets");
        ((JdbcReplayConfig) factory()).open().close(); // fills the table
        JdbcReplayConfig config =
                JdbcReplayConfig.builder(remote).pageSize(25).batchSize(24).build();
        List<String> ids = new ArrayList<>();
        try (ReplaySource source = config.open()) {
            source.poll(Duration.ofSeconds(1)).tweets().forEach(tweet -> ids.add(tweet.id()));
            server.stop();
            source.poll(Duration.ofSeconds(1)).tweets().forEach(tweet -> ids.add(tweet.id()));
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(RetriableException.class)
                        .isThrownBy(() -> source.poll(Duration.ofSeconds(1)))
                        .withMessageContaining("cannot be read now");
            }
            server = start(remote.replaceAll(".*:(\\d+)/.*", "$1"));
            Replays.all(source).tweets().forEach(tweet -> ids.add(tweet.id()));
        } finally {
            server.stop();
        }
        try (ReplaySource source = ((JdbcReplayConfig) factory()).open()) {
            assertThat(ids)
                    .isEqualTo(
                            Replays.all(source).tweets().stream().map(Tweet::id).toList());
        }
    }

    private static Server start(String port) throws SQLException {
        return Server.createTcpServer("-tcpPort", port).start();
    }
}
