/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import dev.nightjar.delivery.Retry;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The same call may work later: a server is out of reach, overloaded or in the middle of a change. It is also thrown if
 * it is unknown whether the call took effect, since every write may be repeated. {@link Retry} repeats a call until it
 * works.
 *
 * @since 0.1.0
 */
public final class RetriableException extends NightjarException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;

    /** An error after which the call may be repeated at any time. */
    public RetriableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * An error after which the call may be repeated.
     *
     * @param retryAfter how long the server asks to wait, null if it does not say
     */
    public RetriableException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** How long the server asks to wait before the next call; empty if it does not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
