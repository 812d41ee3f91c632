/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Retry-After}, which is a number of seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @since 0.1.0
 */
public final class RetryAfter {
    private RetryAfter() {}

    /**
     * How long to wait; zero for a date in the past.
     *
     * @param header the header's value; null if it is missing
     * @param now the server's time, or else this machine's
     * @return null if the header is missing or is neither a number nor a date
     */
    public static @Nullable Duration parse(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        String value = header.strip();
        if (value.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        Instant then = date(value);
        return then == null ? null : then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }

    /** The time in an HTTP header, also with {@code UTC}, as X has been seen to write; null for any other form. */
    public static @Nullable Instant date(@Nullable String header) {
        if (header == null) {
            return null;
        }
        try {
            return ZonedDateTime.parse(
                            header.strip().replaceFirst("(UTC|Z)$", "GMT"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
