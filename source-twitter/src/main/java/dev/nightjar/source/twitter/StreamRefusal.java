/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer of X other than the stream, and what to do about it.
 *
 * @param status the HTTP status
 * @param problems what the body says, empty if it says nothing that can be read
 * @param reset when the rate limit's window ends, where X says so
 */
record StreamRefusal(
        int status, List<XProblem> problems, @Nullable Instant reset) {
    static StreamRefusal of(int status, byte[] body, @Nullable Instant reset) {
        List<XProblem> problems;
        try {
            problems = XJson.read(body, "the answer of the X API").problems();
        } catch (DataException e) {
            problems = List.of();
        }
        return new StreamRefusal(status, problems, reset);
    }

    Reaction reaction() {
        return switch (status) {
            case 420, 429 -> has("usage-capped") ? Reaction.GIVE_UP : Reaction.WAIT_FOR_LIMIT;
            case 408, 500, 502, 503, 504 -> Reaction.RETRY;
            default -> status >= 500 ? Reaction.RETRY : Reaction.GIVE_UP;
        };
    }

    /** When the window of this limit ends; null where it is not a window that limits but the number of connections. */
    @Nullable
    Instant windowEnd() {
        boolean connections =
                problems.stream().anyMatch(problem -> "TooManyConnections".equals(problem.connectionIssue()));
        return connections ? null : reset;
    }

    /** The error for the caller of {@code open}. */
    NightjarException exception(Duration wait) {
        return reaction() == Reaction.GIVE_UP
                ? new ConfigException(message())
                : new RetriableException(message(), null, wait);
    }

    private String message() {
        String meaning = switch (status) {
            case 400 -> "The X API refuses the request";
            case 401 -> "The X API does not know the bearer token; check it, or make a new one";
            case 402 -> "The credits of the X account are used up; buy credits to go on";
            case 403 -> "The X API does not let this application use the filtered stream";
            case 409 -> "The application has no stream rule; add one first";
            case 420, 429 ->
                reaction() == Reaction.GIVE_UP
                        ? "The X account has read all the posts it may"
                        : "The X API asks to wait";
            default -> "The X API did not open the stream";
        };
        StringBuilder text = new StringBuilder(meaning).append(" (status ").append(status);
        problems.stream().findFirst().ifPresent(problem -> {
            String kind = problem.kind() != null ? problem.kind() : problem.title();
            if (kind != null) {
                text.append(", ").append(kind);
            }
            if (problem.connectionIssue() != null) {
                text.append(", ").append(problem.connectionIssue());
            }
        });
        return text.append(')').toString();
    }

    private boolean has(String kind) {
        return problems.stream().anyMatch(problem -> kind.equals(problem.kind()));
    }

    enum Reaction {
        /** Only a person can change it. */
        GIVE_UP,
        /** The ladder of HTTP errors. */
        RETRY,
        /** The ladder of rate limits. */
        WAIT_FOR_LIMIT
    }
}
