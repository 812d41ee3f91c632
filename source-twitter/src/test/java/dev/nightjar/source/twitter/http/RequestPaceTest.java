/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Schedules in a time that only the test moves; jitter adds a tenth at most. */
class RequestPaceTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final RequestPace pace = new RequestPace(Duration.ZERO, new Random(1));

    @Test
    void aWindowThatIsUsedUpIsWaitedForByTheServersClock() {
        // This machine is an hour slow; the server says that the window ends in 5 minutes.
        RateLimit limit = RateLimit.of(
                headers(
                        "Date",
                        "Sat, 21 Nov 2026 13:00:00 UTC",
                        "x-rate-limit-remaining",
                        "0",
                        "x-rate-limit-reset",
                        Long.toString(START.plusSeconds(3600 + 300).getEpochSecond())),
                START);
        pace.succeeded(limit);
        assertThat(pace.wait(START)).isEqualTo(Duration.ofSeconds(301));
        assertThat(pace.wait(START.plusSeconds(301))).isZero();
    }

    @Test
    void headersThatAreMissingDoNotMeanThatNothingIsLeft() {
        pace.succeeded(RateLimit.of(headers(), START));
        assertThat(pace.wait(START)).isZero();
        pace.succeeded(RateLimit.of(headers("x-rate-limit-reset", Long.toString(START.getEpochSecond() + 900)), START));
        assertThat(pace.wait(START)).isZero();
        assertThat(RateLimit.of(headers("x-rate-limit-remaining", "many", "Date", "yesterday"), START))
                .isEqualTo(RateLimit.UNKNOWN);
    }

    @Test
    void noHeaderStopsAClientForLongerThanAWindow() {
        RateLimit limit = RateLimit.of(
                headers("x-rate-limit-remaining", "0", "x-rate-limit-reset", "99999999999", "Retry-After", "86400"),
                START);
        assertThat(limit.windowEnd()).isEqualTo(START.plus(RateLimit.LONGEST_WINDOW));
        assertThat(limit.retryAfter()).isEqualTo(RateLimit.LONGEST_WINDOW);
        assertThat(RateLimit.of(headers("x-rate-limit-reset", "1"), START).windowEnd())
                .as("a window that is over")
                .isEqualTo(START);
    }

    @Test
    void theArchiveTakesOneRequestASecond() {
        RequestPace archive = new RequestPace(RequestPace.ARCHIVE_SPACING, new Random(1));
        assertThat(archive.wait(START)).isZero();
        archive.sent(START);
        archive.succeeded(RateLimit.UNKNOWN);
        assertThat(archive.wait(START)).isEqualTo(Duration.ofMillis(1050));
        assertThat(archive.wait(START.plusMillis(1050))).isZero();
    }

    @Test
    void a429WithRequestsLeftIsTheLimitPerSecond() {
        Refusal refusal = refusal(429, "{\"title\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}");
        RateLimit someLeft = new RateLimit(120L, START.plusSeconds(800), null);
        assertThat(pace.refused(START, refusal, someLeft)).isEqualTo(Duration.ofSeconds(10));
        assertThat(pace.refused(START, refusal, someLeft))
                .as("it did not help")
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(66));
    }

    @Test
    void a429OfAWindowWaitsForItsEnd() {
        Instant soon = START.plusSeconds(20);
        assertThat(pace.refused(START, limited(soon), new RateLimit(0L, soon, null)))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
        Instant late = START.plusSeconds(700);
        assertThat(pace.refused(START, limited(late), new RateLimit(0L, late, null)))
                .isBetween(Duration.ofSeconds(700), Duration.ofSeconds(770));
        assertThat(pace.wait(START)).isGreaterThanOrEqualTo(Duration.ofSeconds(700));
    }

    @Test
    void serverErrorsClimbTheLadderUntilAnAnswerComes() {
        Refusal unavailable = refusal(503, "<html>oops</html>");
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waits.add(pace.refused(START, unavailable, RateLimit.UNKNOWN).toSeconds());
        }
        long[] steps = {5, 10, 20, 40, 80, 160, 320, 320};
        for (int i = 0; i < steps.length; i++) {
            assertThat(waits.get(i)).as("wait %d", i).isBetween(steps[i], steps[i] + steps[i] / 10 + 1);
        }
        pace.succeeded(RateLimit.UNKNOWN);
        assertThat(pace.refused(START, unavailable, RateLimit.UNKNOWN).toSeconds())
                .isLessThanOrEqualTo(6);
    }

    @Test
    void retryAfterIsWaitedForInFull() {
        Refusal unavailable = refusal(503, "");
        RateLimit limit = RateLimit.of(headers("Retry-After", "120"), START);
        assertThat(pace.refused(START, unavailable, limit)).isEqualTo(Duration.ofSeconds(120));
        RateLimit date = RateLimit.of(
                headers("Date", "Sat, 21 Nov 2026 12:00:00 GMT", "Retry-After", "Sat, 21 Nov 2026 12:03:00 GMT"),
                START);
        assertThat(date.retryAfter()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void whatWaitingDoesNotCureIsNotWaitedFor() {
        assertThat(pace.refused(START, refusal(402, ""), new RateLimit(null, null, Duration.ofMinutes(5))))
                .isZero();
        assertThat(pace.refused(
                        START,
                        refusal(
                                429,
                                "{\"title\":\"UsageCapExceeded\",\"period\":\"Monthly\","
                                        + "\"type\":\"https://api.twitter.com/2/problems/usage-capped\"}"),
                        RateLimit.UNKNOWN))
                .isZero();
    }

    private static Refusal limited(Instant windowEnd) {
        return Refusal.of(429, new byte[0], windowEnd);
    }

    private static Refusal refusal(int status, String body) {
        return Refusal.of(status, body.getBytes(StandardCharsets.UTF_8), null);
    }

    private static HttpHeaders headers(String... pairs) {
        Map<String, List<String>> map = new java.util.HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], List.of(pairs[i + 1]));
        }
        return HttpHeaders.of(map, (name, value) -> true);
    }
}
