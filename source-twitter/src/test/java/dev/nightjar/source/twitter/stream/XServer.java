/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPOutputStream;

/** A loopback server for the stream's address: each connection is answered by the next of the given scripts. */
final class XServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch closing = new CountDownLatch(1);

    XServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/2/tweets/search/stream", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next connection gets these lines, then the end of the stream. */
    XServer lines(String... lines) {
        return then(exchange -> {
            try (OutputStream body = stream(exchange)) {
                write(body, lines);
            }
        });
    }

    /** The next connection gets these lines, then nothing more, the socket open. */
    XServer linesThenSilence(String... lines) {
        return then(exchange -> {
            try (OutputStream body = stream(exchange)) {
                write(body, lines);
                closing.await();
            }
        });
    }

    /** The next connection gets these lines compressed, then nothing more. */
    XServer gzippedLines(String... lines) {
        return then(exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            try (OutputStream raw = stream(exchange);
                    GZIPOutputStream body = new GZIPOutputStream(raw, 512, true)) {
                write(body, lines);
                closing.await();
            }
        });
    }

    /** The next connection is refused. */
    XServer refusal(int status, String body, String... headers) {
        return then(exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private XServer then(Script script) {
        scripts.add(script);
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
        Script script = scripts.poll();
        try {
            if (script == null) {
                try (OutputStream body = stream(exchange)) {
                    write(body, "");
                    closing.await();
                }
            } else {
                script.play(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static OutputStream stream(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void write(OutputStream body, String... lines) throws IOException {
        for (String line : lines) {
            body.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            body.flush();
        }
    }

    private interface Script {
        void play(HttpExchange exchange) throws IOException, InterruptedException;
    }
}
