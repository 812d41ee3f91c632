/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ErasableSink;
import dev.nightjar.FatalException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.WindowedCount;
import dev.nightjar.delivery.Retry;
import dev.nightjar.io.RetryAfter;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.Tweets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sink makes of a server's answers, and of none. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InfluxAnswersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final InfluxServer server = InfluxServer.inMemory();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void nineThousandPointsSurviveABurstOf503() {
        List<ClassifiedTweet> batch = Tweets.classifieds(9_000);
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(5, 503, "{\"code\":\"unavailable\",\"message\":\"shutting down\"}");
            Retry.upTo(Duration.ofSeconds(40)).run("write 9,000 tweets", () -> sink.write(batch));
        }
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(kept(batch));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aServerThatCannotJustNowIsRetriable(int status) throws IOException {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(1, status, "partial write: unable to parse", "Retry-After", "7");
            RetriableException failure =
                    catchThrowableOfType(RetriableException.class, () -> sink.write(Tweets.classifieds(3)));
            assertThat(failure).hasMessage("InfluxDB at " + server.url() + " cannot just now: HTTP " + status);
            assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(failure);
            sink.write(Tweets.classifieds(3));
        }
        assertThat(stored()).hasSize(3);
    }

    @Test
    void theServersWishToWaitIsRespected() {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(1, 429, "", "Retry-After", "2");
            long start = System.nanoTime();
            Retry.upTo(Duration.ofSeconds(20)).run("write a tweet", () -> sink.write(Tweets.classifieds(1)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(1_900));
        }
        assertThat(stored()).hasSize(1);
    }

    static Stream<Arguments> retryAfterHeaders() {
        DateTimeFormatter date = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
        return Stream.of(
                Arguments.of("0", Duration.ZERO),
                Arguments.of("2", Duration.ofSeconds(2)),
                Arguments.of(" 120 ", Duration.ofSeconds(120)),
                Arguments.of("999999999", Duration.ofSeconds(999_999_999)),
                Arguments.of("Sun, 01 Mar 2026 12:00:30 GMT", Duration.ofSeconds(30)),
                Arguments.of(date.format(NOW.plusSeconds(3600)), Duration.ofHours(1)),
                Arguments.of("Sun, 1 Mar 2026 11:00:00 GMT", Duration.ZERO),
                Arguments.of(null, null),
                Arguments.of("", null),
                Arguments.of("-1", null),
                Arguments.of("1.5", null),
                Arguments.of("soon", null),
                Arguments.of("99999999999999999999", null),
                Arguments.of("Sun, 32 Mar 2026 12:00:30 GMT", null),
                Arguments.of("\u0663", null));
    }

    @ParameterizedTest
    @MethodSource("retryAfterHeaders")
    void retryAfterIsSecondsOrADate(String header, Duration wait) {
        assertThat(RetryAfter.parse(header, NOW)).isEqualTo(wait);
    }

    @Test
    void aLostAnswerIsRetriableAndThePointIsStoredOnceWhenRepeated() throws IOException {
        List<ClassifiedTweet> batch = Tweets.classifieds(50);
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            server.dropAnswers(2); // of which the HTTP client repeats one, since its connection was not new
            Throwable failure = catchThrowable(() -> sink.write(batch));
            assertThat(failure).isInstanceOf(RetriableException.class).hasMessageContaining("does not answer");
            new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(failure);
            assertThat(stored()).as("stored without an answer").hasSize(50);
            sink.write(batch);
            assertThat(server.requests).hasSize(3);
        }
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(kept(batch));
    }

    @Test
    void aServerThatIsSilentIsReportedWithinTheTimeout() {
        try (Sink<ClassifiedTweet> sink =
                server.config().timeout(Duration.ofSeconds(5)).build().open()) {
            server.blackHole(2);
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                assertThat(catchThrowable(() -> sink.write(Tweets.classifieds(3))))
                        .isInstanceOf(RetriableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
            }
            sink.write(Tweets.classifieds(3));
        }
        assertThat(stored()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void aRefusedTokenOrBucketIsFatalAtOnce(int status) {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            server.answer(1, status, "{\"code\":\"x\",\"message\":\"partial write: unable to parse\"}");
            Throwable failure = catchThrowable(() -> sink.write(Tweets.classifieds(3)));
            assertThat(failure).isInstanceOf(ConfigException.class).hasMessageContaining("HTTP " + status);
            assertThat(failure.getMessage()).doesNotContain(InfluxServer.TOKEN);
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void aServerThatKnowsNoDeletionRefusesEachAndGoesOnStoring() {
        server.withoutDeletion();
        List<ClassifiedTweet> batch = Tweets.classifieds(3);
        try (ErasableSink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(batch);
            List<String> ids = batch.stream().map(record -> record.tweet().id()).toList();
            RejectedRecordsException refused =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.erase(ids));
            assertThat(refused.rejections())
                    .containsExactly(
                            new Rejection(0, ids.get(0), "cannot-erase", "This InfluxDB cannot delete points"),
                            new Rejection(1, ids.get(1), "cannot-erase", "This InfluxDB cannot delete points"),
                            new Rejection(2, ids.get(2), "cannot-erase", "This InfluxDB cannot delete points"));
            sink.write(batch);
        }
        assertThat(stored()).hasSize(3);
    }

    @Test
    void whatCannotBeErasedDoesNotClaimThatItCan() {
        try (Sink<WindowedCount> sink = server.config().build().counts().open()) {
            assertThat(sink).isNotInstanceOf(ErasableSink.class);
        }
    }

    @Test
    void openingShowsAWrongTokenOrBucketAndStoresNothing() {
        assertThat(catchThrowable(() -> server.config()
                        .token(Credential.literal("canary-wrong"))
                        .build()
                        .open()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("InfluxDB at " + server.url()
                        + " refuses the token: HTTP 401; it must be allowed to write to the bucket");
        assertThat(catchThrowable(() -> InfluxSinkConfig.builder(server.url(), "birds", "none")
                        .token(Credential.literal(InfluxServer.TOKEN))
                        .build()
                        .open()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no such organization or bucket");
        assertThat(catchThrowable(() -> server.config()
                        .token(Credential.literal("canary\nwrong"))
                        .build()
                        .open()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The InfluxDB token of *** has a character that no token has");
        server.config().build().open().close();
        server.config().build().counts().open().close();
        assertThat(server.rows("tweets")).isEmpty();
        assertThat(server.rows("counts")).isEmpty();
    }

    @Test
    void aServerThatWantsAPointAtLeastCanBeOpened() {
        server.answer(1, 400, "{\"code\":\"invalid\",\"message\":\"writing requires points\"}");
        server.config().build().open().close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, <html>welcome</html>",
        "202, ''",
        "302, ''",
        "307, ''",
        "400, '{\"code\":\"invalid\",\"message\":\"I hate it when\"}'",
        "400, <html>nginx</html>",
        "402, ''",
        "422, '{\"code\":\"unprocessable entity\",\"message\":\"I hate it when\"}'",
        "501, ''"
    })
    void anAnswerThatIsNotKnownIsFatalAndNothingIsRejected(int status, String body) {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(1, status, body, "Location", server.url() + "/api/v2/write");
            assertThat(catchThrowable(() -> sink.write(Tweets.classifieds(3))))
                    .isExactlyInstanceOf(FatalException.class)
                    .hasMessage("InfluxDB at " + server.url() + " answers in a way that is not known: HTTP " + status);
        }
    }

    @Test
    void aFieldOfAnotherTypeInTheBucketIsTheBucketsFault() {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(
                    1,
                    422,
                    "{\"code\":\"unprocessable entity\",\"message\":\"failure writing points to database: partial write:"
                            + " field type conflict: input field \\\"id\\\" on measurement \\\"tweets\\\" is type string,"
                            + " already exists as type integer dropped=3\"}");
            assertThat(catchThrowable(() -> sink.write(Tweets.classifieds(3))))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "InfluxDB at " + server.url() + " has a field of another type in the measurement; choose"
                                    + " another measurement or bucket");
        }
    }

    @Test
    void aBodyThatIsTooLargeIsHalved() {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            server.maxBodyBytes(40_000);
            sink.write(Tweets.classifieds(500));
        }
        assertThat(server.requests).hasSizeBetween(12, 40);
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(kept(Tweets.classifieds(500)));
    }

    @Test
    void aPointThatIsTooLargeIsRejectedAlone() {
        ClassifiedTweet large = Tweets.classified(Tweets.tweet(7, "x".repeat(20_000)));
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.maxBodyBytes(15_000);
            RejectedRecordsException rejected = catchThrowableOfType(
                    RejectedRecordsException.class,
                    () -> sink.write(List.of(Tweets.classified(0), large, Tweets.classified(1))));
            assertThat(rejected.rejections())
                    .containsExactly(new Rejection(
                            1, large.tweet().id(), "too-large", "InfluxDB refuses the point with HTTP 413"));
        }
        assertThat(stored()).hasSize(2);
    }

    @Test
    void requestsAreLimitedInPointsAndBytes() {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.requests.clear();
            sink.write(Tweets.classifieds(9_000));
        }
        assertThat(server.requests).extracting(body -> body.lines().count()).containsExactly(5_000L, 4_000L);
        try (Sink<ClassifiedTweet> sink =
                server.config().batchBytes(2_000).build().open()) {
            server.requests.clear();
            sink.write(Tweets.classifieds(10));
        }
        assertThat(server.requests)
                .hasSizeGreaterThan(4)
                .allSatisfy(body -> assertThat(body.length()).isLessThanOrEqualTo(2_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"error\":\"partial write: points beyond retention policy dropped=1\"} | outside-retention",
                "422 | {\"code\":\"unprocessable entity\",\"message\":\"failure writing points to database: partial write: points"
                        + " beyond retention policy dropped=1\"} | outside-retention",
                "400 | {\"error\":\"partial write: max-values-per-tag limit exceeded (100000/100000): measurement=\\\"counts\\\""
                        + " dropped=1\"} | series-limit",
                "400 | {\"error\":\"unable to parse 'tweets,s=0 text=\\\"beyond retention limit exceeded\\\" 1': bad\"} |"
                        + " refused-line",
                "400 | {\"error\":\"unable to parse 'tweets,s=0 text=\\\"field type conflict dropped=3\\\" 1': bad\"} |"
                        + " refused-line",
                "201 | {} | refused-line",
                "400 | {\"error\":\"partial write of line protocol occurred\",\"data\":[{\"error_message\":\"x\",\"line_number\":1,"
                        + "\"original_line\":\"column type mismatch\"}]} | refused-line"
            })
    void theRejectionSaysWhyWithoutQuotingTheLine(int status, String body, String code) {
        try (Sink<ClassifiedTweet> sink = server.config().build().open()) {
            server.answer(1, status, body); // the three, of which some are at fault
            server.answer(1, status, body); // the first alone; the others are stored
            RejectedRecordsException rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(Tweets.classifieds(3)));
            assertThat(rejected).isNotNull();
            assertThat(rejected.rejections())
                    .containsExactly(new Rejection(
                            0, Tweets.tweet(0).id(), code, "InfluxDB refuses the point with HTTP " + status));
        }
        assertThat(stored()).hasSize(2);
    }

    private List<ClassifiedTweet> stored() {
        return server.rows("tweets").stream().map(TweetRow::tweet).toList();
    }

    private static List<ClassifiedTweet> kept(List<ClassifiedTweet> batch) {
        return batch.stream().map(TweetRows::kept).toList();
    }
}
