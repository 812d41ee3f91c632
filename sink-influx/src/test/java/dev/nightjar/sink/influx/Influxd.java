/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A real {@code influxd} of InfluxDB 1, started once per JVM if it is on the PATH; its tests are skipped otherwise. It
 * speaks version 1 of the protocol, which this class translates.
 */
final class Influxd implements Backend {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static Influxd running;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    private Influxd(Path executable) throws IOException {
        Path directory = Files.createTempDirectory("influxd");
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        Path configuration = Files.writeString(
                directory.resolve("influxdb.conf"), """
                reporting-disabled = true
                bind-address = "127.0.0.1:%d"
                [meta]
                  dir = "%s/meta"
                [data]
                  dir = "%s/data"
                  wal-dir = "%s/wal"
                [monitor]
                  store-enabled = false
                [subscriber]
                  enabled = false
                [continuous_queries]
                  enabled = false
                [http]
                  bind-address = "127.0.0.1:%d"
                  log-enabled = false
                """.formatted(freePort(), directory, directory, directory, port));
        Process process = new ProcessBuilder(executable.toString(), "-config", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("influxd.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, directory)));
        awaitPing(process);
    }

    /** The running server; skips the test if there is none to run. */
    static synchronized Influxd get() {
        if (running == null) {
            Optional<Path> executable = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .map(directory -> Path.of(directory, "influxd"))
                    .filter(Files::isExecutable)
                    .findFirst();
            if (executable.isEmpty() && TOLD.compareAndSet(false, true)) {
                System.out.println(
                        "SKIPPED: no influxd on the PATH; install the Debian package 'influxdb' to run these");
            }
            assumeTrue(executable.isPresent(), "no influxd on the PATH; install the Debian package 'influxdb'");
            try {
                running = new Influxd(executable.get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    /** A server in front of an empty database of the running influxd. */
    static InfluxServer server(int retentionHours) {
        return new InfluxServer(get(), "test" + DATABASES.incrementAndGet(), retentionHours);
    }

    @Override
    public void create(String bucket, int retentionHours) throws IOException {
        result("", "CREATE DATABASE " + bucket + (retentionHours == 0 ? "" : " WITH DURATION " + retentionHours + "h"));
    }

    @Override
    public Reply write(String bucket, byte[] lines) throws IOException {
        HttpResponse<String> response = send(HttpRequest.newBuilder(URI.create(url + "/write?precision=n&db=" + bucket))
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines))
                .build());
        return new Reply(response.statusCode(), response.body());
    }

    @Override
    public Reply delete(String bucket, String measurement, String tag, String value, long time) throws IOException {
        result(
                bucket,
                "DELETE FROM \"" + measurement + "\" WHERE \"" + tag + "\" = '" + value + "' AND time = " + time);
        return new Reply(204, "");
    }

    @Override
    public Reply query(String bucket, String query) throws IOException {
        HttpResponse<String> response = ask(bucket, query);
        return new Reply(response.statusCode(), response.body());
    }

    @Override
    public List<Row> read(String bucket, String measurement) throws IOException {
        JsonObject result = result(bucket, "SELECT * FROM \"" + measurement + "\"");
        if (!result.has("series")) {
            return List.of();
        }
        JsonObject series = result.getAsJsonArray("series").get(0).getAsJsonObject();
        JsonArray columns = series.getAsJsonArray("columns");
        List<Row> rows = new ArrayList<>();
        for (JsonElement row : series.getAsJsonArray("values")) {
            Map<String, Object> values = new HashMap<>();
            for (int i = 1; i < columns.size(); i++) {
                JsonElement value = row.getAsJsonArray().get(i);
                if (!value.isJsonNull()) {
                    values.put(columns.get(i).getAsString(), value(value.getAsJsonPrimitive()));
                }
            }
            rows.add(new Row(row.getAsJsonArray().get(0).getAsLong(), values));
        }
        return rows;
    }

    /** JSON does not tell a whole float from an integer; all numbers that are whole become integers. */
    private static Object value(JsonPrimitive value) {
        if (value.isBoolean()) {
            return value.getAsBoolean();
        }
        if (value.isString()) {
            return value.getAsString();
        }
        return value.getAsString().matches("-?[0-9]+") ? (Object) value.getAsLong() : (Object) value.getAsDouble();
    }

    private JsonObject result(String database, String query) throws IOException {
        return JsonParser.parseString(ask(database, query).body())
                .getAsJsonObject()
                .getAsJsonArray("results")
                .get(0)
                .getAsJsonObject();
    }

    private HttpResponse<String> ask(String database, String query) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + "/query?epoch=ns&db=" + database + "&q="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void awaitPing(Process process) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                if (send(HttpRequest.newBuilder(URI.create(url + "/ping")).build())
                                .statusCode()
                        == 204) {
                    return;
                }
            } catch (IOException e) {
                // It is not there yet.
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("influxd did not start");
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void stop(Process process, Path directory) {
        process.destroyForcibly();
        try {
            process.waitFor();
            try (var files = Files.walk(directory)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .map(Path::toFile)
                        .forEach(File::delete);
            }
        } catch (IOException | InterruptedException e) {
            // The JVM ends; what is left is in the temporary directory.
        }
    }
}
