/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLease;
import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import dev.nightjar.source.twitter.stream.Queued.Frame;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.Opening;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream connected: it is always at one {@linkplain Stage stage}, which it does to its end.
 *
 * <p>Confined to the thread that runs it; {@link #status}, {@link #isDone} and {@link #failure} may be called from
 * others.
 */
final class StreamReader {
    static final int LARGEST_FRAME = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final TwitterStreamConfig config;
    private final ReconnectLadder ladder;
    private final StreamTime time;
    private final FrameQueue queue;
    private final GapWatch gaps;
    private final StreamMeter meter;
    private final Watchdog watchdog;
    private final SpendGuard guard;
    private final SpendLease lease;
    private final CountDownLatch closed;
    private final StreamDialer dialer;
    private final Intake intake;
    private final LineHandler lines;

    private StreamLink.@Nullable Body connection;
    private volatile StreamStatus.State state = StreamStatus.State.CONNECTING;
    private volatile @Nullable String trouble;
    private volatile @Nullable Instant nextAttempt;
    /** What comes first if the first connection was refused for the time being. */
    private @Nullable Stage first;

    private volatile @Nullable FatalException failure;

    StreamReader(
            TwitterStreamConfig config,
            StreamLink link,
            ReconnectLadder ladder,
            StreamTime time,
            FrameQueue queue,
            GapWatch gaps,
            StreamMeter meter,
            Watchdog watchdog,
            SpendGuard guard,
            CountDownLatch closed) {
        this.config = config;
        this.ladder = ladder;
        this.time = time;
        this.queue = queue;
        this.gaps = gaps;
        this.meter = meter;
        this.watchdog = watchdog;
        this.guard = guard;
        this.lease = new SpendLease(guard);
        this.closed = closed;
        this.dialer = new StreamDialer(config, link, ladder, time, meter, closed);
        this.intake = Intake.of(config, queue, gaps, meter, watchdog);
        this.lines = new LineHandler(ladder, meter, gaps, intake, lease);
    }

    /**
     * Connects for the first time, unless a limit of posts is reached, or X asks to wait and that is left to {@link #run}.
     *
     * @throws FatalException if X refuses for good
     * @throws RetriableException if X does not answer, or asks to wait
     */
    void connectFirst() throws InterruptedException {
        try {
            dialer.awaitTurn();
            NightjarException error = lease.reserve() ? connect() : null;
            if (error != null) {
                throw error;
            }
        } catch (RetriableException e) {
            Duration wait = e.retryAfter().orElse(null);
            // What X has answered has no cause.
            if (config.get(TwitterStreamConfig.OPENING) == Opening.WAITING && wait != null && e.getCause() == null) {
                first = waiting(e, wait);
            } else {
                giveUp();
                throw e;
            }
        } catch (Throwable e) {
            giveUp();
            throw e;
        }
    }

    private void giveUp() {
        watchdog.disconnect();
        lease.close();
    }

    /** Reads and connects again until the source is closed or there is nothing more to read. */
    void run() {
        try {
            runStages();
        } catch (FatalException e) {
            trouble = e.getMessage();
            failure = e;
        } catch (RuntimeException | Error e) {
            trouble = e.toString();
            failure = new FatalException("The stream ended by a fault of Nightjar", e);
            if (e instanceof Error error) {
                throw error;
            }
        } finally {
            state = StreamStatus.State.ENDED;
            queue.end();
        }
    }

    private void runStages() {
        try {
            runToTheEnd();
            intake.end();
            if (closed.getCount() == 0) {
                gaps.closed(time.now());
            } else {
                gaps.stopped(time.now());
            }
        } finally {
            watchdog.disconnect();
            intake.end();
            gaps.ended(time.now());
            lease.close();
        }
    }

    private void runToTheEnd() {
        try {
            Stage stage = first != null ? first : connection == null ? this::connecting : this::reading;
            while (stage != null && closed.getCount() > 0) {
                stage = stage.run();
            }
        } catch (InterruptedException e) {
            // Only close() interrupts this thread.
            LOG.debug("The stream's thread was interrupted", e);
        }
    }

    /** Makes one attempt to connect. */
    private @Nullable Stage connecting() throws InterruptedException {
        try {
            if (!lease.reserve()) {
                return resting();
            }
            state = StreamStatus.State.CONNECTING;
            NightjarException error = connect();
            if (error == null) {
                return this::reading;
            }
            if (error instanceof RetriableException later) {
                return waiting(later, later.retryAfter().orElse(Duration.ZERO));
            }
            throw error;
        } catch (RetriableException e) {
            return waiting(e, ladder.afterHttpError(time.now(), e.retryAfter().orElse(null)));
        }
    }

    /** Reads the connection to its end. */
    private @Nullable Stage reading() throws InterruptedException {
        Ending ending = read(Objects.requireNonNull(connection));
        if (closed.getCount() == 0) {
            return null;
        }
        NightjarException error = ending.error();
        if (error != null && !(error instanceof RetriableException)) {
            throw error;
        }
        if (ending.reason() == Reason.SPEND_LIMIT && guard.pause() == null) {
            return resting();
        }
        state = StreamStatus.State.CONNECTING;
        intake.end();
        gaps.disconnected(ending.reason());
        trouble = ending.message();
        return switch (ending.reason()) {
            case OVERFLOW -> relaxing();
            case SPEND_LIMIT -> resting();
            default -> {
                Duration wait = error instanceof RetriableException later
                        ? ladder.afterHttpError(time.now(), later.retryAfter().orElse(null))
                        : ladder.afterDrop(time.now());
                LOG.info("{}; connecting again in {}", ending.message(), wait);
                yield waiting(wait);
            }
        };
    }

    /** Waits until the next attempt is due. */
    private Stage waiting(Duration wait) {
        nextAttempt = time.now().plus(wait);
        return () -> {
            boolean over = time.await(closed, wait);
            nextAttempt = null;
            return over ? null : connecting();
        };
    }

    private Stage waiting(RetriableException reason, Duration wait) {
        trouble = reason.getMessage();
        LOG.warn("{} ({}); connecting again in {}", reason.getMessage(), String.valueOf(reason.getCause()), wait);
        return waiting(wait);
    }

    /** Waits until half of the queue is free. */
    private Stage relaxing() {
        LOG.warn("The poll is too slow: the stream is given up until half of the queue is free");
        state = StreamStatus.State.PAUSED;
        return () -> {
            while (!queue.isRelaxed()) {
                if (time.await(closed, LOOK)) {
                    return null;
                }
            }
            return waiting(ladder.afterDrop(time.now()));
        };
    }

    /** A limit of posts is reached: waits for the next day or month, or ends. */
    private @Nullable Stage resting() {
        Duration pause = guard.pause();
        if (pause == null) {
            LOG.info("The stream ends: the limit of posts is reached: {}", guard.limits());
            return null;
        }
        LOG.warn("The limit of posts is reached; connecting again in {}", pause);
        state = StreamStatus.State.PAUSED;
        trouble = "The limit of posts is reached";
        return waiting(pause.plusMillis(1));
    }

    /** Connects; returns the error if that failed. */
    private @Nullable NightjarException connect() throws InterruptedException {
        int backfill = gaps.backfillMinutes(time.now());
        StreamDialer.Attempt attempt = dialer.connect(backfill);
        StreamLink.Body next = attempt.connection();
        if (next == null) {
            return attempt.error();
        }
        connection = next;
        watchdog.guard(next);
        lines.begin();
        gaps.connected(time.now(), backfill);
        state = StreamStatus.State.LIVE;
        trouble = null;
        LOG.info("Connected to the stream of {}", config.get(TwitterStreamConfig.BASE_URL));
        if (closed.getCount() == 0) {
            next.close();
        }
        return null;
    }

    private Ending read(StreamLink.Body body) throws InterruptedException {
        try {
            watchdog.wake();
            FrameReader frames = new FrameReader(body.stream(), LARGEST_FRAME, time::now, meter::byteCame);
            for (Frame line = frames.next(); line != null; line = frames.next()) {
                Ending ending = lines.handle(line);
                if (ending != null) {
                    return ending;
                }
            }
            return Ending.of(Reason.DROPPED, "The X API ended the stream");
        } catch (IOException e) {
            return watchdog.hasBitten()
                    ? Ending.of(Reason.STALLED, "No byte for " + config.get(TwitterStreamConfig.STALL_LIMIT))
                    : Ending.of(Reason.DROPPED, "The connection broke: " + e);
        } finally {
            watchdog.rest();
            watchdog.disconnect();
        }
    }

    /** Whether it has ended without a fault: no more will come. */
    boolean isDone() {
        return state == StreamStatus.State.ENDED && failure == null;
    }

    /** Why it ended, if not by its own will. */
    @Nullable
    FatalException failure() {
        return failure;
    }

    StreamStatus status(long duplicates) {
        // What is only reserved is not spent.
        long unread = lease.unread();
        Spent counted = guard.spent();
        Spent spent = new Spent(
                Math.max(0, counted.thisRun() - unread),
                Math.max(0, counted.today() - unread),
                Math.max(0, counted.thisMonth() - unread));
        return meter.status(state, duplicates, queue.size(), gaps.missing(), spent, trouble, nextAttempt);
    }

    /** A stage that runs to its end and returns the next stage; null if there is none. */
    private interface Stage {
        @Nullable
        Stage run() throws InterruptedException;
    }
}
