/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A Hub on this machine: a list of files, small files, and large ones that another host serves, as on the Hugging Face
 * Hub. Faults are switched on by its methods.
 */
final class LoopbackHub implements AutoCloseable {
    static final String REPOSITORY = "owl/mood";
    static final String REVISION = "5a".repeat(20);

    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<String, byte[]> replaced = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer store;
    private volatile String token = "";
    private volatile int breaks;
    private volatile boolean ranges = true;
    private volatile boolean pages;
    private volatile boolean silent;

    /** A request that came: to the hub, or else to the store of large files. */
    record Request(boolean isToHub, String path, String authorization, String range) {}

    LoopbackHub(Path model) throws IOException {
        try (Stream<Path> paths = Files.walk(model)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(model.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        hub = start(true);
        store = start(false);
    }

    URI endpoint() {
        return URI.create("http://localhost:" + hub.getAddress().getPort());
    }

    ModelBundle bundle(Path cache) {
        return ModelBundle.hub(REPOSITORY, REVISION).hubEndpoint(endpoint()).hubCache(cache);
    }

    /** Gives nothing without this token. */
    LoopbackHub requireToken(String required) {
        this.token = required;
        return this;
    }

    /** Answers every request for paths that end so with a status. */
    LoopbackHub answer(String ending, int status) {
        statuses.put(ending, status);
        return this;
    }

    /** Gives other bytes than the list tells. */
    LoopbackHub replace(String file, byte[] bytes) {
        replaced.put(file, bytes);
        return this;
    }

    /** Breaks the connection in the middle of the next files of the store. */
    LoopbackHub breakOff(int times) {
        this.breaks = times;
        return this;
    }

    /** Stops in the middle of files of the store and says nothing more. */
    LoopbackHub fallSilent() {
        this.silent = true;
        return this;
    }

    /** Gives whole files only. */
    LoopbackHub withoutRanges() {
        this.ranges = false;
        return this;
    }

    /** Gives a page in place of everything, as a proxy does that wants a login. */
    LoopbackHub withPages() {
        this.pages = true;
        return this;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        closed.countDown();
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }

    private HttpServer start(boolean isHub) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                String authorization = header(exchange, "Authorization");
                String path = exchange.getRequestURI().getPath();
                requests.add(new Request(isHub, path, authorization, header(exchange, "Range")));
                serve(exchange, isHub, path, authorization);
            } catch (IOException e) {
                // the client went away, or was meant to see a break
            }
        });
        server.start();
        return server;
    }

    private void serve(HttpExchange exchange, boolean isHub, String path, String authorization) throws IOException {
        Integer status = statuses.entrySet().stream()
                .filter(entry -> path.endsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
        if (pages) {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            send(exchange, 200, "<html>Log in</html>".getBytes(StandardCharsets.UTF_8));
        } else if (status != null) {
            exchange.getResponseHeaders().set("Retry-After", "7");
            exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
            send(exchange, status, "no".getBytes(StandardCharsets.UTF_8));
        } else if (isHub && !token.isEmpty() && !authorization.equals("Bearer " + token)) {
            send(exchange, 401, new byte[0]);
        } else if (path.equals("/api/models/" + REPOSITORY + "/revision/" + REVISION)) {
            send(exchange, 200, list().getBytes(StandardCharsets.UTF_8));
        } else if (isHub) {
            serveFile(exchange, path.replaceFirst("^/" + REPOSITORY + "/resolve/" + REVISION + "/", ""));
        } else {
            serveLarge(exchange, path.substring(1));
        }
    }

    private void serveFile(HttpExchange exchange, String file) throws IOException {
        if (!files.containsKey(file)) {
            send(exchange, 404, new byte[0]);
        } else if (isLarge(file)) {
            exchange.getResponseHeaders()
                    .set("Location", "http://127.0.0.1:" + store.getAddress().getPort() + '/' + file);
            exchange.getResponseHeaders().set("X-Linked-Etag", '"' + Sha256.of(files.get(file)) + '"');
            send(exchange, 302, new byte[0]);
        } else {
            send(exchange, 200, content(file));
        }
    }

    private void serveLarge(HttpExchange exchange, String file) throws IOException {
        byte[] bytes = content(file);
        String range = header(exchange, "Range");
        int from = ranges && !range.isEmpty() ? Integer.parseInt(range.replaceAll("[^0-9]", "")) : 0;
        if (from >= bytes.length) {
            send(exchange, 416, new byte[0]);
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + '-' + (bytes.length - 1) + '/' + bytes.length);
        }
        if (breaks > 0 || silent) {
            breaks--;
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
            OutputStream out = exchange.getResponseBody();
            out.write(rest, 0, rest.length / 2);
            out.flush();
            if (silent) {
                awaitClose();
            }
            throw new IOException("broken off on purpose");
        }
        send(exchange, from > 0 ? 206 : 200, rest);
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private byte[] content(String file) {
        return replaced.getOrDefault(file, files.get(file));
    }

    private static boolean isLarge(String file) {
        return file.endsWith(".onnx");
    }

    private String list() {
        List<String> entries = new ArrayList<>();
        files.forEach((file, bytes) -> entries.add("{\"rfilename\":\"" + file + "\",\"size\":" + bytes.length
                + (isLarge(file)
                        ? ",\"blobId\":\"" + "0".repeat(40) + "\",\"lfs\":{\"sha256\":\"" + Sha256.of(bytes)
                                + "\",\"size\":" + bytes.length + ",\"pointerSize\":130}"
                        : ",\"blobId\":\"" + HubSnapshot.gitDigest(bytes) + '"')
                + '}'));
        return "{\"_id\":\"1\",\"sha\":\"" + REVISION + "\",\"tags\":[\"onnx\"],\"siblings\":["
                + String.join(",", entries) + "],\"private\":false}";
    }
}
