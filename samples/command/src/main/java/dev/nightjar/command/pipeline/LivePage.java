/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A page on localhost that shows the stream: how much was published, stored and set aside, the labels so far and the
 * newest tweets. It asks for the state once a second; texts reach the page as text, never as markup.
 */
final class LivePage implements AutoCloseable {
    private static final Map<String, String> FILES = Map.of(
            "/", "text/html; charset=utf-8",
            "/page.css", "text/css; charset=utf-8",
            "/page.js", "text/javascript; charset=utf-8");
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpServer server;
    private final ExecutorService threads;

    private LivePage(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Serves the page.
     *
     * @param port the port on localhost, 0 for any free one
     * @throws ConfigException if the port is taken
     */
    static LivePage open(int port, Supplier<State> state) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new ConfigException(
                    "Port " + port + " of localhost is taken; choose another with --port, or --headless for no page",
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "nightjar-page");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", LivePage::serveFile);
        server.createContext(
                "/state.json",
                exchange -> respond(
                        exchange, 200, "application/json", toJson(state.get()).getBytes(StandardCharsets.UTF_8)));
        server.start();
        return new LivePage(server, threads);
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void serveFile(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String type = FILES.get(path);
        if (type == null) {
            respond(exchange, 404, "text/plain; charset=utf-8", "Not found".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String resource = path.equals("/") ? "page.html" : path.substring(1);
        try (InputStream in = LivePage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("The jar lacks " + resource);
            }
            respond(exchange, 200, type, in.readAllBytes());
        }
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders()
                .set("Content-Security-Policy", "default-src 'self'; img-src data:; base-uri 'none'");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String toJson(State state) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("phase", state.phase());
            json.writeNumberField("read", state.read());
            json.writeNumberField("expected", state.expected());
            json.writeNumberField("stored", state.stored());
            json.writeNumberField("deadLettered", state.deadLettered());
            json.writeNumberField("skipped", state.skipped());
            json.writeObjectFieldStart("labels");
            for (Map.Entry<String, Map<String, Long>> classifier :
                    state.labels().entrySet()) {
                json.writeObjectFieldStart(classifier.getKey());
                for (Map.Entry<String, Long> label : classifier.getValue().entrySet()) {
                    json.writeNumberField(label.getKey(), label.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("newest");
            for (String tweet : state.newest()) {
                json.writeRawValue(tweet);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    /**
     * What the page shows.
     *
     * @param phase what is happening, in a few words
     * @param read the records read from the source so far
     * @param expected how many there will be, -1 if not known
     * @param stored the tweets in the store
     * @param deadLettered the records set aside
     * @param skipped the records passed over on purpose
     * @param labels how many tweets each label has, by classifier
     * @param newest the newest classified tweets, as JSON
     */
    record State(
            String phase,
            long read,
            long expected,
            long stored,
            long deadLettered,
            long skipped,
            Map<String, Map<String, Long>> labels,
            List<String> newest) {}
}
