/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When the next request to an endpoint may be made: not before a used-up window ends, not closer than the endpoint's
 * spacing, and after failures on the ladders of {@link ReconnectLadder}. An answer without rate-limit headers says
 * nothing about the limit.
 *
 * <p>Confined to one thread.
 */
public final class RequestPace {
    /** The full archive takes one request a second; a little more, since requests may travel at different speeds. */
    public static final Duration ARCHIVE_SPACING = Duration.ofMillis(1050);

    /** After the refusal of a request though some are left: it is the limit per second. */
    static final Duration SHORT_LIMIT = Duration.ofSeconds(10);

    /** The reset is a whole second. */
    private static final Duration RESET_SLACK = Duration.ofSeconds(1);

    private final Duration spacing;
    private final ReconnectLadder ladder;
    private Instant notBefore = Instant.MIN;
    private boolean shortLimit;

    /** The pace of one endpoint. */
    public RequestPace(Duration spacing, RandomGenerator random) {
        this.spacing = spacing;
        this.ladder = new ReconnectLadder(random);
    }

    /** How long to wait before the next request; zero if it may be made. */
    public Duration wait(Instant now) {
        return now.isBefore(notBefore) ? Duration.between(now, notBefore) : Duration.ZERO;
    }

    /** A request is made. */
    public void sent(Instant now) {
        notBefore(now.plus(spacing));
    }

    /** It was answered: earlier failures are forgotten. */
    public void succeeded(RateLimit limit) {
        ladder.alive();
        shortLimit = false;
        Instant windowEnd = limit.windowEnd();
        if (limit.isUsedUp() && windowEnd != null) {
            notBefore(windowEnd.plus(RESET_SLACK));
        }
    }

    /** It was refused for a reason that time may cure; returns how long to wait. */
    public Duration refused(Instant now, Refusal refusal, RateLimit limit) {
        Duration wait = switch (refusal.reaction()) {
            case GIVE_UP -> Duration.ZERO;
            case RETRY -> ladder.afterHttpError(now);
            case WAIT_FOR_LIMIT -> afterLimit(now, refusal, limit);
        };
        Duration asked = limit.retryAfter();
        if (refusal.reaction() != Refusal.Reaction.GIVE_UP && asked != null && asked.compareTo(wait) > 0) {
            wait = asked;
        }
        notBefore(now.plus(wait));
        return wait;
    }

    /** There was no answer, or an unreadable one; returns how long to wait. */
    public Duration failed(Instant now) {
        Duration wait = ladder.afterHttpError(now);
        notBefore(now.plus(wait));
        return wait;
    }

    private Duration afterLimit(Instant now, Refusal refusal, RateLimit limit) {
        boolean someLeft = limit.remaining() != null && !limit.isUsedUp();
        if (someLeft && !shortLimit) {
            shortLimit = true;
            return SHORT_LIMIT;
        }
        return ladder.afterRateLimit(now, someLeft ? null : refusal.windowEnd());
    }

    private void notBefore(Instant time) {
        if (time.isAfter(notBefore)) {
            notBefore = time;
        }
    }
}
