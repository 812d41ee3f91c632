/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that goes wrong at {@link FakeX}: an answer other than the usual one, or a stream that breaks after some
 * posts.
 *
 * <p>Immutable.
 */
public final class Fault {
    private final Kind kind;
    private final int after;
    private final int status;
    private final byte[] bytes;
    private final Map<String, String> headers;

    private Fault(Kind kind, int after, int status, byte[] bytes, Map<String, String> headers) {
        this.kind = kind;
        this.after = after;
        this.status = status;
        this.bytes = bytes;
        this.headers = headers;
    }

    private static Fault stream(Kind kind, byte[] bytes) {
        return new Fault(kind, 0, 200, bytes, Map.of());
    }

    /** An answer with this status, body and headers, which are given as names and values. */
    public static Fault answer(int status, String body, String... headers) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new Fault(Kind.ANSWER, 0, status, body.getBytes(StandardCharsets.UTF_8), map);
    }

    private static Fault answer(int status, Map<String, Object> problem, String... headers) {
        return answer(status, new String(Json.bytes(problem), StandardCharsets.UTF_8), headers);
    }

    /** The beginning of an answer with this status: the rest of its body never comes, and the socket stays open. */
    public static Fault unfinishedAnswer(int status, String begun) {
        return new Fault(Kind.UNFINISHED, 0, status, begun.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Status 429 of a window that has no request left and ends at this time, in seconds of the epoch. */
    public static Fault rateLimited(long resetEpochSecond) {
        return answer(
                429,
                Problems.blank(429, "Too Many Requests"),
                "x-rate-limit-limit",
                "50",
                "x-rate-limit-remaining",
                "0",
                "x-rate-limit-reset",
                Long.toString(resetEpochSecond));
    }

    /** Status 429 because an earlier connection still counts, with headers that say there are requests left. */
    public static Fault tooManyConnections(long resetEpochSecond) {
        return answer(
                429,
                Problems.tooManyConnections(),
                "x-rate-limit-limit",
                "50",
                "x-rate-limit-remaining",
                "48",
                "x-rate-limit-reset",
                Long.toString(resetEpochSecond));
    }

    /** Status 429 because the month's posts are read. */
    public static Fault usageCapped() {
        return answer(429, Problems.usageCapped());
    }

    /** Status 402: no credits. */
    public static Fault paymentRequired() {
        return answer(402, Problems.paymentRequired());
    }

    /** Status 503. */
    public static Fault serviceUnavailable() {
        return answer(503, Problems.blank(503, "Service Unavailable"));
    }

    /** Status 503 with the header Retry-After. */
    public static Fault serviceUnavailable(Duration retryAfter) {
        return answer(
                503, Problems.blank(503, "Service Unavailable"), "Retry-After", Long.toString(retryAfter.toSeconds()));
    }

    /** Status 503 because the subscription is being set up. */
    public static Fault provisioning() {
        return answer(
                503,
                Problems.connection(
                        "ProvisioningSubscription",
                        "Your subscription change is currently being provisioned, please try again in a minute."));
    }

    /** Status 302 to another place. */
    public static Fault redirect(URI elsewhere) {
        return answer(302, "", "Location", elsewhere.toString());
    }

    /** The connection is closed in place of an answer. */
    public static Fault noAnswer() {
        return stream(Kind.NO_ANSWER, new byte[0]);
    }

    /** The request is answered and its posts are charged, but the connection is reset before a byte of the answer. */
    public static Fault lostAnswer() {
        return stream(Kind.LOST_ANSWER, new byte[0]);
    }

    /** The stream falls silent, without even keep-alives; the socket stays open. */
    public static Fault stall() {
        return stream(Kind.STALL, new byte[0]);
    }

    /** The connection is reset. */
    public static Fault reset() {
        return stream(Kind.RESET, new byte[0]);
    }

    /** The stream ends as a response should. */
    public static Fault end() {
        return stream(Kind.END, new byte[0]);
    }

    /** The next post's frame is cut inside a character of several bytes, where it has one, and the socket is closed. */
    public static Fault cutInsideCharacter() {
        return stream(Kind.CUT_CHARACTER, new byte[0]);
    }

    /** Half of the next post's frame is sent, then the stream ends as a response should. */
    public static Fault halfFrame() {
        return stream(Kind.HALF_FRAME, new byte[0]);
    }

    /** A message that the stream is disconnected, after which the socket stays open and silent. */
    public static Fault disconnectMessage(String disconnectType) {
        return stream(
                Kind.LAST_LINE,
                Json.bytes(Json.object("errors", java.util.List.of(Problems.disconnect(disconnectType)))));
    }

    /** The same message without the {@code errors} around it. */
    public static Fault bareDisconnectMessage(String disconnectType) {
        return stream(Kind.LAST_LINE, Json.bytes(Problems.disconnect(disconnectType)));
    }

    /** A line of these bytes between the posts; the stream goes on. */
    public static Fault line(byte[] bytes) {
        return stream(Kind.LINE, bytes.clone());
    }

    /** A line of that many bytes that is not a post; the stream goes on. */
    public static Fault longLine(int length) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) 'x');
        return stream(Kind.LINE, bytes);
    }

    /** The next post comes with an error about something that it refers to. */
    public static Fault partialError() {
        return stream(Kind.PARTIAL_ERROR, new byte[0]);
    }

    /** The stream is a gzip file of a gigabyte without a line end. */
    public static Fault gzipBomb() {
        return stream(Kind.GZIP_BOMB, new byte[0]);
    }

    /** The same fault after the stream has sent so many posts since its beginning, or since the fault before. */
    public Fault after(int posts) {
        return new Fault(kind, posts, status, bytes, headers);
    }

    Kind kind() {
        return kind;
    }

    int after() {
        return after;
    }

    int status() {
        return status;
    }

    byte[] bytes() {
        return bytes;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** Whether it comes in place of the answer, not in a stream. */
    boolean isAnswer() {
        return switch (kind) {
            case ANSWER, UNFINISHED, NO_ANSWER, LOST_ANSWER -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return "Fault[" + kind + (kind == Kind.ANSWER ? " " + status : "") + " after " + after + ']';
    }

    enum Kind {
        ANSWER,
        UNFINISHED,
        NO_ANSWER,
        LOST_ANSWER,
        STALL,
        RESET,
        END,
        CUT_CHARACTER,
        HALF_FRAME,
        LAST_LINE,
        LINE,
        PARTIAL_ERROR,
        GZIP_BOMB
    }
}
