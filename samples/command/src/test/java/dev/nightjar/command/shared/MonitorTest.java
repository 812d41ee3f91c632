/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.Health.State;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.testkit.RecordingSink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class MonitorTest {
    private static final Path BOARDS = Path.of("../compose/grafana/dashboards");
    private static final RecordingSink.Factory<ClassifiedTweet> SINK = RecordingSink.tweets("MonitorTest");

    private final DeliveryMetrics metrics = KafkaPipeline.builder(KafkaConfig.of("localhost:9"), "tweets", "moods")
            .sink("mongo", SINK)
            .build()
            .metrics();
    private final Monitor monitor = open("0");

    @AfterEach
    void close() {
        monitor.close();
    }

    @Test
    void metricsAreThoseOfThePipelineInPrometheusForm() throws Exception {
        monitor.watch(metrics);
        metrics.asked("emotion", 9, 1_000_000);
        metrics.finish(new Ledger(
                10, 7, new TreeMap<>(Map.of("decode/bad-json", 2L)), new TreeMap<>(Map.of("tombstone", 1L))));
        assertThat(get("/metrics"))
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8")
                .contains(
                        "nightjar_records_in_total{pipeline=\"moods\"} 10.0",
                        "nightjar_records_out_total{pipeline=\"moods\"} 7.0",
                        "nightjar_records_dead_total{pipeline=\"moods\",reason=\"decode/bad-json\"} 2.0",
                        "nightjar_records_skipped_total{pipeline=\"moods\",reason=\"tombstone\"} 1.0",
                        "nightjar_sink_stored_total{pipeline=\"moods\",sink=\"mongo\"} 0.0",
                        "nightjar_sink_latency_seconds_bucket{pipeline=\"moods\",sink=\"mongo\",le=\"0.25\"} 0",
                        "nightjar_classifier_seconds_count{classifier=\"emotion\",pipeline=\"moods\"} 1");
    }

    @Test
    void whoWaitsIsLiveButNotReadyAndWhoFailedIsNeither() throws Exception {
        assertThat(get("/health/live")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 503 ").endsWith("starting\n");
        monitor.watch(metrics);
        metrics.finish(Ledger.EMPTY);
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 200 ").contains("running\nlast batch finished 2");
        metrics.become(State.WAITING, new RetriableException("MongoDB does not answer", null));
        assertThat(get("/health/live")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 503 ").contains("waiting: MongoDB does not answer\n");
        metrics.become(State.FAILED, new ConfigException("It is wrong"));
        assertThat(get("/health/live")).startsWith("HTTP/1.1 503 ").contains("failed: It is wrong\n");
    }

    @Test
    void onlyThisMachineAndOnlyBySayingItsNameIsAnsweredUnlessItIsOpenedToOthers() throws Exception {
        String port = Integer.toString(monitor.uri().getPort());
        assertThat(answer("GET /metrics HTTP/1.1\r\nHost: evil.example:" + port + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(answer("POST /metrics HTTP/1.1\r\nHost: localhost:" + port + "\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(get("/")).startsWith("HTTP/1.1 404 ").contains("/health/live");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(port))
                .withMessageStartingWith("Cannot listen on port " + port + " of localhost: ")
                .withMessageEndingWith("; choose another with --metrics-port");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open("no such host:0"))
                .withMessageStartingWith("The address of --metrics-port no such host:0 is not known");
        try (Monitor opened = open("0.0.0.0:0")) {
            assertThat(answer(opened, "GET /health/live HTTP/1.1\r\nHost: scraped.example\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void theBoardOfOperationsAsksForMetricsThatThereAre() throws Exception {
        monitor.watch(metrics);
        metrics.asked("emotion", 9, 1_000_000);
        metrics.finish(new Ledger(2, 0, new TreeMap<>(Map.of("a", 1L)), new TreeMap<>(Map.of("b", 1L))));
        String scraped = get("/metrics");
        JsonNode board =
                new ObjectMapper().readTree(BOARDS.resolve("operations.json").toFile());
        Set<String> asked = new TreeSet<>();
        for (JsonNode panel : board.get("panels")) {
            assertThat(panel.path("datasource").path("uid").asText()).isEqualTo("nightjar-prometheus");
            assertThat(panel.get("targets")).isNotEmpty();
            for (JsonNode target : panel.get("targets")) {
                Matcher name = Pattern.compile("nightjar_\\w+")
                        .matcher(target.get("expr").asText());
                while (name.find()) {
                    asked.add(name.group());
                }
            }
        }
        assertThat(asked)
                .hasSizeGreaterThan(9)
                .allSatisfy(name -> assertThat(scraped).containsPattern("(?m)^" + name + "\\{"));
    }

    private static Monitor open(String port) {
        Monitor.Options options = new Monitor.Options();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("monitor", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs("--metrics-port", port);
        return options.open();
    }

    private String get(String path) throws IOException {
        return answer(
                "GET " + path + " HTTP/1.1\r\nHost: localhost:" + monitor.uri().getPort() + "\r\n\r\n");
    }

    private String answer(String request) throws IOException {
        return answer(monitor, request);
    }

    private static String answer(Monitor of, String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), of.uri().getPort())) {
            socket.getOutputStream()
                    .write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
