/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.command.dashboard.Dashboard.Status;
import dev.nightjar.command.model.Explanations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server, by what goes over its socket; {@link DashboardPageIT} looks at the page. */
@Timeout(60)
class DashboardTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");
    private static final Status STATUS = new Status(
            "tweets.db",
            "running",
            false,
            12,
            20,
            3,
            1,
            Map.of("decode/bad-json", 2L),
            Map.of(
                    "decode/bad-json",
                    new DeadLetter(DeadLetter.Stage.DECODE, "bad-json", "No JSON", "tweets-0-7", new byte[] {'{'})));

    @TempDir
    private Path folder;

    private StoreOfTests store;
    private Dashboard page;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void open() {
        store = new StoreOfTests(folder.resolve("tweets.db"));
        page = Dashboard.open(0, store.reader(), () -> STATUS, new Explanations(List.of()));
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        page.close();
        store.close();
    }

    @Test
    void thePageAndItsFilesAreServedUnderAStrictPolicy() throws Exception {
        for (String path : List.of("/", "/dashboard.js", "/dashboard.css", "/uplot.js", "/uplot.css", "/icon.svg")) {
            assertThat(get(path, host()))
                    .as(path)
                    .startsWith("HTTP/1.1 200 ")
                    .contains(
                            "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'",
                            "X-Content-Type-Options: nosniff",
                            "Cache-Control: no-store")
                    .doesNotContain("unsafe-");
        }
        assertThat(get("/", host())).doesNotContain("<style", "style=", "onclick");
        assertThat(get("/../etc/passwd", host())).startsWith("HTTP/1.1 404 ");
        assertThat(get("/dashboard.html", host())).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void onlyItsOwnNamesAreAnswered() throws Exception {
        int port = page.uri().getPort();
        for (String host : List.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port)) {
            assertThat(get("/", host)).as(host).startsWith("HTTP/1.1 200 ");
        }
        for (String host : List.of("evil.example", "evil.example:" + port, "localhost", "localhost:1", "")) {
            assertThat(get("/", host)).as(host).startsWith("HTTP/1.1 403 ");
            assertThat(get("/events", host)).as(host).startsWith("HTTP/1.1 403 ");
        }
        assertThat(answer("GET / HTTP/1.1\r\nHost: " + host() + "\r\nHost: evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer("GET http://evil.example/ HTTP/1.1\r\nHost: " + host() + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(answer("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void anotherSitesPageGetsNothing() throws Exception {
        String from = "GET /events HTTP/1.1\r\nHost: " + host() + "\r\nSec-Fetch-Site: ";
        assertThat(answer(from + "cross-site\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(answer(from + "same-site\r\n\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void itOnlyShows() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE")) {
            assertThat(answer(method + " / HTTP/1.1\r\nHost: " + host() + "\r\nContent-Length: 0\r\n\r\n"))
                    .as(method)
                    .startsWith("HTTP/1.1 405 ");
        }
    }

    @Test
    void halfARequestHoldsUpNobodyAndIsCutOff() throws Exception {
        List<Socket> half = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            half.add(send("GET / HTTP/1.1\r\nHost: loc"));
            half.add(send("POST / HTTP/1.1\r\nHost: " + host() + "\r\nContent-Length: 1000\r\n\r\nunfinished"));
        }
        long begin = System.nanoTime();
        assertThat(get("/", host())).startsWith("HTTP/1.1 200 ");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        for (Socket socket : half) {
            socket.setSoTimeout(20_000);
            socket.getInputStream().readAllBytes(); // ends when the server closes it
        }
    }

    @Test
    void aLongHeadIsRefused() throws Exception {
        assertThat(answer("GET / HTTP/1.1\r\nHost: " + host() + "\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n"))
                .doesNotContain("200 OK");
    }

    @Test
    void whatIsStoredIsToldAtOnceAndWhatComesAfterwardsTooButNothingTwice() throws Exception {
        store.add(StoreOfTests.tweet("2000000000000000001", TIME, "What a game", "joy", "Cup"));
        BufferedReader events = events("");
        String first = next(events, "state");
        assertThat(first)
                .contains(
                        "\"stored\":1,",
                        "\"labels\":{\"emotion\":{\"joy\":1}}",
                        "\"deadLetters\":[{\"reason\":\"decode/bad-json\",\"count\":2,\"message\":\"No JSON\"",
                        "\"original\":\"{\"",
                        "\"published\":12,\"expected\":20,\"lag\":3,\"skipped\":1",
                        "\"hashtags\":[[\"cup\",1]]",
                        "\"words\":[[\"game\",1]]",
                        "\"languages\":[[\"en\",1]]",
                        "\"models\":{\"emotion\":{\"emotion@abc123\":1}}")
                .containsOnlyOnce("\"text\":\"What a game\"");
        store.add(StoreOfTests.tweet("2000000000000000002", TIME.plusSeconds(1), "Oh no", "sadness"));
        String second;
        do {
            second = next(events, "state");
        } while (!second.contains("\"stored\":2,"));
        assertThat(second)
                .contains("\"text\":\"Oh no\"", "\"2000000000000000001\"")
                .doesNotContain("What a game");
    }

    @Test
    void onlyWhatIsAskedForIsTold() throws Exception {
        store.add(
                StoreOfTests.tweet("2000000000000000001", TIME, "What a game", "joy", "Cup"),
                StoreOfTests.tweet("2000000000000000002", TIME, "What a shame", "sadness"));
        for (String query :
                List.of("classifier=emotion&label=joy", "hashtag=%23CUP", "text=A+Game", "lang=en&text=game")) {
            assertThat(next(events('?' + query), "state"))
                    .as(query)
                    .contains("What a game")
                    .doesNotContain("What a shame");
        }
        assertThat(next(events("?lang=de"), "state")).contains("\"tweets\":[]");
        assertThat(get("/events?minutes=7", host())).startsWith("HTTP/1.1 400 ");
        assertThat(get("/events?text=" + "x".repeat(300), host())).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aTweetThatIsNotAmongTheNewestIsNotExplained() throws Exception {
        store.add(StoreOfTests.tweet("2000000000000000001", TIME, "What a game", "joy"));
        next(events(""), "state");
        assertThat(get("/explanation?id=2000000000000000001", host()))
                .startsWith("HTTP/1.1 200 ")
                .contains("{\"emotion\":{\"none\":\"No model at hand is the emotion@abc123 that gave this label");
        for (String query : List.of("?id=2000000000000000009", "?id=", "")) {
            assertThat(get("/explanation" + query, host())).as(query).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void onePageThatDoesNotReadHoldsUpNoOther() throws Exception {
        for (int i = 0; i < 50; i++) {
            store.add(StoreOfTests.tweet(StoreOfTests.id(TIME, i), TIME, "long ".repeat(5_000), "joy"));
        }
        Socket deaf = send("GET /events HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
        BufferedReader events = events("");
        for (int i = 0; i < 4; i++) {
            next(events, "state");
        }
        assertThat(deaf.isClosed()).isFalse();
    }

    @Test
    void thePagesAreCounted() throws Exception {
        List<BufferedReader> open = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            open.add(events(""));
            next(open.get(i), "state");
        }
        assertThat(get("/events", host())).startsWith("HTTP/1.1 503 ");
        sockets.get(0).close();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Socket socket = send("GET /events HTTP/1.1\r\nHost: " + host() + "\r\n\r\n");
            return reader(socket).readLine().contains(" 200 ");
        });
    }

    @Test
    void aTakenPortIsSaid() {
        int port = page.uri().getPort();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Dashboard.open(port, store.reader(), () -> STATUS, new Explanations(List.of())))
                .withMessageContaining("--port");
    }

    private String host() {
        return "localhost:" + page.uri().getPort();
    }

    private String get(String path, String host) throws IOException {
        return answer("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    private String answer(String request) throws IOException {
        Socket socket = send(request);
        socket.setSoTimeout(20_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Socket send(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.uri().getPort());
        sockets.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    private BufferedReader events(String query) throws IOException {
        return reader(send("GET /events" + query + " HTTP/1.1\r\nHost: " + host() + "\r\n\r\n"));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The data of the next event of a kind. */
    private static String next(BufferedReader events, String kind) throws IOException {
        String event = "";
        String line;
        while ((line = events.readLine()) != null) {
            if (line.startsWith("event:")) {
                event = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:") && event.equals(kind)) {
                return line;
            }
        }
        throw new IOException("The stream ended");
    }
}
