/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.ConfigException;
import dev.nightjar.io.Server;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's answer to a request that did not store all of its points.
 *
 * @param status the HTTP status
 * @param body what came with it
 * @param retryAfter how long the server asks to wait, null if it does not say
 */
record Answer(int status, String body, @Nullable Duration retryAfter) {
    private static final int STORED = 204;

    /** Some of the points, says InfluxDB's cloud. */
    private static final int PARTLY_STORED = 201;

    private static final int TOO_LARGE = 413;

    /** In the words of InfluxDB 1, 2 and 3: some lines were at fault, and perhaps how many. */
    private static final Pattern FAULTY_LINES = Pattern.compile(
            "partial write|unable to parse|errors? encountered on line|beyond retention|outside retention"
                    + "|limit exceeded|max key length|invalid line protocol|parsing failed");

    private static final Pattern TYPE_CONFLICT =
            Pattern.compile("field type conflict|invalid column type|column type mismatch");

    private static final Pattern NAMED = Pattern.compile("bucket|organization|database");

    private static final Pattern DROPPED = Pattern.compile("dropped=([0-9]{1,9})[\"}\\s]*$");

    /** What ends the server's own words and begins a line that it quotes. */
    private static final Pattern QUOTE = Pattern.compile("(?<=unable to parse|original_line)");

    /** Whether the server has stored all points. Any other success is none. */
    boolean isStored() {
        return status == STORED;
    }

    /** Whether a part of the points may be stored when sent without the rest. */
    boolean isOfSomeLines() {
        return status == TOO_LARGE
                || status == PARTLY_STORED
                || ((status == 400 || status == 422) && matches(FAULTY_LINES) && !isTypeConflict());
    }

    /** Whether the server does not know such a request, rather than what it names. */
    boolean isOfNoRequest() {
        return status == 405 || status == 501 || (status == 404 && !matches(NAMED));
    }

    /** Whether none of so many points can ever be stored: there is only one, or the server says it dropped all. */
    boolean isOfAllLines(int count) {
        if (count == 1) {
            return true;
        }
        Matcher dropped = DROPPED.matcher(body);
        return status != TOO_LARGE && dropped.find() && Integer.parseInt(dropped.group(1)) == count;
    }

    /** A short reason from a small set, if {@link #isOfSomeLines()}. */
    String rejectionCode() {
        if (status == TOO_LARGE) {
            return "too-large";
        }
        if (ownWords().contains("retention")) {
            return "outside-retention";
        }
        return ownWords().contains("limit exceeded") ? "series-limit" : "refused-line";
    }

    /** The exception to throw if the request was not refused for some of its lines. */
    RuntimeException failure(Server server) {
        return switch (status) {
            case 408, 429, 500, 502, 503, 504 -> server.busy("HTTP " + status, retryAfter);
            case 401, 403 ->
                new ConfigException(server.name() + " refuses the token: HTTP " + status
                        + "; it must be allowed to write to the bucket");
            case 404 ->
                new ConfigException(
                        server.name() + " has no such organization or bucket, or this is no InfluxDB: HTTP 404");
            default ->
                isTypeConflict()
                        ? new ConfigException(server.name() + " has a field of another type in the measurement;"
                                + " choose another measurement or bucket")
                        : server.unknown("HTTP " + status);
        };
    }

    /** Each field has one type here, so another type is the bucket's fault and would concern every record. */
    private boolean isTypeConflict() {
        return matches(TYPE_CONFLICT);
    }

    private boolean matches(Pattern pattern) {
        return pattern.matcher(ownWords()).find();
    }

    /** The body up to where it quotes a line, so that no tweet has a say in what its text is taken for. */
    private String ownWords() {
        return QUOTE.split(body.toLowerCase(Locale.ROOT), 2)[0];
    }
}
