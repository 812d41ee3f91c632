/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.FatalException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RetriableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    private final List<Long> attempts = new ArrayList<>();

    @Test
    void aCallIsRepeatedUntilItWorks() {
        assertThat(Retry.upTo(Duration.ofMinutes(1)).call("test", failing(2, null)))
                .isEqualTo("done");
        assertThat(attempts).hasSize(3);
    }

    @Test
    void anActionIsRepeatedUntilItWorks() {
        Supplier<String> action = failing(1, null);
        Retry.upTo(Duration.ofMinutes(1)).run("test", action::get);
        assertThat(attempts).hasSize(2);
    }

    @Test
    void theWaitsGrow() {
        Retry.upTo(Duration.ofMinutes(1)).call("test", failing(4, null));
        // 100, 200, 400 and 800 ms, each up to a quarter less.
        assertThat(waited(0)).isGreaterThanOrEqualTo(70);
        assertThat(waited(1)).isGreaterThanOrEqualTo(145);
        assertThat(waited(2)).isGreaterThanOrEqualTo(295);
        assertThat(waited(3)).isGreaterThanOrEqualTo(595);
    }

    @Test
    void aLongerWaitThatTheServerAsksForIsRespected() {
        Retry retry = Retry.upTo(Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            attempts.clear();
            retry.call("test", failing(1, Duration.ofMillis(300)));
            assertThat(waited(0)).isGreaterThanOrEqualTo(299);
        }
    }

    @Test
    void aShorterWaitThatTheServerAsksForDoesNotHurryIt() {
        Retry.upTo(Duration.ofMinutes(1)).call("test", failing(3, Duration.ZERO));
        assertThat(waited(0)).isGreaterThanOrEqualTo(70);
        assertThat(waited(1)).isGreaterThanOrEqualTo(145);
        assertThat(waited(2)).isGreaterThanOrEqualTo(295);
    }

    @Test
    void aWaitBeyondTheLimitEndsItAtOnce() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> Retry.upTo(Duration.ofSeconds(5)).call("test", failing(9, Duration.ofHours(1))))
                .withMessage("Failure 1");
        assertThat(attempts).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 99, 100, 101, 250})
    void theLastFailureIsThrownWhenTheLimitIsReached(long limit) {
        Throwable failure = catchThrowable(
                () -> Retry.upTo(Duration.ofMillis(limit)).call("test", failing(Integer.MAX_VALUE, null)));
        assertThat(failure).isInstanceOf(RetriableException.class).hasMessage("Failure " + attempts.size());
        assertThat(attempts).as("no burst of attempts at the limit").hasSizeBetween(1, 4);
    }

    @Test
    void aLimitOfNoneMeansOneAttempt() {
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> Retry.upTo(Duration.ZERO).call("test", failing(1, null)))
                .withMessage("Failure 1");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.upTo(Duration.ofSeconds(-1)))
                .withMessage("The time limit PT-1S is negative");
    }

    @Test
    void theLongestLimitIsALimit() {
        assertThat(Retry.upTo(Duration.ofSeconds(Long.MAX_VALUE)).call("test", failing(1, null)))
                .isEqualTo("done");
    }

    @Test
    void everyOtherFailureEndsItAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        for (RuntimeException failure : List.of(
                new ConfigException("No such table"),
                new FatalException("An odd answer"),
                new DataException("bad-id", "No id"),
                new RejectedRecordsException(List.of(new RejectedRecordsException.Rejection(0, "1", "c", "m"))),
                new IllegalStateException("Closed"))) {
            assertThat(catchThrowable(() -> Retry.upTo(Duration.ofMinutes(1)).run("test", () -> {
                        calls.incrementAndGet();
                        throw failure;
                    })))
                    .isSameAs(failure);
        }
        assertThat(calls).hasValue(5);
        assertThatIllegalStateException()
                .isThrownBy(() -> Retry.upTo(Duration.ZERO).run("test", () -> {
                    throw new IllegalStateException("Closed");
                }))
                .withMessage("Closed");
    }

    @Test
    void anErrorEndsItAtOnce() {
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> Retry.upTo(Duration.ofMinutes(1)).run("test", () -> {
                    throw new StackOverflowError();
                }));
    }

    @Test
    void anInterruptWhileItWaitsEndsItAndIsKept() {
        Throwable failure;
        boolean kept;
        try {
            failure = catchThrowable(() -> Retry.upTo(Duration.ofHours(1)).run("write 3 tweets", () -> {
                attempts.add(System.nanoTime());
                Thread.currentThread().interrupt();
                throw new RetriableException("No answer", null);
            }));
        } finally {
            kept = Thread.interrupted();
        }
        assertThat(failure)
                .isInstanceOf(RetriableException.class)
                .hasMessage("Interrupted while waiting to write 3 tweets again")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(kept).as("the interrupt flag").isTrue();
        assertThat(attempts).hasSize(1);
    }

    private Supplier<String> failing(int failures, Duration retryAfter) {
        return () -> {
            attempts.add(System.nanoTime());
            if (attempts.size() <= failures) {
                throw new RetriableException("Failure " + attempts.size(), null, retryAfter);
            }
            return "done";
        };
    }

    /** How many milliseconds were between an attempt and the next. */
    private long waited(int attempt) {
        return Duration.ofNanos(attempts.get(attempt + 1) - attempts.get(attempt))
                .toMillis();
    }
}
