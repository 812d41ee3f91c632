/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * The write endpoint of InfluxDB 2 over HTTP, in front of a {@link Backend}: it checks the token and the parameters,
 * unpacks the body, and fails as the test demands.
 */
final class InfluxServer implements AutoCloseable {
    static final String TOKEN = "canary-token";
    static final String ORG = "birds";
    static final String BUCKET = "night";

    private static final Pattern DELETION = Pattern.compile(
            "\\{\"start\":\"([^\"]+)\",\"stop\":\"([^\"]+)\",\"predicate\":"
                    + "\"_measurement(?:=|\\\\u003d)\\\\\"(\\w+)\\\\\" AND (\\w+)(?:=|\\\\u003d)\\\\\"(\\w+)\\\\\"\"\\}");

    private final Backend backend;
    private final String database;
    private final HttpServer http;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "influx-server");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private volatile int maxBodyBytes = Integer.MAX_VALUE;

    /** The bodies of the requests to write that came, unpacked. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** What a request meets. */
    private interface Fault {
        /** Handles the request in place of the server; false to let the server go on. */
        boolean handle(HttpExchange exchange, byte[] body) throws IOException;
    }

    InfluxServer(Backend backend, String database, int retentionHours) {
        this.backend = backend;
        this.database = database;
        try {
            backend.create(database, retentionHours);
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(threads);
        http.createContext(
                "/", exchange -> reply(exchange, 404, "{\"code\":\"not found\",\"message\":\"path not found\"}"));
        http.createContext("/api/v2/write", this::write);
        http.createContext("/api/v2/delete", this::delete);
        http.createContext("/query", this::ask);
        http.start();
    }

    /** A server over an empty store in memory. */
    static InfluxServer inMemory() {
        return new InfluxServer(new LineProtocolStore(), BUCKET, 0);
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    InfluxSinkConfig.Builder config() {
        return InfluxSinkConfig.builder(url(), ORG, BUCKET).token(dev.nightjar.options.Credential.literal(TOKEN));
    }

    List<Row> rows(String measurement) {
        try {
            return backend.read(database, measurement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next requests get this answer, and nothing is stored. */
    void answer(int times, int status, String body, String... headers) {
        for (int i = 0; i < times; i++) {
            faults.add((exchange, lines) -> {
                for (int h = 0; h < headers.length; h += 2) {
                    exchange.getResponseHeaders().set(headers[h], headers[h + 1]);
                }
                reply(exchange, status, body);
                return true;
            });
        }
    }

    /** It knows no deletion, as InfluxDB 3 Core. */
    void withoutDeletion() {
        http.removeContext("/api/v2/delete");
    }

    /** The next requests are carried out, and their connections closed in place of an answer. */
    void dropAnswers(int times) {
        for (int i = 0; i < times; i++) {
            faults.add((exchange, lines) -> {
                backend.write(database, lines);
                exchange.close();
                return true;
            });
        }
    }

    /** The next requests get no answer while the server lives. */
    void blackHole(int times) {
        for (int i = 0; i < times; i++) {
            faults.add((exchange, lines) -> {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return true;
            });
        }
    }

    /** Larger bodies are answered with 413 from now on. */
    void maxBodyBytes(int bytes) {
        maxBodyBytes = bytes;
    }

    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
        threads.shutdownNow();
    }

    private void write(HttpExchange exchange) throws IOException {
        byte[] body = body(exchange);
        requests.add(new String(body, StandardCharsets.UTF_8));
        Fault fault = faults.poll();
        if (fault != null && fault.handle(exchange, body)) {
            return;
        }
        Map<String, String> query = query(exchange);
        if (!("Token " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply(exchange, 401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
        } else if (!ORG.equals(query.get("org")) || !BUCKET.equals(query.get("bucket"))) {
            reply(exchange, 404, "{\"code\":\"not found\",\"message\":\"bucket not found\"}");
        } else if (!"ns".equals(query.get("precision")) || !"POST".equals(exchange.getRequestMethod())) {
            reply(exchange, 400, "{\"code\":\"invalid\",\"message\":\"not what this server is asked\"}");
        } else if (body.length > maxBodyBytes) {
            reply(exchange, 413, "{\"code\":\"request too large\",\"message\":\"too large\"}");
        } else {
            Backend.Reply reply = backend.write(database, body);
            reply(exchange, reply.status(), reply.body());
        }
    }

    /** Deletes a point: the times are one and the same, since the range of a deletion includes both its ends. */
    private void delete(HttpExchange exchange) throws IOException {
        String body = new String(body(exchange), StandardCharsets.UTF_8);
        Map<String, String> query = query(exchange);
        Matcher request = DELETION.matcher(body);
        if (!("Token " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply(exchange, 401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
        } else if (!ORG.equals(query.get("org")) || !BUCKET.equals(query.get("bucket"))) {
            reply(exchange, 404, "{\"code\":\"not found\",\"message\":\"bucket not found\"}");
        } else if (!request.matches() || !request.group(1).equals(request.group(2))) {
            reply(exchange, 400, "{\"code\":\"invalid\",\"message\":\"not what this server is asked\"}");
        } else {
            Instant time = Instant.parse(request.group(1));
            Backend.Reply reply = backend.delete(
                    database,
                    request.group(3),
                    request.group(4),
                    request.group(5),
                    time.getEpochSecond() * 1_000_000_000L + time.getNano());
            reply(exchange, reply.status(), reply.body());
        }
    }

    /** Answers a question in InfluxQL, as InfluxDB 2 does about the database that a bucket is mapped to. */
    private void ask(HttpExchange exchange) throws IOException {
        String form = new String(body(exchange), StandardCharsets.UTF_8);
        Fault fault = faults.poll();
        if (fault != null && fault.handle(exchange, new byte[0])) {
            return;
        }
        Map<String, String> query = query(exchange);
        if (!("Token " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            reply(exchange, 401, "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}");
        } else if (!BUCKET.equals(query.get("db")) || !"ns".equals(query.get("epoch"))) {
            reply(exchange, 404, "{\"error\":\"database not found\"}");
        } else {
            Backend.Reply reply =
                    backend.query(database, URLDecoder.decode(form.substring("q=".length()), StandardCharsets.UTF_8));
            reply(exchange, reply.status(), reply.body());
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream in = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return in.readAllBytes();
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
