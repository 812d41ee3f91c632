/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.nightjar.RetriableException;
import dev.nightjar.options.Option;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a call that throws a {@link RetriableException}, until it works or a time limit is reached. The waits begin
 * at 100 ms, double up to 10 s and vary by a quarter at random. A longer {@link RetriableException#retryAfter()} is
 * waited for in full; if it would exceed the limit, the retries end at once. Every other exception ends it at once too.
 *
 * <p>Immutable. Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class Retry {
    /** How long what fails is repeated by default, wherever a builder asks for it. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(45);

    /** The limit that a builder asks for; zero for one attempt. */
    public static final Option<Duration> LIMIT = Option.duration("retry-limit", Duration.ZERO);

    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
    private static final double FIRST_WAIT_MILLIS = 100;
    private static final double LONGEST_WAIT_MILLIS = 10_000;

    private final Duration limit;
    private final Consumer<RetriableException> failed;

    private Retry(Duration limit, Consumer<RetriableException> failed) {
        this.limit = limit;
        this.failed = failed;
    }

    /**
     * Repeats calls for this long, counted from the first attempt. The limit is looked at between attempts: a call that
     * is under way is not cut short.
     *
     * @param limit not negative; zero means one attempt
     */
    public static Retry upTo(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("The time limit " + limit + " is negative");
        }
        return new Retry(limit, failure -> {});
    }

    /** The same, which tells of each attempt that fails and may work later. */
    public Retry telling(Consumer<RetriableException> listener) {
        return new Retry(limit, listener);
    }

    /**
     * Calls until the call works.
     *
     * @param what what is done, for the log: {@code write 500 tweets to MongoDB}
     * @return the call's result
     * @throws RetriableException the last attempt's, when the limit is reached; also when the thread is interrupted
     *     while it waits, the interrupt flag restored
     */
    public <T> T call(String what, Supplier<T> action) {
        if (limit.isZero()) {
            return attempt(action);
        }
        long start = System.nanoTime();
        RetryPolicy<T> policy = RetryPolicy.<T>builder()
                .handle(RetriableException.class)
                .withMaxRetries(-1)
                .abortOn(failure -> !asked(failure).minus(left(start)).isNegative())
                .withDelayFn(context -> wait(context.getAttemptCount(), context.getLastException(), left(start)))
                .onFailedAttempt(event -> LOG.warn(
                        "Attempt {} to {} failed: {}",
                        event.getAttemptCount(),
                        what,
                        String.valueOf(event.getLastException())))
                .build();
        try {
            return Failsafe.with(policy).get(() -> attempt(action));
        } catch (FailsafeException e) {
            if (e.getCause() instanceof InterruptedException) { // Failsafe has restored the flag
                throw new RetriableException("Interrupted while waiting to " + what + " again", e.getCause());
            }
            throw e;
        }
    }

    /**
     * Runs an action until it works.
     *
     * @param what what is done, for the log
     * @throws RetriableException as {@link #call}
     */
    public void run(String what, Runnable action) {
        call(what, () -> {
            action.run();
            return true;
        });
    }

    private <T> T attempt(Supplier<T> action) {
        try {
            return action.get();
        } catch (RetriableException e) {
            failed.accept(e);
            throw e;
        }
    }

    private Duration left(long start) {
        return limit.minusNanos(System.nanoTime() - start);
    }

    /** The back-off, at most up to the limit, so that the last attempt is made there; or the server's longer wait. */
    private static Duration wait(int failures, Throwable failure, Duration left) {
        double longest = Math.min(FIRST_WAIT_MILLIS * Math.pow(2, failures - 1), LONGEST_WAIT_MILLIS);
        long millis = (long) (longest * ThreadLocalRandom.current().nextDouble(0.75, 1.25));
        Duration backOff = Duration.ofMillis(millis);
        Duration toLimit = left.truncatedTo(ChronoUnit.MILLIS).plusMillis(1); // the wait is made in whole milliseconds
        Duration asked = asked(failure);
        return Collections.max(List.of(asked, Collections.min(List.of(backOff, toLimit))));
    }

    /** How long the server asks to wait; zero if it does not say. */
    private static Duration asked(Throwable failure) {
        return failure instanceof RetriableException retriable
                ? retriable.retryAfter().orElse(Duration.ZERO)
                : Duration.ZERO;
    }
}
