/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.command.Launched;
import dev.nightjar.command.Ran;
import dev.nightjar.testkit.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers in processes of their own, each of which has all records, two of which must have them. */
@Timeout(600)
class ThreeBrokersIT {
    /** More of them by {@code -Dbrokers.tweets=100000}. */
    private static final int TWEETS = Integer.getInteger("brokers.tweets", 600);

    private static final Duration PATIENCE = Duration.ofSeconds(280);

    @TempDir
    private Path folder;

    private final List<Process> brokers = new ArrayList<>();
    private final List<ProcessBuilder> starts = new ArrayList<>();
    private String servers = "";

    /** A port that was free may be taken when a broker comes to listen on it. */
    @BeforeEach
    void start() throws IOException {
        Path home = folder.resolve("brokers0");
        for (int attempt = 1; !started(home); attempt++) {
            assertThat(attempt)
                    .as("attempts to start three brokers, see %s", home)
                    .isLessThan(5);
            stop();
            brokers.clear();
            starts.clear();
            home = folder.resolve("brokers" + attempt);
        }
    }

    private boolean started(Path home) throws IOException {
        Files.createDirectories(home);
        List<Integer> ports =
                Stream.generate(EmbeddedKafka::freePort).distinct().limit(6).toList();
        String voters = IntStream.range(0, 3)
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + ports.get(3 + i))
                .collect(Collectors.joining(","));
        for (int i = 0; i < 3; i++) {
            starts.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            EmbeddedKafka.class.getName(),
                            home.resolve("broker" + i).toString(),
                            ports.get(i).toString(),
                            "node.id=" + (i + 1),
                            "controller.quorum.voters=" + voters,
                            "listeners=CLIENT://127.0.0.1:" + ports.get(i) + ",CONTROLLER://127.0.0.1:"
                                    + ports.get(3 + i),
                            "default.replication.factor=3",
                            "min.insync.replicas=2",
                            "offsets.topic.replication.factor=3")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("broker" + i + ".log").toFile()));
            brokers.add(starts.get(i).start());
        }
        servers = ports.stream().limit(3).map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        for (int i = 0; i < 3; i++) {
            awaitReady(i);
        }
        return brokers.stream().allMatch(Process::isAlive);
    }

    private void awaitReady(int i) {
        Process broker = brokers.get(i);
        Path log = starts.get(i).redirectOutput().file().toPath();
        String ready = servers.split(",")[i];
        await().atMost(PATIENCE)
                .until(() ->
                        !broker.isAlive() || Files.readAllLines(log).stream().anyMatch(ready::equals));
    }

    @AfterEach
    void stop() {
        brokers.forEach(Process::destroyForcibly);
    }

    @Test
    void aPipelineGoesOnWhileABrokerIsKilledAndComesBackAndTheNextIsStoppedAndStreamAndBatchCountTheSame()
            throws Exception {
        Ran topic = Ran.command("topics", "ensure", "tweets", "--partitions", "3", "--bootstrap-servers", servers);
        assertThat(topic.out()).as(topic.err()).isEqualTo("tweets: 3 partitions, 0 records, replication 3\n");
        Path state = folder.resolve("state");
        try (Launched run = Launched.start(
                folder,
                "lambda-trends",
                "--headless",
                "--count",
                Integer.toString(TWEETS),
                "--rate",
                Integer.toString(TWEETS / 10),
                "--window",
                "3m",
                "--watermark",
                "6m",
                "--bootstrap-servers",
                servers,
                "--state",
                state.toString())) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(run.isAlive()).as(run.output()).isTrue();
                return Files.exists(state.resolve("tweets.db")) && count(state) > TWEETS / 6;
            });
            int killed = leader() - 1;
            brokers.get(killed).destroyForcibly().waitFor();
            assertThat(count(state)).as("tweets stored when it was killed").isLessThan(TWEETS);
            brokers.set(killed, starts.get(killed).start());
            awaitReady(killed);
            // Before, only one replica would be left, and min.insync.replicas asks for two.
            await().atMost(PATIENCE)
                    .until(() -> partitions().stream()
                            .allMatch(partition -> partition.isr().size() == 3));
            brokers.get((killed + 1) % 3).destroy();
            int exit = run.await(PATIENCE.toSeconds());
            assertThat(run.output())
                    .containsPattern(String.format(Locale.ROOT, "= stored, one row an id +%,d\\b", TWEETS))
                    .containsPattern("\\+ dead-lettered +0\\b")
                    .as("as many records in the topic as were read from the source")
                    .containsPattern("(?s)Read ([\\d,]+) records: .* published to the topic +\\1\\b")
                    .contains("They agree: the difference is empty.")
                    .contains("It balances");
            assertThat(exit).isZero();
        }
        assertThat(brokers).filteredOn(Process::isAlive).hasSize(2);
    }

    /** The broker that has the word on a partition of the topic. */
    private int leader() throws Exception {
        return partitions().get(0).leader().id();
    }

    private List<TopicPartitionInfo> partitions() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            return admin.describeTopics(List.of("tweets"))
                    .allTopicNames()
                    .get()
                    .get("tweets")
                    .partitions();
        }
    }

    private static long count(Path state) {
        try (SqliteTweets stored = SqliteTweets.open(state.resolve("tweets.db"))) {
            return stored.count();
        }
    }
}
