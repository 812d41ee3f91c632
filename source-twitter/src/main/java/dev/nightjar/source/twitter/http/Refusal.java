/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XProblem;
import dev.nightjar.source.twitter.http.TwitterRefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An answer of X other than the stream, and what to do about it.
 *
 * @param status the HTTP status
 * @param problems the problems in the body, empty if it has none that can be read
 * @param reset when the rate limit's window ends, where X says so
 * @param forWords whether it may be for the words in which the request asks for posts
 */
public record Refusal(
        int status, List<XProblem> problems, @Nullable Instant reset, boolean forWords) {
    /** How many characters of X's text an error shows. */
    private static final int LONGEST_PART = 300;

    /** Parameters, and values of them, that belong to a vocabulary. */
    private static final Pattern WORDS =
            Pattern.compile("(tweet|post|user)[._]fields|expansions|(referenced|edit_history|note)_(tweet|post)");

    private static final Pattern OTHER_PARAMETERS = Pattern.compile(
            "query|max_results|(start|end)_time|(since|until)_id|(next|pagination)_token|backfill_minutes|min_likes");

    /** What a status and a body say. */
    public static Refusal of(int status, byte[] body, @Nullable Instant reset) {
        List<XProblem> problems;
        try {
            problems = XJson.read(body, "the answer of the X API").problems();
        } catch (DataException e) {
            problems = List.of();
        }
        return new Refusal(status, problems, reset, status == 400 && isForWords(new String(body, UTF_8)));
    }

    /** X names the parameter that it refuses; where it names none, nothing speaks against the words. */
    private static boolean isForWords(String body) {
        return WORDS.matcher(body).find() || !OTHER_PARAMETERS.matcher(body).find();
    }

    /** What to do about it. */
    public Reaction reaction() {
        return switch (status) {
            case 420, 429 -> has("usage-capped") ? Reaction.GIVE_UP : Reaction.WAIT_FOR_LIMIT;
            case 408, 500, 502, 503, 504 -> Reaction.RETRY;
            default -> status >= 500 ? Reaction.RETRY : Reaction.GIVE_UP;
        };
    }

    /** When the window of this limit ends; null where it is not a window that limits but the number of connections. */
    public @Nullable Instant windowEnd() {
        boolean connections =
                problems.stream().anyMatch(problem -> "TooManyConnections".equals(problem.connectionIssue()));
        return connections ? null : reset;
    }

    /** The error for the caller of {@code open}. */
    public NightjarException exception(Duration wait) {
        return exception("use the filtered stream", wait);
    }

    /**
     * The error for the caller of any request.
     *
     * @param action what was asked for: {@code search posts}
     * @param wait when the same request may work, if that may ever be
     */
    public NightjarException exception(String action, Duration wait) {
        String message = message(action);
        if (reaction() != Reaction.GIVE_UP) {
            return new RetriableException(message, null, wait);
        }
        TwitterRefusedException cause = new TwitterRefusedException(status, reason(), message, forWords);
        return reason() == Reason.OTHER && !isRedirect()
                ? new FatalException(message, cause)
                : new ConfigException(message, cause);
    }

    private boolean isRedirect() {
        return status >= 300 && status < 400;
    }

    private Reason reason() {
        return switch (status) {
            case 400, 404, 422 -> Reason.BAD_REQUEST;
            case 401 -> Reason.UNAUTHORIZED;
            case 402 -> Reason.CREDITS_USED_UP;
            case 403 -> hasCode(99) ? Reason.UNAUTHORIZED : Reason.FORBIDDEN;
            case 409 -> Reason.NO_RULES;
            case 420, 429 -> Reason.USAGE_CAP;
            default -> Reason.OTHER;
        };
    }

    private String message(String action) {
        String meaning = switch (status) {
            case 400, 404, 422 -> "The X API refuses the request to " + action;
            case 401 -> "The X API does not know the bearer token; check it, or make a new one";
            case 402 -> "The credits of the X account are used up; buy credits to go on";
            case 403 ->
                reason() == Reason.UNAUTHORIZED
                        ? "The X API does not know the consumer key and secret; check them, or make new ones"
                        : "The X API does not let this application " + action;
            case 409 -> "The application has no stream rule; add one first";
            case 420, 429 ->
                reaction() == Reaction.GIVE_UP
                        ? "The X account has read all the posts it may"
                        : "The X API asks to wait";
            default ->
                isRedirect()
                        ? "The X API sends the request to another address, which gets no token; check the base URL"
                        : "The X API does not " + action;
        };
        StringBuilder text = new StringBuilder(meaning).append(" (status ").append(status);
        problems.stream().findFirst().ifPresent(problem -> {
            String kind = problem.kind() != null ? problem.kind() : problem.title();
            append(text, kind);
            append(text, problem.connectionIssue());
            append(text, problem.member("reason"));
            append(text, problem.member("period"));
            append(text, status == 400 || status == 422 ? problem.detail() : null);
        });
        return text.append(')').toString();
    }

    /** The text of X's answer, of which an error shows one line: it may echo the request. */
    private static void append(StringBuilder text, @Nullable String part) {
        if (part != null && !part.isBlank()) {
            String line = part.replaceAll("\\p{Cntrl}+", " ");
            text.append(", ").append(line, 0, Math.min(line.length(), LONGEST_PART));
        }
    }

    private boolean hasCode(int code) {
        return problems.stream().anyMatch(problem -> Integer.valueOf(code).equals(problem.code()));
    }

    private boolean has(String kind) {
        return problems.stream().anyMatch(problem -> kind.equals(problem.kind()));
    }

    /** What to do about it. */
    public enum Reaction {
        /** Waiting does not help. */
        GIVE_UP,
        /** The ladder of HTTP errors. */
        RETRY,
        /** The ladder of rate limits. */
        WAIT_FOR_LIMIT
    }
}
