/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A WebSocket server of text messages on a port of this machine (RFC 6455): connections get a script's messages. */
final class SocketServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Script script;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();

    SocketServer(Script script) throws IOException {
        this.script = script;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/subscribe");
    }

    /** The paths and queries of the connections so far. */
    List<String> targets() {
        return targets;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader request = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            String target = request.readLine().split(" ")[1];
            String key = "";
            for (String line = request.readLine(); !line.isEmpty(); line = request.readLine()) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:")) {
                    key = line.substring(line.indexOf(':') + 1).strip();
                }
            }
            targets.add(target);
            byte[] accept = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(UTF_8));
            OutputStream out = socket.getOutputStream();
            out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.flush();
            script.play(targets.size(), new Peer(socket));
        } catch (Exception e) {
            // The client is gone, as it may be.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "socket-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** What a connection gets. */
    interface Script {
        /** Plays the connection of this number, from 1 on; when it returns, the socket is closed. */
        void play(int connection, Peer peer) throws IOException, InterruptedException;
    }

    /** The other side of a connection. */
    static final class Peer {
        private final Socket socket;
        private final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        /** Waits until the client is gone. */
        void awaitEnd() throws IOException {
            byte[] buffer = new byte[1024];
            while (socket.getInputStream().read(buffer) >= 0) {
                // what it says is of no interest
            }
        }

        void send(String text) throws IOException {
            frame(0x81, text.getBytes(UTF_8));
        }

        /** Sends a message in two frames. */
        void sendInParts(String text, int cut) throws IOException {
            frame(0x01, text.substring(0, cut).getBytes(UTF_8));
            frame(0x80, text.substring(cut).getBytes(UTF_8));
        }

        /** Sends a whole close frame of status 1000. */
        void end() throws IOException {
            frame(0x88, new byte[] {0x03, (byte) 0xe8});
        }

        private void frame(int first, byte[] payload) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 10);
            frame.write(first);
            if (payload.length < 126) {
                frame.write(payload.length);
            } else if (payload.length < 65_536) {
                frame.write(126);
                frame.write(payload.length >> 8);
                frame.write(payload.length);
            } else {
                frame.write(127);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    frame.write((int) ((long) payload.length >> shift));
                }
            }
            frame.writeBytes(payload);
            out.write(frame.toByteArray());
            out.flush();
        }
    }
}
