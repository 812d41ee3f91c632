/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class XHttpTest {
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/plain", exchange -> answer(exchange, 200, "hello".getBytes(StandardCharsets.UTF_8)));
        server.createContext("/gzip", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            answer(exchange, 200, gzip(5));
        });
        server.createContext("/bomb", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            answer(exchange, 200, gzip(100_000_000L));
        });
        server.createContext("/error-bomb", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            answer(exchange, 503, gzip(100_000_000L));
        });
        server.createContext("/half", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            byte[] whole = gzip(10_000);
            answer(exchange, 200, java.util.Arrays.copyOf(whole, whole.length / 2));
        });
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                byte[] block = new byte[1 << 20];
                while (true) {
                    body.write(block);
                }
            }
        });
        server.createContext("/error", exchange -> answer(exchange, 500, new byte[1_000_000]));
        server.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().set("Location", "/plain");
            answer(exchange, 302, new byte[0]);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void anAnswerIsReadWholeCompressedOrNot() throws Exception {
        assertThat(call("/plain").body()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThat(call("/gzip").body()).asString(StandardCharsets.UTF_8).isEqualTo("xxxxx");
    }

    @Test
    void aGzipBombIsNotUnpacked() throws Exception {
        assertThatIOException().isThrownBy(() -> call("/bomb")).withMessageContaining("more than 33554432 bytes");
        assertThat(call("/error-bomb").body()).hasSize(XHttp.LARGEST_ERROR);
    }

    @Test
    void anEndlessAnswerIsCutOff() {
        assertThatIOException().isThrownBy(() -> call("/endless")).withMessageContaining("more than");
    }

    @Test
    void halfAnAnswerIsNone() {
        assertThatIOException().isThrownBy(() -> call("/half"));
    }

    @Test
    void ofAnErrorOnlyTheBeginningIsKept() throws Exception {
        assertThat(call("/error").body()).hasSize(XHttp.LARGEST_ERROR);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        assertThat(call("/elsewhere").status()).isEqualTo(302);
    }

    private HttpAnswer call(String path) throws IOException, InterruptedException {
        return XHttp.call(XHttp.request(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
                .build());
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (exchange;
                OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static byte[] gzip(long length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            byte[] block = new byte[1 << 16];
            java.util.Arrays.fill(block, (byte) 'x');
            for (long left = length; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(block.length, left));
            }
        }
        return bytes.toByteArray();
    }
}
