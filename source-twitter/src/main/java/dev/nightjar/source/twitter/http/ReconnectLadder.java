/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next connection, as X asks. After a live connection dropped: at once, then 250 ms more
 * each time up to 16 s. After an HTTP error: 5 s doubling to 320 s, or a longer Retry-After header. After a rate limit:
 * until the time that X names; if it names none, or that was too early, 60 s doubling to 15 minutes. Only a connection that has lived for a while makes
 * it forget earlier failures, an accepted one alone does not. In any 15 minutes it lets through at most 50 connections.
 *
 * <p>Source: docs.x.com, x-api/fundamentals/handling-disconnections and rate-limits.
 *
 * <p>Safe for use by multiple threads.
 */
public final class ReconnectLadder {
    /** How long a connection must live until earlier failures are forgotten. */
    public static final Duration SETTLED = Duration.ofSeconds(10);

    /** The most connections in a window. */
    public static final int CONNECTIONS = 50;
    /** In which connections are counted. */
    public static final Duration WINDOW = Duration.ofMinutes(15);

    private static final Duration NETWORK_STEP = Duration.ofMillis(250);
    private static final Duration NETWORK_LIMIT = Duration.ofSeconds(16);
    private static final Duration HTTP_STEP = Duration.ofSeconds(5);
    private static final Duration HTTP_LIMIT = Duration.ofSeconds(320);
    private static final Duration RATE_STEP = Duration.ofSeconds(60);
    private static final Duration RATE_LIMIT = Duration.ofMinutes(15);
    private static final double JITTER = 0.1;

    /** X counts the connections of an application, whatever objects of this process make them. */
    private static final Map<Object, ReconnectLadder> SHARED = new ConcurrentHashMap<>();

    private final RandomGenerator random;
    private final Deque<Instant> connections = new ArrayDeque<>();
    private int networkFailures;
    private int httpFailures;
    private int rateLimits;
    private Instant notBefore = Instant.MIN;

    /** A ladder of its own, at its foot. */
    public ReconnectLadder(RandomGenerator random) {
        this.random = random;
    }

    /** The one ladder of this process for an application: a reopened stream continues where the last one failed. */
    public static ReconnectLadder shared(Object application) {
        return SHARED.computeIfAbsent(application, any -> new ReconnectLadder(new Random()));
    }

    /** A connection has proved to be alive: earlier failures are forgotten. */
    public synchronized void alive() {
        networkFailures = 0;
        httpFailures = 0;
        rateLimits = 0;
    }

    /** Notes that a connection is made. */
    public synchronized void connecting(Instant now) {
        connections.addLast(now);
        while (connections.size() > CONNECTIONS) {
            connections.removeFirst();
        }
    }

    /** How long to wait before a connection that has not been waited for yet: the rest of the last wait. */
    public synchronized Duration left(Instant now) {
        Duration left = Duration.between(now, notBefore.equals(Instant.MIN) ? now : notBefore);
        return within(now, left.isNegative() ? Duration.ZERO : left);
    }

    /** After a connection dropped, or could not be made. */
    public synchronized Duration afterDrop(Instant now) {
        Duration wait = NETWORK_STEP.multipliedBy(networkFailures++);
        return within(now, jittered(min(wait, NETWORK_LIMIT)));
    }

    Duration afterHttpError(Instant now) {
        return afterHttpError(now, null);
    }

    /** After a status that may pass, with how long X asks to wait where it says so. */
    public synchronized Duration afterHttpError(Instant now, @Nullable Duration retryAfter) {
        Duration wait = doubled(HTTP_STEP, httpFailures++, HTTP_LIMIT);
        return within(now, jittered(retryAfter != null && retryAfter.compareTo(wait) > 0 ? retryAfter : wait));
    }

    /** After status 429, with the time at which the window ends where X names one that counts. */
    public synchronized Duration afterRateLimit(Instant now, @Nullable Instant reset) {
        boolean first = rateLimits == 0;
        Duration wait = doubled(RATE_STEP, rateLimits++, RATE_LIMIT);
        Duration asked = reset == null ? Duration.ZERO : Duration.between(now, reset);
        boolean named = asked.compareTo(first ? Duration.ZERO : wait) > 0;
        return within(now, jittered(named ? asked : wait));
    }

    /** After what held the connection back was taken away. */
    public synchronized Duration afterCure(Instant now) {
        return within(now, jittered(HTTP_STEP));
    }

    private Duration within(Instant now, Duration wait) {
        Duration allowed = wait;
        if (connections.size() == CONNECTIONS) {
            Duration untilFree = Duration.between(now, connections.getFirst().plus(WINDOW));
            allowed = untilFree.compareTo(wait) > 0 ? untilFree : wait;
        }
        notBefore = now.plus(allowed);
        return allowed;
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
