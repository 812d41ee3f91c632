/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import dev.nightjar.json.XProblem;
import dev.nightjar.source.twitter.StreamConnection.RefusedException;
import dev.nightjar.source.twitter.StreamRefusal.Reaction;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live stream. One thread reads bytes, cuts them into lines and queues them; the thread that polls parses. A watchdog
 * ends a connection that has been silent for too long, whatever the HTTP client thinks of it.
 *
 * <p>Confined to one thread; only {@link #close()} may be called from another.
 */
final class TwitterStreamSource implements TweetSource {
    private static final Logger LOG = LoggerFactory.getLogger(TwitterStreamSource.class);
    private static final String POSITION = "newest-id=";
    private static final int LARGEST_FRAME = 4 * 1024 * 1024;
    private static final int LARGEST_BATCH = 500;
    private static final String ORIGIN = "x-stream";

    private final TwitterStreamConfig config;
    private final String token;
    private final HttpClient client;
    private final ReconnectLadder ladder;
    private final BlockingQueue<Line> queue;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread reader;
    private final Thread watchdog;
    private volatile StreamConnection connection;
    private volatile long lastByte = System.nanoTime();
    /** Whether the reading thread waits for bytes, and neither for room in the queue nor for its next attempt. */
    private volatile boolean reading;

    private volatile @Nullable NightjarException failure;
    private long newestId;

    private TwitterStreamSource(
            TwitterStreamConfig config,
            String token,
            SourcePosition position,
            HttpClient client,
            ReconnectLadder ladder,
            StreamConnection connection) {
        this.config = config;
        this.token = token;
        this.client = client;
        this.ladder = ladder;
        this.connection = connection;
        this.newestId = newestId(position);
        this.queue = new ArrayBlockingQueue<>(config.queueCapacity());
        this.reader = daemon("nightjar-x-stream", this::readUntilClosed);
        this.watchdog = daemon("nightjar-x-watchdog", this::watch);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    static TweetSource open(TwitterStreamConfig config, SourcePosition position) {
        newestId(position); // refuses a foreign position before anything is opened
        TokenSource tokens = TokenSource.of(config.credentials(), config.baseUrl());
        HttpClient client = StreamConnection.client();
        ReconnectLadder ladder = new ReconnectLadder(new Random());
        try {
            String token = tokens.token();
            ladder.connecting(Instant.now());
            StreamConnection connection = StreamConnection.open(client, config.baseUrl(), token);
            TwitterStreamSource source = new TwitterStreamSource(config, token, position, client, ladder, connection);
            source.start();
            return source;
        } catch (RefusedException e) {
            StreamRefusal refusal = e.refusal();
            throw refusal.exception(
                    refusal.reaction() == Reaction.WAIT_FOR_LIMIT
                            ? ladder.afterRateLimit(Instant.now(), refusal.windowEnd())
                            : ladder.afterHttpError(Instant.now()));
        } catch (IOException e) {
            throw new RetriableException("The X API at " + config.baseUrl() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException("Interrupted while connecting to the X API", e);
        }
    }

    private void start() {
        reader.start();
        watchdog.start();
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        checkOpen();
        Line first = queue.poll();
        if (first == null) {
            rethrowFailure();
            first = await(timeout);
        }
        if (first == null) {
            return SourceBatch.empty();
        }
        List<Line> lines = new ArrayList<>();
        lines.add(first);
        queue.drainTo(lines, LARGEST_BATCH - 1);
        return parse(lines);
    }

    @Override
    public SourcePosition position() {
        return newestId == 0 ? SourcePosition.START : new SourcePosition(POSITION + newestId);
    }

    @Override
    public void close() {
        closed.countDown();
        connection.close();
        // Wakes a poll that waits; a full queue needs no waking.
        if (queue.offer(Line.end())) {
            LOG.debug("Closing the stream");
        }
        reader.interrupt();
    }

    private @Nullable Line await(Duration timeout) throws InterruptedException {
        Line line = queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        checkOpen();
        if (line == null || line.kind == Kind.END) {
            rethrowFailure();
            return null;
        }
        return line;
    }

    private void checkOpen() {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("The source is closed");
        }
    }

    private void rethrowFailure() {
        NightjarException cause = failure;
        if (cause != null) {
            throw new ConfigException(cause.getMessage(), cause);
        }
    }

    private SourceBatch parse(List<Line> lines) {
        List<Tweet> tweets = new ArrayList<>();
        List<DeadLetter> deadLetters = new ArrayList<>();
        List<String> deletedIds = new ArrayList<>();
        Map<String, Long> skipped = new HashMap<>();
        for (Line line : lines) {
            if (line.kind == Kind.END) {
                continue;
            }
            if (line.kind == Kind.BEGINNING) {
                deadLetters.add(new DeadLetter(
                        DeadLetter.Stage.SOURCE,
                        "frame-too-large",
                        "A frame of more than " + LARGEST_FRAME + " bytes; its beginning is kept",
                        ORIGIN,
                        line.bytes));
            } else if (isBlank(line.bytes)) {
                skipped.merge("keep-alive", 1L, Long::sum);
            } else {
                parse(line.bytes, tweets, deadLetters, deletedIds, skipped);
            }
        }
        return new SourceBatch(tweets, deadLetters, deletedIds, skipped);
    }

    private void parse(
            byte[] frame,
            List<Tweet> tweets,
            List<DeadLetter> deadLetters,
            List<String> deletedIds,
            Map<String, Long> skipped) {
        XPayload payload;
        try {
            payload = XJson.read(frame, ORIGIN);
        } catch (DataException e) {
            deadLetters.add(DeadLetter.of(DeadLetter.Stage.SOURCE, e, ORIGIN, frame));
            return;
        }
        for (Tweet tweet : payload.tweets()) {
            tweets.add(tweet);
            newestId = Math.max(newestId, Long.parseLong(tweet.id()));
        }
        deadLetters.addAll(payload.deadLetters());
        deletedIds.addAll(payload.deletedIds());
        payload.skipped().forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
        if (payload.isError()) {
            skipped.merge("stream-message", 1L, Long::sum);
            act(payload.problems());
        }
    }

    /** After a message that ends the stream the socket may stay open and silent: it is closed from here. */
    private void act(List<XProblem> problems) {
        LOG.warn("The X API says {}; connecting again", problems);
        connection.close();
    }

    private void readUntilClosed() {
        try {
            while (closed.getCount() > 0) {
                Duration wait = readUntilDropped();
                while (closed.getCount() > 0 && wait != null) {
                    if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                        return;
                    }
                    wait = reconnect();
                }
            }
        } catch (InterruptedException e) {
            // Only close() interrupts this thread.
            LOG.debug("The stream's thread was interrupted", e);
        } catch (ConfigException e) {
            failure = e;
            if (!queue.offer(Line.end())) {
                LOG.debug("The poll will find the failure behind the queued records");
            }
        }
    }

    private Duration readUntilDropped() throws InterruptedException {
        try {
            lastByte = System.nanoTime();
            reading = true;
            new FrameReader(connection.body(), LARGEST_FRAME, new Listener()).run();
            LOG.info("The X API ended the stream");
        } catch (IOException e) {
            LOG.info("The connection to the X API dropped: {}", e.toString());
        } finally {
            reading = false;
            connection.close();
        }
        return ladder.afterDrop(Instant.now());
    }

    /** Connects once; returns how long to wait before the next attempt, null if this one worked. */
    private @Nullable Duration reconnect() throws InterruptedException {
        ladder.connecting(Instant.now());
        try {
            StreamConnection next = StreamConnection.open(client, config.baseUrl(), token);
            connection = next;
            if (closed.getCount() == 0) {
                next.close();
            }
            return null;
        } catch (RefusedException e) {
            StreamRefusal refusal = e.refusal();
            return switch (refusal.reaction()) {
                case GIVE_UP -> throw refusal.exception(Duration.ZERO);
                case RETRY -> ladder.afterHttpError(Instant.now());
                case WAIT_FOR_LIMIT -> ladder.afterRateLimit(Instant.now(), refusal.windowEnd());
            };
        } catch (IOException e) {
            LOG.info("The X API does not answer: {}", e.toString());
            return ladder.afterDrop(Instant.now());
        }
    }

    /** Runs in a thread of its own: ends a connection that is silent for too long. */
    private void watch() {
        long tick = Math.max(1, config.stallLimit().toMillis() / 10);
        try {
            while (!closed.await(tick, TimeUnit.MILLISECONDS)) {
                long silent = System.nanoTime() - lastByte;
                if (reading && silent > config.stallLimit().toNanos()) {
                    LOG.warn("No byte from the X API for {} ms; connecting again", silent / 1_000_000);
                    connection.close();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("The watchdog was interrupted", e);
        }
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static long newestId(SourcePosition position) {
        if (position.isStart()) {
            return 0;
        }
        try {
            if (position.token().startsWith(POSITION)) {
                return Long.parseLong(Tweet.checkId(position.token().substring(POSITION.length())));
            }
        } catch (DataException e) {
            LOG.debug("Not an id", e);
        }
        throw new ConfigException("The position '" + position.token() + "' is not one of a filtered stream");
    }

    /** Runs in the reading thread; it never parses. */
    private final class Listener implements FrameReader.Listener {
        @Override
        public void bytes(int count) {
            lastByte = System.nanoTime();
        }

        @Override
        public void line(byte[] bytes) throws InterruptedException {
            ladder.alive();
            enqueue(new Line(Kind.FRAME, bytes));
        }

        @Override
        public void tooLong(byte[] beginning) throws InterruptedException {
            enqueue(new Line(Kind.BEGINNING, beginning));
        }

        private void enqueue(Line line) throws InterruptedException {
            reading = false;
            queue.put(line);
            lastByte = System.nanoTime();
            reading = true;
        }
    }

    private enum Kind {
        FRAME,
        BEGINNING,
        END
    }

    /** A line of the stream, the beginning of one that is too long, or the sign that no more come. */
    private static final class Line {
        private final Kind kind;
        private final byte[] bytes;

        Line(Kind kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }

        static Line end() {
            return new Line(Kind.END, new byte[0]);
        }
    }
}
