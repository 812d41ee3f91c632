/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import dev.nightjar.source.twitter.testkit.Query.Subject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A connection to the stream: posts are queued for it and written by the thread that serves it. */
final class StreamSession {
    private static final int BUFFER = 100_000;
    private static final int LARGEST_WRITE = 500;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final String id = UUID.randomUUID().toString();
    private final Api api;
    private final boolean gzip;
    private final PostWriter writer;
    private final Instant connectedAt;
    private final BlockingQueue<Delivery> queue = new ArrayBlockingQueue<>(BUFFER);
    private final CountDownLatch gone = new CountDownLatch(1);
    private @Nullable Fault fault;
    private int sinceFault;
    private volatile @Nullable Socket socket;
    private volatile @Nullable String reason;
    private volatile @Nullable Instant disconnectedAt;

    StreamSession(Api api, Request request, Instant connectedAt) {
        this.api = api;
        this.gzip = request.takesGzip();
        this.writer = new PostWriter(request);
        this.connectedAt = connectedAt;
    }

    String id() {
        return id;
    }

    boolean gzip() {
        return gzip;
    }

    Instant connectedAt() {
        return connectedAt;
    }

    @Nullable
    Instant disconnectedAt() {
        return disconnectedAt;
    }

    @Nullable
    String reason() {
        return reason;
    }

    /** Queues a post; a client that is too slow for it is disconnected. */
    void offer(FakePost post, List<Rule> rules) {
        if (reason == null && !queue.offer(new Delivery(post, rules))) {
            end("SlowReader");
        }
    }

    /** Ends the connection from outside. */
    void end(String why) {
        if (reason == null) {
            reason = why;
            disconnectedAt = api.now();
        }
        gone.countDown();
        Socket open = socket;
        if (open != null) {
            Wire.close(open);
        }
    }

    /** Writes until the client is gone, a fault ends the connection or the API is closed. */
    void serve(Socket client, OutputStream body, Duration keepAlive) throws IOException, InterruptedException {
        socket = client;
        OutputStream out = gzip ? new GZIPOutputStream(body, 8192, true) : body;
        fault = api.nextStreamFault();
        // The answer's head goes out with the first bytes of the stream.
        out.write(LINE_END);
        out.flush();
        while (gone.getCount() > 0) {
            Fault due = fault;
            if (due != null && sinceFault >= due.after() && !needsPost(due)) {
                if (!play(due, client, out, null)) {
                    return;
                }
                continue;
            }
            int room = due == null ? LARGEST_WRITE : Math.max(1, Math.min(LARGEST_WRITE, due.after() - sinceFault));
            List<Delivery> deliveries = take(keepAlive, room);
            if (gone.getCount() == 0) {
                return;
            }
            if (deliveries.isEmpty()) {
                out.write(LINE_END);
                out.flush();
                continue;
            }
            if (due != null && sinceFault >= due.after()) {
                if (!play(due, client, out, deliveries.get(0))) {
                    return;
                }
                continue;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024 * deliveries.size());
            for (Delivery delivery : deliveries) {
                if (!api.bill(delivery.post)) {
                    bytes.writeTo(out);
                    write(out, Json.bytes(Json.object("errors", List.of(Problems.usageCapped()))));
                    return;
                }
                bytes.write(writer.frame(delivery.post, delivery.rules, false));
                bytes.write(LINE_END);
            }
            bytes.writeTo(out);
            out.flush();
            sinceFault += deliveries.size();
        }
    }

    private List<Delivery> take(Duration keepAlive, int room) throws InterruptedException {
        List<Delivery> deliveries = new ArrayList<>();
        long end = System.nanoTime() + keepAlive.toNanos();
        Delivery first = null;
        while (first == null && gone.getCount() > 0 && end - System.nanoTime() > 0) {
            first = queue.poll(Math.min(end - System.nanoTime(), 20_000_000), TimeUnit.NANOSECONDS);
        }
        if (first != null) {
            deliveries.add(first);
            queue.drainTo(deliveries, room - 1);
        }
        return deliveries;
    }

    private static boolean needsPost(Fault fault) {
        return switch (fault.kind()) {
            case CUT_CHARACTER, HALF_FRAME, PARTIAL_ERROR -> true;
            default -> false;
        };
    }

    /** Whether the stream goes on after it. */
    private boolean play(Fault due, Socket client, OutputStream out, @Nullable Delivery next)
            throws IOException, InterruptedException {
        fault = null;
        sinceFault = 0;
        switch (due.kind()) {
            case LINE -> {
                write(out, due.bytes());
                fault = api.nextStreamFault();
                return true;
            }
            case PARTIAL_ERROR -> {
                if (next != null && api.bill(next.post)) {
                    write(out, writer.frame(next.post, next.rules, true));
                }
                fault = api.nextStreamFault();
                return true;
            }
            case LAST_LINE -> {
                write(out, due.bytes());
                gone.await();
                return false;
            }
            case STALL -> {
                gone.await();
                return false;
            }
            case RESET -> {
                gone.await(100, TimeUnit.MILLISECONDS); // a reset takes away what the client has not read yet
                client.setSoLinger(true, 0);
                end("ServerClosed"); // not counted any more when the client learns of it and connects again
                return false;
            }
            case CUT_CHARACTER, HALF_FRAME -> {
                byte[] frame = next == null ? new byte[0] : writer.frame(next.post, next.rules, false);
                int cut = due.kind() == Fault.Kind.CUT_CHARACTER ? insideCharacter(frame) : frame.length / 2;
                out.write(frame, 0, cut);
                out.flush();
                if (due.kind() == Fault.Kind.CUT_CHARACTER) {
                    end("ServerClosed");
                }
                return false;
            }
            case GZIP_BOMB -> {
                bomb(out);
                return false;
            }
            default -> {
                return false;
            }
        }
    }

    private void bomb(OutputStream out) throws IOException {
        byte[] block = new byte[1 << 20];
        java.util.Arrays.fill(block, (byte) 'x');
        for (int i = 0; i < 1024 && gone.getCount() > 0; i++) {
            out.write(block);
        }
        out.flush();
    }

    private static int insideCharacter(byte[] frame) {
        for (int i = frame.length - 1; i > 0; i--) {
            if (frame[i] < 0 && (frame[i] & 0xc0) == 0xc0) {
                return i + 1;
            }
        }
        return frame.length / 2;
    }

    private static void write(OutputStream out, byte[] line) throws IOException {
        out.write(line);
        out.write(LINE_END);
        out.flush();
    }

    /** The rules of a post, empty if none. */
    static List<Rule> matching(Iterable<Rule> rules, FakePost post) {
        Subject subject = new Subject(post, Query.Use.STREAM);
        List<Rule> matching = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.query().matches(subject)) {
                matching.add(rule);
            }
        }
        return matching;
    }

    private record Delivery(FakePost post, List<Rule> rules) {}
}
