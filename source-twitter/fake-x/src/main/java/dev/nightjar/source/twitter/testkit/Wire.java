/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over plain sockets, so that an answer may break anywhere. A thread for each connection. */
final class Wire implements AutoCloseable {
    private static final int SMALLEST_GZIP = 512;
    /** How many bytes an unfinished answer lacks. */
    private static final int REST = 100;

    private final Api api;
    private final Duration keepAlive;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    Wire(Api api, int port, Duration keepAlive) throws IOException {
        this.api = api;
        this.keepAlive = keepAlive;
        this.server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        daemon("fake-x-accept", this::accept).start();
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        sockets.forEach(Wire::close);
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
            assert e != null;
        }
    }

    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon("fake-x-connection", () -> serve(socket)).start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            Request request = read(in);
            while (request != null && answer(request, socket, in, out)) {
                request = read(in);
            }
        } catch (IOException e) {
            // The client is gone.
            assert e != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    /** Answers; whether the connection can carry another request. */
    private boolean answer(Request request, Socket socket, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        Fault fault = api.nextFault(request);
        if (fault != null && fault.kind() == Fault.Kind.NO_ANSWER) {
            return false;
        }
        Answer answer = fault == null || fault.kind() == Fault.Kind.LOST_ANSWER
                ? api.answer(request)
                : new Answer(fault.status(), fault.headers(), fault.bytes(), null);
        StreamSession stream = answer.stream();
        if (fault != null && fault.kind() == Fault.Kind.LOST_ANSWER) {
            if (stream != null) {
                api.closed(stream);
            }
            socket.setSoLinger(true, 0); // so that closing resets it
            return false;
        }
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        if (stream == null) {
            byte[] body = answer.body();
            if (request.takesGzip() && body.length >= SMALLEST_GZIP && fault == null) {
                body = gzip(body);
                headers.put("Content-Encoding", "gzip");
            }
            boolean unfinished = fault != null && fault.kind() == Fault.Kind.UNFINISHED;
            headers.put("Content-Length", Integer.toString(unfinished ? body.length + REST : body.length));
            out.write(head(answer.status(), headers));
            out.write(body);
            out.flush();
            return !unfinished || in.read() >= 0; // a client sends nothing more until it has the rest
        }
        headers.put("Transfer-Encoding", "chunked");
        if (stream.gzip()) {
            headers.put("Content-Encoding", "gzip");
        }
        daemon("fake-x-watch", () -> watch(in, stream)).start();
        Chunks chunks = new Chunks(out, head(200, headers));
        try {
            stream.serve(socket, chunks, keepAlive);
            if (!socket.isClosed()) {
                chunks.end();
            }
        } finally {
            api.closed(stream);
        }
        return false;
    }

    /** A client that has its answer sends nothing more: the next thing to arrive is its end. */
    private static void watch(InputStream in, StreamSession stream) {
        try {
            while (in.read() >= 0) {
                // A client that still talks is there.
                assert stream != null;
            }
            stream.end("ClientClosed");
        } catch (IOException e) {
            stream.end("ClientReset");
        }
    }

    private static byte[] gzip(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static byte[] head(int status, Map<String, String> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(status == 200 ? " OK" : " Other")
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        String[] parts = first.split(" ", -1);
        if (parts.length != 3) {
            throw new IOException("Not a request");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Request(parts[0], parts[1], Map.copyOf(headers), body);
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        return null;
    }

    /** The body of a stream: everything written until a flush is one chunk. */
    private static final class Chunks extends FilterOutputStream {
        private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();

        Chunks(OutputStream out, byte[] head) throws IOException {
            super(out);
            out.write(head);
        }

        @Override
        public void write(int b) throws IOException {
            chunk.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            chunk.write(bytes, offset, length);
            if (chunk.size() > 1 << 16) {
                send();
            }
        }

        @Override
        public void flush() throws IOException {
            send();
            out.flush();
        }

        void end() throws IOException {
            send();
            out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        private void send() throws IOException {
            if (chunk.size() > 0) {
                ByteArrayOutputStream framed = new ByteArrayOutputStream(chunk.size() + 16);
                framed.write((Integer.toHexString(chunk.size()) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                chunk.writeTo(framed);
                framed.write('\r');
                framed.write('\n');
                chunk.reset();
                framed.writeTo(out);
            }
        }
    }
}
