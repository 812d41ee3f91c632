/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.GapSearch;
import dev.nightjar.source.twitter.http.ReconnectLadder;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.http.TwitterRefusedException;
import dev.nightjar.source.twitter.http.TwitterRefusedException.Reason;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.stream.StreamConnection.RefusedException;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.StaleConnections;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When the stream connects, to the millisecond, in virtual time and without jitter. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamScheduleTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final String TOO_MANY =
            "{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\"}";

    private final VirtualStreamTime time = new VirtualStreamTime(START, 1);
    private final ReconnectLadder ladder = new ReconnectLadder(() -> 0L);
    private final List<Instant> connects = new ArrayList<>();
    private final List<Tweet> tweets = new ArrayList<>();
    private final List<SourceBatch> batches = new ArrayList<>();

    @TempDir
    private Path folder;

    private int stale;
    private boolean renews;
    private Duration killing = Duration.ZERO;
    private @Nullable GapSearch search;
    private StreamTime clock = time;
    private TwitterStreamConfig config = config().build();
    private TwitterStreamSource source;

    @Test
    void serverErrorsAreWaitedOutForDays() throws Exception {
        run(Duration.ofDays(3), attempt -> attempt == 0 ? ends(11) : refuses(503, "<html>busy</html>", null, null));
        assertThat(secondsBetweenConnects().subList(1, 9)).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 320L);
        assertThat(secondsBetweenConnects().subList(9, connects.size() - 1)).containsOnly(320L);
        assertThat(connects).hasSizeBetween(800, 820);
        assertThat(source.status().state()).isEqualTo(StreamStatus.State.ENDED);
    }

    @Test
    void theHeaderRetryAfterIsRespected() throws Exception {
        run(Duration.ofMinutes(2), attempt -> switch (attempt) {
            case 0 -> ends(11);
            case 1 -> refuses(503, "", null, Duration.ofSeconds(42));
            case 2 -> refuses(503, "", null, Duration.ofSeconds(3));
            default -> silent();
        });
        assertThat(secondsBetweenConnects()).startsWith(11L, 42L, 10L);
    }

    @Test
    void aWindowIsWaitedForUntilItsEnd() throws Exception {
        run(Duration.ofMinutes(30), attempt -> switch (attempt) {
            case 0 -> ends(11);
            case 1 -> refuses(429, "{\"title\":\"Too Many Requests\"}", Duration.ofSeconds(700), null);
            case 2 -> refuses(429, "{\"title\":\"Too Many Requests\"}", Duration.ofSeconds(30), null);
            default -> keepsAlive();
        });
        assertThat(secondsBetweenConnects()).containsExactly(11L, 700L, 120L);
    }

    @Test
    void aRateLimitIsWaitedForAsLongAsItsHeaderSays() throws Exception {
        run(Duration.ofMinutes(40), attempt -> switch (attempt) {
            case 0 -> ends(11);
            case 1 -> refuses(429, TOO_MANY, null, Duration.ofSeconds(300));
            case 2 -> refuses(429, "", Duration.ofSeconds(700), Duration.ofSeconds(200));
            case 3 -> refuses(429, "", Duration.ofSeconds(30), Duration.ofSeconds(800));
            default -> keepsAlive();
        });
        assertThat(secondsBetweenConnects()).containsExactly(11L, 300L, 700L, 800L);
    }

    @Test
    void aFirstRefusalIsWaitedForNoLongerThanItSays() throws Exception {
        run(Duration.ofMinutes(40), attempt -> switch (attempt) {
            case 0 -> ends(11);
            case 1 -> refuses(429, "", Duration.ofSeconds(20), null);
            case 2 -> refuses(429, "", Duration.ofSeconds(20), null);
            default -> keepsAlive();
        });
        assertThat(secondsBetweenConnects())
                .as("the second time the ladder counts")
                .containsExactly(11L, 20L, 120L);
    }

    /** The complaint "429 on every request": from the first one on. */
    @Test
    void aSourceThatWaitsOpensThoughXRefusesAndSaysUntilWhen() throws Exception {
        config = config().opening(TwitterStreamConfig.Opening.WAITING).build();
        List<String> seen = new ArrayList<>();
        run(Duration.ofMinutes(40), attempt -> {
            if (attempt > 0) {
                seen.add(source.status().state() + " " + source.status().connections());
            }
            return switch (attempt) {
                case 0 -> refuses(429, "", Duration.ofSeconds(300), null);
                case 1 -> refuses(503, "", null, Duration.ofSeconds(100));
                default -> keepsAlive();
            };
        });
        assertThat(secondsBetweenConnects()).containsExactly(300L, 100L);
        assertThat(seen).containsExactly("CONNECTING 2", "CONNECTING 3");
        assertThat(tweets).isEmpty();
    }

    @Test
    void aSourceThatWaitsNamesTheTimeOfItsNextAttempt() {
        config = config().opening(TwitterStreamConfig.Opening.WAITING).build();
        source = connected(attempt -> refuses(429, "", Duration.ofSeconds(300), null));
        assertThat(source.status().nextAttempt()).isBetween(START.plusSeconds(300), START.plusSeconds(330));
        assertThat(source.status().trouble()).contains("asks to wait (status 429");
        assertThat(source.isExhausted()).isFalse();
    }

    @Test
    void aSourceThatWaitsStillFailsWhereXDoesNotAnswerOrRefusesForGood() {
        config = config().opening(TwitterStreamConfig.Opening.WAITING).build();
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> connected(attempt -> fails()));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> connected(attempt -> refuses(401, "", null, null)));
    }

    @Test
    void anEarlierConnectionIsWaitedForAtTheLadderWhateverTheWindowSays() throws Exception {
        run(
                Duration.ofHours(2),
                attempt -> attempt == 0 ? ends(11) : refuses(429, TOO_MANY, Duration.ofSeconds(890), null));
        assertThat(secondsBetweenConnects()).startsWith(11L, 60L, 120L, 240L, 480L, 900L, 900L);
    }

    @Test
    void anHourOfRefusalsIsAHandfulOfConnections() throws Exception {
        run(Duration.ofHours(1), attempt -> attempt == 0 ? ends(11) : refuses(429, "", null, null));
        assertThat(connects).hasSizeLessThan(10);
    }

    @Test
    void staleConnectionsAreEndedOnceAMinuteIfAsked() throws Exception {
        config = config().staleConnections(StaleConnections.KILL).build();
        stale = 1;
        run(Duration.ofMinutes(30), attempt -> switch (attempt) {
            case 0 -> ends(11);
            case 1 -> refuses(429, TOO_MANY, null, null);
            case 2 -> refuses(429, TOO_MANY, null, null);
            default -> keepsAlive();
        });
        assertThat(secondsBetweenConnects()).containsExactly(11L, 5L, 60L);
    }

    @Test
    void aStaleConnectionIsEndedWhenAStreamIsOpenedHoweverLongThatTakes() throws Exception {
        config = config().staleConnections(StaleConnections.KILL).build();
        stale = 1;
        killing = Duration.ofSeconds(3);
        source = connected(attempt -> attempt == 0 ? refuses(429, TOO_MANY, null, null) : keepsAlive());
        assertThat(secondsBetweenConnects()).containsExactly(3L + 5);
        assertThat(source.status().state()).isEqualTo(StreamStatus.State.LIVE);
    }

    @Test
    void aTokenThatIsReplacedAgainAndAgainKeepsToTheBudget() throws Exception {
        renews = true;
        run(Duration.ofHours(2), attempt -> attempt % 2 == 1 ? refuses(401, "", null, null) : ends(0));
        assertThat(budgetHeld()).isTrue();
    }

    @Test
    void aServerThatAcceptsAndClosesAtOnceIsNotHammered() throws Exception {
        run(Duration.ofHours(6), attempt -> ends(0));
        assertThat(millisBetweenConnects().subList(0, 5)).containsExactly(0L, 250L, 500L, 750L, 1000L);
        assertThat(budgetHeld()).isTrue();
        assertThat(connects).hasSizeLessThanOrEqualTo(50 * 24);
    }

    @Test
    void aServerThatGivesAPostAndClosesIsNotHammeredEither() throws Exception {
        run(Duration.ofHours(1), attempt -> new Body(List.of(new Step(0, frame(attempt))), End.END));
        assertThat(millisBetweenConnects().subList(0, 5)).containsExactly(0L, 250L, 500L, 750L, 1000L);
        assertThat(budgetHeld()).isTrue();
    }

    @Test
    void aNetworkThatIsGoneIsTriedMoreAndMoreSlowly() throws Exception {
        run(Duration.ofHours(1), attempt -> attempt == 0 ? ends(11) : fails());
        assertThat(millisBetweenConnects().subList(0, 4)).containsExactly(11_000L, 250L, 500L, 750L);
        assertThat(millisBetweenConnects()).last().isEqualTo(18_000L - 2_000L);
        assertThat(budgetHeld()).isTrue();
    }

    @Test
    void aBare200DoesNotMakeItForget() throws Exception {
        run(Duration.ofMinutes(5), attempt -> switch (attempt) {
            case 0, 2 -> ends(0);
            case 1, 3 -> refuses(503, "", null, null);
            default -> keepsAlive();
        });
        assertThat(millisBetweenConnects()).containsExactly(0L, 5_000L, 250L, 10_000L);
    }

    @Test
    void aConnectionThatHasLivedMakesItForget() throws Exception {
        run(Duration.ofMinutes(5), attempt -> switch (attempt) {
            case 0, 2 -> ends(11);
            case 1, 3 -> refuses(503, "", null, null);
            default -> keepsAlive();
        });
        assertThat(millisBetweenConnects()).containsExactly(11_000L, 5_000L, 11_000L, 5_000L);
    }

    @Test
    void aSilentStreamIsGivenUpAtTheLimit() throws Exception {
        run(Duration.ofMinutes(1), attempt -> attempt == 0 ? silent() : keepsAlive());
        assertThat(millisBetweenConnects()).containsExactly(27_500L); // the watchdog looks every 2.5 s
        assertThat(source.gaps().intervals()).anyMatch(gap -> gap.reason() == GapLedger.Reason.STALLED);
    }

    @Test
    void aQuietStreamWithKeepAlivesIsLeftAlone() throws Exception {
        run(Duration.ofDays(1), attempt -> keepsAlive());
        assertThat(connects).hasSize(1);
        assertThat(batches.stream().mapToLong(SourceBatch::skippedCount).sum()).isGreaterThan(4_000);
        assertThat(source.status().sinceLastByte()).isLessThan(Duration.ofSeconds(21));
        assertThat(source.status().sinceLastPost()).isNull();
    }

    @Test
    void aStreamThatIsDroppedEveryFiveMinutesLosesAndDoublesNothingBeyondTheGaps() throws Exception {
        run(Duration.ofDays(1), attempt -> {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                steps.add(new Step(10, frame(attempt * 30 + i)));
            }
            return new Body(steps, End.END);
        });
        assertThat(connects).hasSizeBetween(286, 289);
        assertThat(millisBetweenConnects()).containsOnly(300_000L);
        assertThat(tweets).hasSizeBetween(30 * 286, 30 * 288).doesNotHaveDuplicates();
    }

    @Test
    void whatXCouldNotSendToASlowReaderIsInTheGap() throws Exception {
        String late = frame(1).replace("10:00:00.000Z", "12:00:20.000Z");
        List<Step> steps =
                List.of(new Step(20, "\r\n"), new Step(20, "\r\n"), new Step(20, late), new Step(15, frame(2)));
        run(Duration.ofMinutes(5), attempt -> attempt == 0 ? new Body(steps, End.END) : keepsAlive());
        assertThat(source.gaps().missing()).first().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START.plusSeconds(75 - 10 - 40));
            assertThat(gap.to()).isEqualTo(START.plusSeconds(75));
        });
    }

    @Test
    void aStreamThatIsClosedHasNoGapAtItsEnd() throws Exception {
        String punctual = frame(1).replace("10:00:00.000Z", "12:00:37.000Z");
        List<Step> steps = List.of(new Step(20, "\r\n"), new Step(20, punctual), new Step(19, "\r\n"));
        config = config().ledgerFile(folder.resolve("ledger")).build();
        run(Duration.ofMinutes(1), attempt -> new Body(steps, End.SILENT));
        time.advanceTo(START.plusSeconds(3_600));
        assertThat(source.gaps().missing()).isEmpty();
        assertThat(source.gaps().intervals())
                .isEqualTo(GapLedger.read(folder.resolve("ledger")))
                .containsExactly(
                        new GapLedger.Interval(START, START.plusSeconds(49), GapLedger.State.LIVE, null, 1),
                        new GapLedger.Interval(
                                START.plusSeconds(49), START.plusSeconds(60), GapLedger.State.UNSETTLED, null, 0));
    }

    @Test
    void whatXIsKnownToHaveKeptBackWhenAStreamIsClosedIsMissing() throws Exception {
        String late = frame(1).replace("10:00:00.000Z", "12:00:09.000Z");
        List<Step> steps = List.of(new Step(20, "\r\n"), new Step(20, late));
        run(Duration.ofMinutes(1), attempt -> new Body(steps, End.SILENT));
        assertThat(source.gaps().missing()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START);
            assertThat(gap.to()).isEqualTo(START.plusSeconds(60));
        });
    }

    @Test
    void aBackfillOfWhichNothingShowsThatItCameIsSearched() throws Exception {
        config = config().backfillMinutes(5).build();
        List<Instant> searchedUntil = new ArrayList<>();
        search = (from, to) -> {
            searchedUntil.add(to);
            return new ArrayDeque<>();
        };
        run(Duration.ofMinutes(20), attempt -> attempt == 0 ? ends(11) : keepsAlive());
        assertThat(source.gaps().intervals())
                .extracting(GapLedger.Interval::state)
                .doesNotContain(GapLedger.State.BACKFILLED)
                .contains(GapLedger.State.SEARCHED);
        assertThat(searchedUntil).containsExactly(START.plusSeconds(11));
    }

    @Test
    void aBackfillOfWhichNothingShowsThatItCameStaysMissingWhereNothingIsSearched() throws Exception {
        config = config().backfillMinutes(5).build();
        run(Duration.ofMinutes(20), attempt -> attempt == 0 ? ends(11) : keepsAlive());
        assertThat(source.gaps().totals().get(GapLedger.State.BACKFILLED)).isZero();
        assertThat(source.gaps().missing())
                .first()
                .satisfies(gap -> assertThat(gap.to()).isEqualTo(START.plusSeconds(11)));
    }

    @Test
    void aBackfillAfterWhichANewerPostCameIsBelieved() throws Exception {
        config = config().backfillMinutes(5).build();
        String newer = frame(2).replace("10:00:00.000Z", "12:00:30.000Z");
        run(
                Duration.ofMinutes(20),
                attempt -> attempt == 0 ? ends(11) : new Body(List.of(new Step(20, newer)), End.KEEP_ALIVE));
        assertThat(source.gaps().missing()).noneMatch(gap -> gap.to().equals(START.plusSeconds(11)));
        assertThat(source.gaps().totals().get(GapLedger.State.BACKFILLED)).isPositive();
    }

    @Test
    void noPositionIsBehindAGapThatItDoesNotTell() throws Exception {
        List<StreamPosition> positions = new ArrayList<>();
        clock = new PollingTime(() -> {
            if (source != null && !source.isExhausted()) {
                poll();
                positions.add(StreamPosition.of(source.position()));
            }
        });
        Body first = new Body(List.of(new Step(5, frame(1)), new Step(6, "\r\n")), End.END);
        run(Duration.ofMinutes(2), attempt -> attempt == 0 ? first : attempt == 1 ? fails() : keepsAlive());
        Instant gap = START.plusSeconds(1);
        assertThat(positions)
                .filteredOn(
                        position -> position.until() != null && position.until().isAfter(START.plusSeconds(11)))
                .isNotEmpty()
                .allSatisfy(position ->
                        assertThat(position.gaps()).anyMatch(told -> told.from().equals(gap)));
    }

    @Test
    void framesThatAreThrownAwayTwiceInAShortTimeAreTwoGapsWithTheirEnds() throws Exception {
        config = config().queueCapacity(5)
                .overflow(TwitterStreamConfig.Overflow.DROP_NEWEST)
                .build();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int after = i == 0 ? 9 : i == 10 ? 6 : i == 39 ? 10 : 0; // at 9, 15 and 25 s; a poll at 10 and 20 s
            steps.add(new Step(after, frame(i).replace("10:00:00.000Z", "12:00:00.000Z")));
        }
        run(Duration.ofMinutes(1), attempt -> new Body(steps, attempt == 0 ? End.KEEP_ALIVE : End.SILENT));
        assertThat(source.status().thrownAway()).isGreaterThan(20);
        assertThat(source.gaps().missing())
                .filteredOn(gap -> gap.reason() == GapLedger.Reason.OVERFLOW)
                .hasSize(2);
        assertThat(source.position().token()).matches(".* gaps=OVERFLOW:[0-9]+-[0-9]+,OVERFLOW:[0-9]+-[0-9]+");
    }

    @Test
    void anErrorOfTheReadingThreadIsNoEndOfTheStream() throws Exception {
        source = connected(attempt -> {
            if (attempt == 0) {
                return ends(11);
            }
            throw new StackOverflowError("planted");
        });
        assertThat(catchThrowable(source::run)).isInstanceOf(StackOverflowError.class);
        assertThat(source.isExhausted()).isFalse();
        assertThat(source.status().trouble()).contains("planted");
        assertThatExceptionOfType(FatalException.class)
                .isThrownBy(() -> {
                    while (true) {
                        poll();
                    }
                })
                .withCauseInstanceOf(StackOverflowError.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400, BAD_REQUEST, refuses the request",
        "401, UNAUTHORIZED, does not know the bearer token",
        "402, CREDITS_USED_UP, buy credits",
        "403, FORBIDDEN, does not let this application",
        "409, NO_RULES, add one first",
        "302, OTHER, gets no token"
    })
    void aRefusalThatNothingCuresEndsTheStreamWithItsOwnError(int status, Reason reason, String message) {
        Throwable failure = catchThrowable(
                () -> run(Duration.ofHours(5), attempt -> attempt == 0 ? ends(11) : refuses(status, "", null, null)));
        assertThat(failure).isInstanceOf(ConfigException.class).hasMessageContaining(message);
        assertThat(failure.getCause())
                .isInstanceOfSatisfying(
                        TwitterRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(connects).hasSize(2);
    }

    @Test
    void aCapEndsTheStreamWithItsOwnError() {
        String capped = "{\"title\":\"UsageCapExceeded\",\"type\":\"https://api.x.com/2/problems/usage-capped\"}";
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        run(Duration.ofHours(5), attempt -> attempt == 0 ? ends(11) : refuses(429, capped, null, null)))
                .withMessageContaining("all the posts it may");
        assertThat(connects).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OperationalDisconnect",
                "UpstreamOperationalDisconnect",
                "ForceDisconnect",
                "UpstreamUncleanDisconnect",
                "SlowReader",
                "InternalError",
                "ClientApplicationStateDegraded",
                "SomethingNew"
            })
    void everyDisconnectMessageIsActedOn(String type) throws Exception {
        String message = "{\"title\":\"operational-disconnect\",\"disconnect_type\":\"" + type
                + "\",\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}";
        run(Duration.ofMinutes(2), attempt -> switch (attempt) {
            case 0 ->
                new Body(
                        List.of(new Step(11, frame(1)), new Step(0, "{\"errors\":[" + message + "]}\r\n")), End.SILENT);
            case 1 -> new Body(List.of(new Step(11, frame(2)), new Step(0, message + "\r\n")), End.SILENT);
            default -> keepsAlive();
        });
        assertThat(millisBetweenConnects()).containsExactly(11_000L, 11_000L);
        assertThat(tweets).hasSize(2);
        assertThat(batches.stream()
                        .mapToLong(batch -> batch.skipped().getOrDefault("stream-message", 0L))
                        .sum())
                .isEqualTo(2);
    }

    @Test
    void rulesThatAreNotValidAreNotConnectedAgainForEver() {
        String message = "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"InvalidRules\","
                + "\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}]}\r\n";
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        run(Duration.ofHours(1), attempt -> new Body(List.of(new Step(11, message)), End.SILENT)))
                .withMessageContaining("correct the rules");
        assertThat(connects).hasSize(1);
    }

    @Test
    void creditsThatEndInTheStreamEndIt() {
        String message = "{\"errors\":[{\"title\":\"Payment Required\",\"type\":"
                + "\"https://api.x.com/2/problems/credits-depleted\"}]}\r\n";
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        run(Duration.ofHours(1), attempt -> new Body(List.of(new Step(11, message)), End.SILENT)))
                .withMessageContaining("credits");
    }

    @Test
    void aMessageThatDoesNotEndTheStreamIsCountedAndTheStreamGoesOn() throws Exception {
        String message = "{\"errors\":[{\"title\":\"Not Found Error\",\"type\":"
                + "\"https://api.x.com/2/problems/resource-not-found\"}]}\r\n";
        run(
                Duration.ofMinutes(1),
                attempt -> new Body(
                        List.of(new Step(1, message), new Step(1, frame(1))), attempt == 0 ? End.KEEP_ALIVE : End.END));
        assertThat(connects).hasSize(1);
        assertThat(tweets).hasSize(1);
    }

    @Test
    void aStreamThatIsOpenedAgainGoesOnWhereItsFailuresStood() {
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(RetriableException.class)
                    .isThrownBy(() -> connected(attempt -> refuses(503, "", null, null)))
                    .satisfies(e -> assertThat(e.retryAfter().orElseThrow())
                            .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5)));
            time.advanceTo(time.now().plusMillis(100));
        }
        assertThat(connects).hasSize(1);
    }

    @Test
    void aCrashAfterThreeQuietDaysCostsMinutesOfTheLedger() throws Exception {
        Path ledger = folder.resolve("ledger");
        config = config().ledgerFile(ledger).build();
        crashAfter(Duration.ofDays(3), ledger);
        Instant crash = time.now();
        time.advanceTo(crash.plusSeconds(3_600));
        source = connected(attempt -> keepsAlive());
        assertThat(source.gaps().missing()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isBetween(crash.minusSeconds(120), crash);
            assertThat(gap.to()).isEqualTo(crash.plusSeconds(3_600));
            assertThat(gap.reason()).isEqualTo(GapLedger.Reason.NOT_RUNNING);
        });
        assertThat(GapLedger.read(ledger).get(0).state()).isEqualTo(GapLedger.State.LIVE);
    }

    @Test
    void aCrashBeforeTheFirstPostIsAGap() throws Exception {
        Path ledger = folder.resolve("ledger");
        config = config().ledgerFile(ledger).build();
        SourcePosition position = crashAfter(Duration.ofSeconds(10), ledger);
        assertThat(position).as("nothing came yet").isEqualTo(SourcePosition.START);
        time.advanceTo(START.plusSeconds(3_600));
        connects.clear();
        source = connected(attempt -> keepsAlive());
        assertThat(source.gaps().missing()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(START);
            assertThat(gap.to()).isEqualTo(START.plusSeconds(3_600));
        });
    }

    @Test
    void keepAlivesMoveThePositionSoThatACrashIsAGap() throws Exception {
        SourcePosition position = crashAfter(Duration.ofSeconds(50), folder.resolve("ledger"));
        Instant crash = time.now();
        time.advanceTo(crash.plusSeconds(3_600));
        source = connected(position, attempt -> keepsAlive());
        assertThat(source.gaps().missing()).singleElement().satisfies(gap -> {
            assertThat(gap.from()).isBetween(crash.minusSeconds(40), crash);
            assertThat(gap.to()).isEqualTo(crash.plusSeconds(3_600));
        });
    }

    /** The process is gone: nothing is written that was not; its position then. */
    private SourcePosition crashAfter(Duration length, Path ledger) throws Exception {
        source = connected(attempt -> keepsAlive());
        Instant end = time.now().plus(length);
        AtomicReference<SourcePosition> position = new AtomicReference<>();
        AtomicReference<byte[]> kept = new AtomicReference<>();
        time.every("poll", Duration.ofSeconds(10), new CountDownLatch(1), () -> {
            poll();
            if (!time.now().isBefore(end)) {
                position.set(source.position());
                try {
                    kept.set(Files.exists(ledger) ? Files.readAllBytes(ledger) : null);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                throw new VirtualX.CrashError();
            }
        });
        assertThatExceptionOfType(VirtualX.CrashError.class).isThrownBy(source::run);
        time.forget();
        Files.deleteIfExists(ledger);
        if (kept.get() != null) {
            Files.write(ledger, kept.get());
        }
        return position.get();
    }

    private static TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal("token"))
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .gapFill(GapFill.NONE);
    }

    private TwitterStreamSource connected(IntFunction<Outcome> world) {
        return connected(SourcePosition.START, world);
    }

    private TwitterStreamSource connected(SourcePosition position, IntFunction<Outcome> world) {
        Link link = new Link(world);
        SpendGuard guard = SpendGuard.open(SpendLimits.NONE, time.clock());
        return TwitterStreamSource.connected(config, position, link, ladder, clock, guard, search);
    }

    private void run(Duration length, IntFunction<Outcome> world) throws Exception {
        source = connected(world);
        Instant end = START.plus(length);
        CountDownLatch never = new CountDownLatch(1);
        time.every("poll", Duration.ofSeconds(10), never, () -> {
            poll();
            if (!time.now().isBefore(end)) {
                never.countDown();
                source.close();
            }
        });
        source.run();
        if (never.getCount() > 0) {
            while (true) {
                poll(); // throws what ended the stream
            }
        }
    }

    private void poll() throws InterruptedException {
        SourceBatch batch = source.poll(Duration.ZERO);
        batches.add(batch);
        tweets.addAll(batch.tweets());
    }

    private List<Long> millisBetweenConnects() {
        List<Long> waits = new ArrayList<>();
        for (int i = 1; i < connects.size(); i++) {
            waits.add(Duration.between(connects.get(i - 1), connects.get(i)).toMillis());
        }
        return waits;
    }

    private List<Long> secondsBetweenConnects() {
        return millisBetweenConnects().stream().map(millis -> millis / 1000).toList();
    }

    private boolean budgetHeld() {
        for (int i = 50; i < connects.size(); i++) {
            if (Duration.between(connects.get(i - 50), connects.get(i)).compareTo(Duration.ofMinutes(15)) < 0) {
                return false;
            }
        }
        return connects.size() > 50;
    }

    private static String frame(int number) {
        return "{\"data\":{\"id\":\"" + (1_745_000_000_000_000_000L + number)
                + "\",\"text\":\"A call in the dark\",\"created_at\":\"2026-11-20T10:00:00.000Z\"}}\r\n";
    }

    private static Outcome refuses(
            int status, String body, @Nullable Duration untilReset, @Nullable Duration retryAfter) {
        return link -> {
            Instant reset = untilReset == null ? null : link.now().plus(untilReset);
            throw new RefusedException(Refusal.of(status, body.getBytes(StandardCharsets.UTF_8), reset), retryAfter);
        };
    }

    private static Outcome fails() {
        return link -> {
            throw new IOException("No route");
        };
    }

    /** Lives for so many seconds with a keep-alive at their end. */
    private static Body ends(int seconds) {
        return new Body(seconds == 0 ? List.of() : List.of(new Step(seconds, "\r\n")), End.END);
    }

    private static Body silent() {
        return new Body(List.of(), End.SILENT);
    }

    private static Body keepsAlive() {
        return new Body(List.of(), End.KEEP_ALIVE);
    }

    /** What becomes of an attempt to connect. */
    private interface Outcome {
        StreamLink.Body of(VirtualStreamTime time) throws IOException, RefusedException;
    }

    /** A virtual time that makes a poll each time a thread reads the monotonic clock. */
    private final class PollingTime implements StreamTime {
        private final Poll poll;
        private boolean polling;

        PollingTime(Poll poll) {
            this.poll = poll;
        }

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long nanos() {
            if (!polling) {
                polling = true;
                try {
                    poll.run();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    polling = false;
                }
            }
            return time.nanos();
        }

        @Override
        public java.util.random.RandomGenerator random() {
            return time.random();
        }

        @Override
        public void every(String name, Duration pause, java.util.concurrent.CountDownLatch end, StreamTime.Task task) {
            time.every(name, pause, end, task);
        }

        @Override
        public boolean await(java.util.concurrent.CountDownLatch end, Duration wait) throws InterruptedException {
            return time.await(end, wait);
        }
    }

    private interface Poll {
        void run() throws InterruptedException;
    }

    private record Step(int afterSeconds, String bytes) {}

    private enum End {
        END,
        SILENT,
        KEEP_ALIVE
    }

    private record Body(List<Step> steps, End end) implements Outcome {
        @Override
        public StreamLink.Body of(VirtualStreamTime time) {
            return new Scripted(time, this);
        }
    }

    private final class Link implements StreamLink {
        private final IntFunction<Outcome> world;

        Link(IntFunction<Outcome> world) {
            this.world = world;
        }

        @Override
        public StreamLink.Body connect(int backfillMinutes) throws IOException, RefusedException {
            connects.add(time.now());
            return world.apply(connects.size() - 1).of(time);
        }

        @Override
        public boolean renew() {
            return renews;
        }

        @Override
        public int killStale() {
            time.advanceTo(time.now().plus(killing));
            return stale;
        }
    }

    private static final class Scripted extends InputStream implements StreamLink.Body {
        private final VirtualStreamTime time;
        private final Deque<Step> steps;
        private final End end;
        private boolean closed;

        Scripted(VirtualStreamTime time, Body body) {
            this.time = time;
            this.steps = new ArrayDeque<>(body.steps);
            this.end = body.end;
        }

        @Override
        public InputStream stream() {
            return this;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Step step = steps.poll();
            if (step == null && end == End.END) {
                return -1;
            }
            Instant at = step != null
                    ? time.now().plusSeconds(step.afterSeconds)
                    : end == End.SILENT ? Instant.MAX : time.now().plusSeconds(20);
            try {
                while (!closed && time.tickBefore(at)) {
                    continue;
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (closed) {
                throw new IOException("closed");
            }
            time.advanceTo(at);
            byte[] bytes = (step == null ? "\r\n" : step.bytes).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(bytes, 0, buffer, offset, bytes.length);
            return bytes.length;
        }
    }
}
