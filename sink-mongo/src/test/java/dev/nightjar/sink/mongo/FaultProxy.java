/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP proxy that breaks connections on request. */
final class FaultProxy implements AutoCloseable {
    /** What happens to the bytes. */
    enum Mode {
        /** They pass. */
        PASS,
        /** They are swallowed in both directions, while the connections stay open. */
        BLACK_HOLE,
        /** Every third connection is reset at its first byte. */
        RESET_EVERY_THIRD
    }

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger cutsLeft = new AtomicInteger();
    private volatile Mode mode = Mode.PASS;
    private volatile String cutMarker = "";

    FaultProxy(InetSocketAddress target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void mode(Mode value) {
        mode = value;
    }

    /** For the next few times, passes on a request that contains the marker, and resets the connection at the reply. */
    void cutReplyTo(String marker, int times) {
        cutMarker = marker;
        cutsLeft.set(times);
    }

    /** How many replies have been cut off. */
    int cuts() {
        return cuts.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            boolean reset = connections.incrementAndGet() % 3 == 0 && mode == Mode.RESET_EVERY_THIRD;
            Socket server = new Socket(target.getAddress(), target.getPort());
            sockets.add(client);
            sockets.add(server);
            boolean[] cut = new boolean[1];
            start(() -> pump(client, server, request -> {
                if (reset) {
                    reset(client, server);
                }
                if (!cutMarker.isEmpty() && request.contains(cutMarker) && cutsLeft.getAndDecrement() > 0) {
                    cut[0] = true;
                }
            }));
            start(() -> pump(server, client, reply -> {
                if (cut[0]) {
                    cuts.incrementAndGet();
                    reset(client, server);
                }
            }));
        }
    }

    private void pump(Socket from, Socket to, Watch watch) throws IOException {
        byte[] buffer = new byte[1 << 16];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            watch.seen(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            if (mode != Mode.BLACK_HOLE) {
                out.write(buffer, 0, read);
            }
        }
        from.close();
        to.close();
    }

    private static void reset(Socket client, Socket server) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
        server.close();
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // The connection has ended, by one side's wish or by ours.
                    }
                },
                "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Task {
        void run() throws IOException;
    }

    private interface Watch {
        void seen(String bytes) throws IOException;
    }
}
