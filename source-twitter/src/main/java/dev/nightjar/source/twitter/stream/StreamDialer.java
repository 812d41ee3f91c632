/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.http.Refusal.Reaction;
import dev.nightjar.source.twitter.stream.StreamConnection.RefusedException;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.StaleConnections;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections at the pace that X asks for. Of a refusal it cures what can be cured: with another token, and by
 * ending the connections that a crashed run has left.
 *
 * <p>Confined to the thread that reads the stream.
 */
final class StreamDialer {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDialer.class);
    private static final Duration KILL_PAUSE = Duration.ofSeconds(60);
    /** A longer one is for the caller. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final TwitterStreamConfig config;
    private final StreamLink link;
    private final ReconnectLadder ladder;
    private final StreamTime time;
    private final StreamMeter meter;
    private final CountDownLatch closed;
    private @Nullable Instant lastKill;

    StreamDialer(
            TwitterStreamConfig config,
            StreamLink link,
            ReconnectLadder ladder,
            StreamTime time,
            StreamMeter meter,
            CountDownLatch closed) {
        this.config = config;
        this.link = link;
        this.ladder = ladder;
        this.time = time;
        this.meter = meter;
        this.closed = closed;
    }

    /**
     * Waits for the rest of the last wait.
     *
     * @throws RetriableException if that is for the caller to wait for
     */
    void awaitTurn() throws InterruptedException {
        Duration left = ladder.left(time.now());
        if (left.compareTo(LONGEST_WAIT) > 0) {
            throw new RetriableException("The X API asks to wait before the next connection", null, left);
        }
        time.await(closed, left);
    }

    /**
     * Connects.
     *
     * @throws RetriableException if there is no token at the moment
     */
    Attempt connect(int backfillMinutes) throws InterruptedException {
        try {
            return new Attempt(connectWithToken(backfillMinutes), null);
        } catch (RefusedException e) {
            if (!killStale(e.refusal())) {
                return new Attempt(null, e.refusal().exception(waitAfter(e)));
            }
            boolean over = time.await(closed, ladder.afterCure(time.now()));
            return over ? new Attempt(null, null) : connect(backfillMinutes); // it kills no second time so soon
        } catch (IOException e) {
            String message = "The X API at " + config.get(TwitterStreamConfig.BASE_URL)
                    + " does not answer; see that it can be reached from here";
            return new Attempt(null, new RetriableException(message, e, ladder.afterDrop(time.now())));
        }
    }

    /**
     * Connects; with another token if X no longer knows this one, in other words if it does not take these, which counts
     * as a connection of its own.
     */
    private StreamLink.Body connectWithToken(int backfillMinutes)
            throws IOException, InterruptedException, RefusedException {
        try {
            return dial(backfillMinutes);
        } catch (RefusedException e) {
            if (link.reword(e.refusal())) {
                awaitTurn();
                return connectWithToken(backfillMinutes); // which it takes back after a second refusal
            }
            if (e.refusal().status() != 401 || !link.renew()) {
                throw e;
            }
            awaitTurn();
            return dial(backfillMinutes);
        }
    }

    private StreamLink.Body dial(int backfillMinutes) throws IOException, InterruptedException, RefusedException {
        ladder.connecting(time.now());
        meter.connecting();
        return link.connect(backfillMinutes);
    }

    private Duration waitAfter(RefusedException e) {
        Refusal refusal = e.refusal();
        Instant now = time.now();
        return switch (refusal.reaction()) {
            case GIVE_UP -> Duration.ZERO;
            case RETRY -> ladder.afterHttpError(now, e.retryAfter());
            case WAIT_FOR_LIMIT -> {
                Duration asked = e.retryAfter();
                Instant reset = refusal.windowEnd();
                boolean later = asked != null && (reset == null || reset.isBefore(now.plus(asked)));
                yield ladder.afterRateLimit(now, later ? now.plus(asked) : reset);
            }
        };
    }

    /** Ends connections left by a crashed run, if they hold this one back; returns whether there were any. */
    private boolean killStale(Refusal refusal) throws InterruptedException {
        Instant now = time.now();
        boolean wanted = config.get(TwitterStreamConfig.STALE_CONNECTIONS) == StaleConnections.KILL
                && refusal.reaction() == Reaction.WAIT_FOR_LIMIT
                && refusal.problems().stream()
                        .anyMatch(problem -> "TooManyConnections".equals(problem.connectionIssue()))
                && (lastKill == null || Duration.between(lastKill, now).compareTo(KILL_PAUSE) >= 0);
        if (!wanted) {
            return false;
        }
        try {
            int killed = link.killStale();
            LOG.warn("Ended {} connections to the stream that X still counted", killed);
            lastKill = killed > 0 ? now : lastKill;
            return killed > 0;
        } catch (IOException | NightjarException e) {
            LOG.warn("Cannot end the connections that X still counts: {}", e.toString());
            return false;
        }
    }

    /** A connection, or an error that says when the next attempt is due; neither if the stream was closed meanwhile. */
    record Attempt(
            StreamLink.@Nullable Body connection, @Nullable NightjarException error) {}
}
