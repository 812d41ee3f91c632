/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** As much of an InfluxDB as a pipeline needs: it keeps each point's id and the rest of its line, and answers for the ids. */
final class InfluxStub implements AutoCloseable {
    private static final Pattern POINT =
            Pattern.compile("tweets,s=\\w+ id=\"(\\d+)\",(created_at=.*?)(?=\ntweets,s=|\\z)", Pattern.DOTALL);

    private final HttpServer server;

    /** The fields of each point, as they were written last, by the tweet's id. */
    final Map<String, String> points = new ConcurrentHashMap<>();

    /** The fields of each count, as they were written last, by its tags and time. */
    final Map<String, String> counts = new ConcurrentHashMap<>();

    InfluxStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v2/write", exchange -> {
            String lines = body(exchange);
            if (lines.startsWith("counts,")) {
                lines.lines().map(line -> line.split(" ")).forEach(line -> counts.put(line[0] + line[2], line[1]));
            }
            Matcher point = POINT.matcher(lines);
            while (point.find()) {
                points.put(point.group(1), point.group(2));
            }
            answer(exchange, 204, "");
        });
        server.createContext("/query", exchange -> answer(exchange, 200, results(body(exchange))));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private String results(String form) {
        String query = URLDecoder.decode(form.substring("q=".length()), StandardCharsets.UTF_8);
        String values = query.startsWith("SELECT \"id\" ")
                ? points.keySet().stream().map(id -> "[0,\"" + id + "\"]").collect(Collectors.joining(","))
                : "[0," + points.size() + "]";
        return points.isEmpty()
                ? "{\"results\":[{\"statement_id\":0}]}"
                : "{\"results\":[{\"series\":[{\"columns\":[\"time\",\"" + (query.contains("count(") ? "count" : "id")
                        + "\"],\"values\":[" + values + "]}]}]}";
    }

    private static String body(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream in = packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
