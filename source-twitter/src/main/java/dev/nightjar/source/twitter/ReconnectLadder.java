/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next connection, as X asks: at once after a live connection dropped, then 250 ms more each
 * time up to 16 s; after an HTTP error 5 s doubling to 320 s; after a rate limit 60 s doubling, and not before the time
 * that X names. Only a byte of data makes it forget earlier failures, an accepted connection alone does not. In any 15
 * minutes it lets through at most 50 connections.
 *
 * <p>Source: docs.x.com, x-api/fundamentals/handling-disconnections and rate-limits.
 *
 * <p>Confined to one thread.
 */
final class ReconnectLadder {
    static final int CONNECTIONS = 50;
    static final Duration WINDOW = Duration.ofMinutes(15);

    private static final Duration NETWORK_STEP = Duration.ofMillis(250);
    private static final Duration NETWORK_LIMIT = Duration.ofSeconds(16);
    private static final Duration HTTP_STEP = Duration.ofSeconds(5);
    private static final Duration HTTP_LIMIT = Duration.ofSeconds(320);
    private static final Duration RATE_STEP = Duration.ofSeconds(60);
    private static final Duration RATE_LIMIT = Duration.ofMinutes(15);
    private static final double JITTER = 0.1;

    private final RandomGenerator random;
    private final Deque<Instant> connections = new ArrayDeque<>();
    private int networkFailures;
    private int httpFailures;
    private int rateLimits;

    ReconnectLadder(RandomGenerator random) {
        this.random = random;
    }

    /** Data came: earlier failures are forgotten. */
    void alive() {
        networkFailures = 0;
        httpFailures = 0;
        rateLimits = 0;
    }

    /** Notes that a connection is made. */
    void connecting(Instant now) {
        connections.addLast(now);
        while (connections.size() > CONNECTIONS) {
            connections.removeFirst();
        }
    }

    Duration afterDrop(Instant now) {
        Duration wait = NETWORK_STEP.multipliedBy(networkFailures++);
        return within(now, jittered(min(wait, NETWORK_LIMIT)));
    }

    Duration afterHttpError(Instant now) {
        return within(now, jittered(doubled(HTTP_STEP, httpFailures++, HTTP_LIMIT)));
    }

    /** After status 429, with the time at which the window ends where X names one that counts. */
    Duration afterRateLimit(Instant now, @Nullable Instant reset) {
        Duration wait = doubled(RATE_STEP, rateLimits++, RATE_LIMIT);
        if (reset != null && Duration.between(now, reset).compareTo(wait) > 0) {
            wait = Duration.between(now, reset);
        }
        return within(now, jittered(wait));
    }

    private Duration within(Instant now, Duration wait) {
        if (connections.size() < CONNECTIONS) {
            return wait;
        }
        Duration untilFree = Duration.between(now, connections.getFirst().plus(WINDOW));
        return untilFree.compareTo(wait) > 0 ? untilFree : wait;
    }

    /** Jitter only adds, so that no wait is shorter than X asks. */
    private Duration jittered(Duration wait) {
        return wait.plusMillis(Math.round(wait.toMillis() * JITTER * random.nextDouble()));
    }

    private static Duration doubled(Duration step, int times, Duration limit) {
        return times > 20 ? limit : min(step.multipliedBy(1L << times), limit);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
