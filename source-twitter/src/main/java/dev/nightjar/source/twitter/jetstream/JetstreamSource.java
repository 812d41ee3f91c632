/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.io.Gate;
import dev.nightjar.io.Server;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.http.XHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live stream of Bluesky's posts. The server is asked for only as many messages as there is room for, so its thread
 * never waits. The polling thread parses, and reconnects when a connection is lost.
 *
 * <p>Confined to one thread; only {@link #close()} may be called from another.
 */
final class JetstreamSource implements TweetSource {
    private static final Logger LOG = LoggerFactory.getLogger(JetstreamSource.class);
    private static final String POSITION = "cursor=";
    private static final String ORIGIN = "jetstream";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final long SHORTEST_CONNECT = Duration.ofSeconds(1).toNanos();
    private static final int LARGEST_MESSAGE = 1024 * 1024;
    private static final int LARGEST_BATCH = 500;

    private final JetstreamConfig config;
    private final ReconnectLadder ladder = new ReconnectLadder(new Random());
    private final BlockingDeque<Message> queue = new LinkedBlockingDeque<>();
    private final ReentrantLock polling = new ReentrantLock();
    private final Gate gate = new Gate();
    private volatile @Nullable Connection connection;
    private long cursor;
    private Instant notBefore = Instant.MIN;

    private JetstreamSource(JetstreamConfig config, long cursor) {
        this.config = config;
        this.cursor = cursor;
    }

    static TweetSource open(JetstreamConfig config, SourcePosition position) {
        JetstreamSource source = new JetstreamSource(config, cursor(position));
        try {
            source.connect(CONNECT_LIMIT);
            return source;
        } catch (IOException e) {
            throw new RetriableException(
                    "The Jetstream server at " + config.get(JetstreamConfig.ENDPOINT) + " does not answer", e);
        } catch (InterruptedException e) {
            throw Server.interrupted("connect to " + config.get(JetstreamConfig.ENDPOINT), e);
        }
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + Math.min(timeout.toMillis(), 365L * 24 * 3600 * 1000) * 1_000_000;
        polling.lock();
        try {
            while (true) {
                gate.checkOpen("source");
                List<Message> messages = new ArrayList<>();
                queue.drainTo(messages, LARGEST_BATCH);
                SourceBatch batch = read(messages);
                if (!batch.isEmpty()) {
                    return batch;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return batch;
                }
                if (messages.isEmpty()) {
                    await(left);
                }
            }
        } finally {
            polling.unlock();
        }
    }

    @Override
    public SourcePosition position() {
        return cursor == 0 ? SourcePosition.START : new SourcePosition(POSITION + cursor);
    }

    @Override
    public void close() {
        gate.close();
        Connection current = connection;
        if (current != null) {
            current.abort();
        }
        queue.add(Message.wake());
    }

    /** Waits for a message, or reconnects if there is no live connection. */
    private void await(long nanos) throws InterruptedException {
        Connection current = connection;
        if (current != null && !current.isOver()) {
            long untilStall = config.get(JetstreamConfig.STALL_LIMIT).toNanos() - current.silence();
            if (untilStall <= 0) {
                LOG.warn(
                        "No message from {} for {}; connecting again",
                        config.get(JetstreamConfig.ENDPOINT),
                        config.get(JetstreamConfig.STALL_LIMIT));
                current.abort();
                return;
            }
            awaitMessage(Math.min(nanos, untilStall));
            return;
        }
        if (current != null) {
            connection = null;
            notBefore = Instant.now().plus(ladder.afterDrop(Instant.now()));
        }
        long wait = Math.max(0, Duration.between(Instant.now(), notBefore).toNanos());
        if (wait > 0) {
            awaitMessage(Math.min(nanos, wait));
            return;
        }
        try {
            connect(Duration.ofNanos(Math.max(SHORTEST_CONNECT, Math.min(nanos, CONNECT_LIMIT.toNanos()))));
        } catch (IOException e) {
            notBefore = Instant.now().plus(ladder.afterDrop(Instant.now()));
            LOG.info("The Jetstream server does not answer: {}", e.toString());
        }
    }

    /** Waits until there is a message, or something to look at. */
    private void awaitMessage(long nanos) throws InterruptedException {
        Message first = queue.pollFirst(nanos, TimeUnit.NANOSECONDS);
        if (first != null && first.from != null) {
            queue.addFirst(first);
        }
    }

    private void connect(Duration limit) throws IOException, InterruptedException {
        ladder.connecting(Instant.now());
        String query = "?wantedCollections=app.bsky.feed.post" + (cursor == 0 ? "" : "&cursor=" + cursor);
        Connection next = new Connection();
        CompletableFuture<WebSocket> opening =
                XHttp.webSocket(limit).buildAsync(URI.create(config.get(JetstreamConfig.ENDPOINT) + query), next);
        try {
            next.socket = opening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            opening.cancel(true);
            throw new IOException("No answer within " + limit, e);
        } catch (ExecutionException e) {
            throw XHttp.ioException(e);
        }
        connection = next;
        next.request(config.get(JetstreamConfig.QUEUE_CAPACITY));
        if (gate.isClosed()) {
            next.abort();
        }
    }

    private SourceBatch read(List<Message> messages) {
        SourceBatch.Builder batch = SourceBatch.builder();
        Map<Connection, Integer> taken = new HashMap<>();
        for (Message message : messages) {
            if (message.from == null) {
                continue;
            }
            taken.merge(message.from, 1, Integer::sum);
            if (message.from.hasSettled()) {
                ladder.alive();
            }
            try {
                if (message.cut) {
                    throw new DataException(
                            "message-too-large",
                            "A message of more than " + LARGEST_MESSAGE + " characters; its beginning is kept");
                }
                JetstreamEvent event = JetstreamEvent.read(message.text.getBytes(UTF_8));
                cursor = Math.max(cursor, event.timeMicros());
                if (event.tweet() != null) {
                    batch.tweet(event.tweet());
                } else if (event.deletedId() != null) {
                    batch.deleted(event.deletedId());
                } else {
                    batch.skipped(String.valueOf(event.skipped()), 1);
                }
            } catch (DataException e) {
                batch.deadLetter(DeadLetter.of(DeadLetter.Stage.SOURCE, e, ORIGIN, message.text.getBytes(UTF_8)));
            }
        }
        taken.forEach(Connection::request);
        return batch.build();
    }

    private static long cursor(SourcePosition position) {
        if (position.isStart()) {
            return 0;
        }
        String token = position.token();
        if (token.matches(POSITION + "[1-9][0-9]{0,17}")) {
            return Long.parseLong(token.substring(POSITION.length()));
        }
        throw new ConfigException("The position '" + token + "' is not one of a Jetstream");
    }

    /** A message of a connection, or none, which wakes a poll. */
    private record Message(@Nullable Connection from, String text, boolean cut) {
        static Message wake() {
            return new Message(null, "", false);
        }
    }

    /** One connection; its methods run in the HTTP client's threads and never wait. */
    private final class Connection implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private volatile @Nullable WebSocket socket;
        private volatile boolean over;
        private final long opened = System.nanoTime();
        private volatile long lastMessage = opened;
        private boolean cut;

        boolean isOver() {
            return over;
        }

        /** Whether it has lived for so long that earlier failures are forgotten. */
        boolean hasSettled() {
            return lastMessage - opened >= ReconnectLadder.SETTLED.toNanos();
        }

        long silence() {
            return System.nanoTime() - lastMessage;
        }

        void request(int messages) {
            WebSocket open = socket;
            if (open != null && !over) {
                open.request(messages);
            }
        }

        void abort() {
            over = true;
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }

        @Override
        public void onOpen(WebSocket webSocket) {
            // Messages are asked for when the source knows the connection.
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            lastMessage = System.nanoTime();
            int room = LARGEST_MESSAGE - text.length();
            cut |= data.length() > room;
            text.append(data, 0, Math.min(data.length(), room));
            if (last) {
                queue.add(new Message(this, text.toString(), cut));
                text.setLength(0);
                cut = false;
            } else {
                webSocket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
            lastMessage = System.nanoTime(); // the client answers it by itself
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            LOG.info("The Jetstream server ended the connection with status {}", status);
            end();
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            LOG.info("The connection to the Jetstream server dropped: {}", error.toString());
            end();
        }

        private void end() {
            over = true;
            queue.add(Message.wake());
        }
    }
}
