/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import dev.nightjar.source.twitter.http.TwitterRefusedException;
import dev.nightjar.source.twitter.http.TwitterRefusedException.Reason;
import dev.nightjar.source.twitter.http.VirtualTime;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import dev.nightjar.source.twitter.spending.SpendLimits.WhenReached;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TwitterSearchTest {
    private static final String RECENT = "/2/tweets/search/recent";
    private static final String ALL = "/2/tweets/search/all";

    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-21T12:00:00Z"));
    private final FakeX x = FakeX.builder().clock(time.clock()).start();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void aSearchReadsEveryPageOnce() throws Exception {
        List<String> published = publish(37, "owl");
        publish(5, "sparrow");
        try (TweetSource source = open(search("owl"))) {
            assertThat(ids(rest(source))).hasSize(37).containsExactlyInAnyOrderElementsOf(published);
        }
        assertThat(x.requests()).hasSize(4);
        assertThat(x.requests().get(0).target()).contains("tweet.fields=").contains("note_tweet");
        assertThat(x.requests().get(0).headers())
                .containsEntry("accept-encoding", "gzip")
                .containsEntry("user-agent", "nightjar/0.1.0");
    }

    /** Pages of ten that have up to five posts of the page before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void aPostThatIsOnSeveralPagesComesOnceAndItsRepeatsAreCounted(int overlap) throws Exception {
        try (FakeX overlapping =
                FakeX.builder().clock(time.clock()).pageOverlap(overlap).start()) {
            publish(37, "owl");
            x.posts().forEach(overlapping::publish);
            try (TweetSource source = open(search("owl").baseUrl(overlapping.uri()))) {
                SourceBatch all = rest(source);
                assertThat(ids(all)).hasSize(37).doesNotHaveDuplicates();
                assertThat(all.skipped()).containsOnly(Map.entry("duplicate", overlapping.postsRead() - 37));
            }
            try (TweetSource source =
                    open(search("owl").baseUrl(overlapping.uri()).deduplicationWindow(0))) {
                assertThat(ids(rest(source))).as("as X has them").hasSizeGreaterThan(37);
            }
        }
    }

    @Test
    void timesLanguageAndLikesNarrowASearch() throws Exception {
        Instant now = time.now();
        x.publish(post(now.minusSeconds(7200), "old owl").likedBy(900));
        x.publish(post(now.minusSeconds(3000), "owl").likedBy(900));
        x.publish(post(now.minusSeconds(2900), "hibou owl").likedBy(900).in("fr"));
        x.publish(post(now.minusSeconds(2800), "unloved owl").likedBy(3));
        x.publish(post(now.minusSeconds(600), "late owl").likedBy(900));
        TwitterSearchConfig.Builder search = search("owl")
                .startTime(now.minusSeconds(3600))
                .endTime(now.minusSeconds(1200))
                .lang("en")
                .minLikes(500);
        try (TweetSource source = open(search)) {
            assertThat(rest(source).tweets()).extracting(Tweet::text).containsExactly("owl");
        }
        assertThat(decoded(0)).contains("query=owl lang:en min_likes:500&");
        assertThat(x.postsRead()).as("posts that X charges").isEqualTo(1);
    }

    @Test
    void likesAreCountedHereWhereTheApiDoesNotKnowTheOperator() throws Exception {
        x.publish(post(time.now().minusSeconds(100), "loved owl").likedBy(900));
        x.publish(post(time.now().minusSeconds(90), "unloved owl").likedBy(3));
        x.faults(
                RECENT,
                Fault.answer(
                        400,
                        "{\"errors\":[{\"parameters\":{\"query\":[\"owl min_likes:500\"]},\"message\":\"Reference to invalid"
                                + " operator 'min_likes'. Operator is not available in current product.\"}],"
                                + "\"title\":\"Invalid Request\",\"detail\":\"One or more parameters to your request was"
                                + " invalid.\",\"type\":\"https://api.twitter.com/2/problems/invalid-request\"}"));
        try (TweetSource source = open(search("owl").minLikes(500))) {
            SourceBatch batch = rest(source);
            assertThat(batch.tweets()).extracting(Tweet::text).containsExactly("loved owl");
            assertThat(batch.skipped()).containsExactly(Map.entry("few-likes", 1L));
        }
        assertThat(decoded(1)).contains("query=owl&");
    }

    /** The complaint "sinceId lost, same tweets again". */
    @Test
    void theNewestIdOnlyMovesForwardAndIsKeptOnEmptyPages() throws Exception {
        List<String> expected = new ArrayList<>(publish(25, "owl"));
        List<String> seen = new ArrayList<>();
        TwitterSearchConfig config = search("owl")
                .startTime(time.now().minusSeconds(3600))
                .pollInterval(Duration.ofMinutes(1))
                .build();
        TweetSource source = open(config, SourcePosition.START);
        for (int round = 0; round < 12; round++) {
            if (round % 3 == 2) {
                expected.addAll(publish(round, "owl"));
            }
            time.plus(Duration.ofMinutes(2));
            for (int polls = 0; polls < 4; polls++) {
                source.poll(Duration.ofSeconds(30)).tweets().forEach(tweet -> seen.add(tweet.id()));
            }
            if (round % 4 == 3) { // a crash after what was read has been stored
                SourcePosition position = source.position();
                source.close();
                source = open(config, position);
            }
        }
        source.close();
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        List<Long> since = IntStream.range(0, x.requests().size())
                .mapToObj(this::decoded)
                .filter(target -> target.contains("since_id="))
                .map(target -> Long.parseLong(target.replaceAll(".*since_id=(\\d+).*", "$1")))
                .toList();
        assertThat(since).hasSizeGreaterThan(20).isSorted();
        assertThat(IntStream.range(0, x.requests().size()).mapToObj(this::decoded))
                .as("never both")
                .noneMatch(target -> target.contains("since_id=") && target.contains("start_time="));
    }

    @Test
    void aLiveTailBeginsWhenItIsOpenedAlsoAfterARestartBeforeTheFirstTweet() throws Exception {
        publish(20, "owl");
        TwitterSearchConfig config =
                search("owl").pollInterval(Duration.ofSeconds(10)).build();
        SourcePosition position;
        try (TweetSource source = open(config, SourcePosition.START)) {
            assertThat(source.poll(Duration.ofSeconds(60)).isEmpty()).isTrue();
            position = source.position();
        }
        time.plus(Duration.ofSeconds(1));
        String meanwhile = x.publish("an owl while nobody looked").id();
        time.plus(Duration.ofHours(1));
        try (TweetSource source = open(config, position)) {
            assertThat(ids(source.poll(Duration.ofSeconds(60)))).containsExactly(meanwhile);
        }
        assertThat(x.postsRead()).isEqualTo(1);
    }

    @Test
    void afterMoreThanAWeekARecentSearchGoesOnFromWhereItCan() throws Exception {
        publish(1, "owl");
        TwitterSearchConfig config =
                search("owl").pollInterval(Duration.ofSeconds(10)).build();
        SourcePosition position = new SourcePosition(SearchCursor.begin(config, null)
                .after(FakePost.firstId(time.now()), null)
                .position()
                .token());
        time.plus(Duration.ofDays(9));
        String recent = x.publish("owl again").id();
        time.plus(Duration.ofMinutes(1));
        try (TweetSource source = open(config, position)) {
            assertThat(ids(source.poll(Duration.ofSeconds(5)))).containsExactly(recent);
        }
        assertThat(decoded(0)).contains("start_time=2026-11-23T12:02:00Z").doesNotContain("since_id");
    }

    @Test
    void theFullArchiveIsAskedOnceASecond() throws Exception {
        List<String> published = publish(45, "owl");
        List<Instant> asked = new ArrayList<>();
        try (TweetSource source = open(search("owl").archive(Archive.FULL))) {
            while (!source.isExhausted()) {
                int before = x.requests().size();
                source.poll(Duration.ofSeconds(5));
                if (x.requests().size() > before) {
                    asked.add(time.now());
                }
            }
        }
        assertThat(asked).hasSize(5);
        for (int i = 1; i < asked.size(); i++) {
            assertThat(Duration.between(asked.get(i - 1), asked.get(i)))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(1050));
        }
        assertThat(published).hasSize(45);
        assertThat(x.requests()).allMatch(request -> request.path().equals(ALL));
    }

    /** "wait_on_rate_limit does not cover the stream", "thousands of 429": one policy, waited for in full. */
    @Test
    void aUsedUpWindowIsWaitedForWithoutARequest() throws Exception {
        List<String> published = publish(15, "owl");
        Instant end = time.now().plusSeconds(600);
        x.faults(RECENT, Fault.rateLimited(end.getEpochSecond()));
        try (TweetSource source = open(search("owl"))) {
            assertThat(source.poll(Duration.ofSeconds(1)).isEmpty()).isTrue();
            Instant before = time.now();
            assertThat(before).isBefore(end);
            for (int i = 0; i < 300; i++) {
                source.poll(Duration.ofSeconds(1));
            }
            assertThat(x.requests()).as("requests while the window lasts").hasSize(1);
            assertThat(ids(rest(source))).containsExactlyInAnyOrderElementsOf(published);
            assertThat(time.now()).isAfter(end);
        }
        assertThat(x.requests()).hasSize(3);
    }

    @Test
    void serverErrorsAndBrokenConnectionsAreRiddenOut() throws Exception {
        List<String> published = publish(15, "owl");
        Instant start = time.now();
        x.faults(
                RECENT,
                Fault.serviceUnavailable(),
                Fault.serviceUnavailable(Duration.ofSeconds(200)),
                Fault.answer(502, "<html>bad gateway</html>"),
                Fault.noAnswer(),
                Fault.answer(200, "<html>not what was asked for</html>"));
        try (TweetSource source = open(search("owl"))) {
            assertThat(ids(rest(source))).containsExactlyInAnyOrderElementsOf(published);
        }
        assertThat(Duration.between(start, time.now())).isGreaterThan(Duration.ofSeconds(5 + 200 + 20 + 40));
        assertThat(x.faultsLeft()).isZero();
    }

    /** "One odd frame kills all": of a page, in either vocabulary, one odd post costs itself alone. */
    @Test
    void oneOddPostOfAPageIsADeadLetterWithItsBytes() throws Exception {
        x.faults(
                RECENT,
                Fault.answer(
                        200,
                        "{\"data\":[{\"id\":\"1600000000000000001\",\"text\":\"good\",\"lang\":null},"
                                + "{\"id\":\"not an id\",\"text\":\"odd\"},"
                                + "{\"id\":\"1600000000000000003\",\"text\":\"RT @a: cut\u2026\",\"referenced_posts\":[{\"type\":"
                                + "\"reposted\",\"id\":\"1600000000000000000\"}],\"edit_history_post_ids\":[\"1\"],\"new_thing\":{}}],"
                                + "\"includes\":{\"posts\":[{\"id\":\"1600000000000000000\",\"text\":\"whole\"}]},"
                                + "\"errors\":[{\"title\":\"Not Found Error\",\"type\":"
                                + "\"https://api.x.com/2/problems/resource-not-found\"}],\"meta\":{\"result_count\":3}}"));
        try (TweetSource source = open(search("owl"))) {
            SourceBatch batch = source.poll(Duration.ofSeconds(30));
            assertThat(batch.tweets()).extracting(Tweet::text).containsExactly("good", "whole");
            assertThat(batch.deadLetters()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("bad-id");
                assertThat(letter.original()).asString(StandardCharsets.UTF_8).contains("not an id");
            });
            assertThat(source.isExhausted()).isTrue();
        }
    }

    @Test
    void answersThatCanNeverBeReadEndASearchBeforeTheyCostMore() throws Exception {
        for (int i = 0; i < 3; i++) {
            x.faults(RECENT, Fault.answer(200, "{\"data\":"));
        }
        try (TweetSource source = open(search("owl"))) {
            assertThatExceptionOfType(FatalException.class)
                    .isThrownBy(() -> rest(source))
                    .withMessageContaining("cannot be read");
        }
        assertThat(x.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"' ', is none", "b26v89c19zqg8o3f1, leads to the same page"})
    void aNextPageThatCannotBeAskedForIsNoEndOfTheSearch(String token, String message) throws Exception {
        String page = "{\"data\":[{\"id\":\"%d\",\"text\":\"owl\",\"created_at\":\"2026-11-21T11:00:00.000Z\"}],"
                + "\"meta\":{\"result_count\":1,\"next_token\":\"" + token + "\"}}";
        x.faults(RECENT, Fault.answer(200, page.formatted(8)), Fault.answer(200, page.formatted(7)));
        try (TweetSource source = open(search("owl"))) {
            SourcePosition position = SourcePosition.START;
            while (ids(source.poll(Duration.ofSeconds(5))).contains("8") && !token.isBlank()) {
                position = source.position();
            }
            assertThat(source.isExhausted()).isFalse();
            assertThat(source.position()).as("before the last page").isEqualTo(position);
            assertThatExceptionOfType(FatalException.class)
                    .isThrownBy(() -> source.poll(Duration.ofSeconds(5)))
                    .withMessageContaining(message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORIZED, does not know the bearer token",
        "402, CREDITS_USED_UP, credits of the X account are used up",
        "403, FORBIDDEN, does not let this application search posts",
        "400, BAD_REQUEST, refuses the request to search posts",
        "302, OTHER, gets no token"
    })
    void whatWaitingDoesNotCureEndsASearchWithItsReason(int status, Reason reason, String message) throws Exception {
        Fault refusal =
                Fault.answer(status, "{\"title\":\"t\",\"type\":\"about:blank\"}", "Location", "http://127.0.0.1:9/");
        x.faults(RECENT, refusal, refusal);
        try (TweetSource source = open(search("owl"))) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(ConfigException.class)
                        .isThrownBy(() -> rest(source))
                        .withMessageContaining(message)
                        .satisfies(e -> assertThat(e.getCause())
                                .isInstanceOfSatisfying(TwitterRefusedException.class, refused -> {
                                    assertThat(refused.reason()).isEqualTo(reason);
                                    assertThat(refused.status()).isEqualTo(status);
                                }));
            }
        }
        assertThat(x.requests())
                .as("and makes no more requests, but one in other words")
                .hasSize(status == 400 ? 2 : 1);
    }

    @Test
    void aUsedUpCapEndsASearch() throws Exception {
        x.faults(RECENT, Fault.usageCapped());
        try (TweetSource source = open(search("owl"))) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> rest(source))
                    .withMessageContaining("all the posts it may")
                    .withMessageContaining("Monthly");
        }
    }

    @Test
    void aTokenThatWasObtainedIsReplacedOnce() throws Exception {
        List<String> published = publish(5, "owl");
        TwitterCredentials consumer = TwitterCredentials.consumer(
                Credential.literal(x.consumerKey()), Credential.literal(x.consumerSecret()));
        x.faults(RECENT, Fault.answer(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}"));
        TwitterSearchConfig config = TwitterSearchConfig.builder(consumer, TweetQuery.term("owl"))
                .baseUrl(x.uri())
                .build();
        try (TweetSource source = open(config, SourcePosition.START)) {
            // The simulator, as X, gives the same token again: the second refusal is final.
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> rest(source))
                    .withMessageContaining("bearer token");
        }
        assertThat(x.requests().stream().filter(request -> request.path().equals("/oauth2/token")))
                .hasSize(2);
        assertThat(published).hasSize(5);
    }

    @Test
    void theTokenIsNotCarriedToAnotherHost() throws Exception {
        try (FakeX other = FakeX.start();
                TweetSource source = open(search("owl"))) {
            x.faults(RECENT, Fault.redirect(other.uri().resolve(RECENT + "?query=owl")));
            assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> rest(source));
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void aSearchEndsAfterItsMostRequestsAndGoesOnInAnotherRun() throws Exception {
        List<String> published = publish(35, "owl");
        TwitterSearchConfig config = search("owl").maxRequests(2).build();
        List<String> seen = new ArrayList<>();
        SourcePosition position = SourcePosition.START;
        for (int run = 0; run < 2; run++) {
            try (TweetSource source = open(config, position)) {
                seen.addAll(ids(rest(source)));
                position = source.position();
            }
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(published);
        assertThat(x.requests()).hasSize(4);
    }

    @Test
    void aRunEndsAtItsLimitOfPosts() throws Exception {
        publish(60, "owl");
        SpendLimits limits = SpendLimits.builder().perRun(25).build();
        try (TweetSource source = open(search("owl").spend(limits))) {
            assertThat(rest(source).tweets())
                    .as("two pages; 5 more are no page")
                    .hasSize(20);
            assertThat(source.isExhausted()).isTrue();
        }
        assertThat(x.postsRead()).isEqualTo(20);
    }

    @Test
    void theLastPageIsMadeToFitTheLimit() throws Exception {
        publish(60, "owl");
        try (TweetSource source = open(search("owl")
                .pageSize(20)
                .spend(SpendLimits.builder().perRun(35).build()))) {
            assertThat(rest(source).tweets()).hasSize(35);
        }
        assertThat(decoded(1)).contains("max_results=15");
    }

    @Test
    void noCrashReplayOrFaultReadsMoreThanTheDayAllows() throws Exception {
        publish(500, "owl");
        Random random = new Random(20261121);
        SpendLimits limits = limits(120, WhenReached.STOP);
        SourcePosition position = SourcePosition.START;
        int runs = 0;
        while (SpendGuard.open(limits(120, WhenReached.STOP), time.clock())
                                .spent()
                                .today()
                        <= 110
                && runs++ < 300) {
            TweetSource source = open(search("owl").spend(limits).build(), position);
            for (int polls = random.nextInt(3); polls > 0 && !source.isExhausted(); polls--) {
                if (random.nextInt(3) == 0) {
                    x.faults(RECENT, random.nextBoolean() ? Fault.serviceUnavailable() : Fault.noAnswer());
                }
                source.poll(Duration.ofMinutes(10));
            }
            if (random.nextInt(3) == 0) { // else it crashes before the position is kept, and reads the page again
                position = source.position();
            }
            source.close();
        }
        assertThat(runs).isGreaterThan(5);
        assertThat(x.postsRead()).isBetween(1L, 120L);
    }

    /** The JDK's client repeats a GET by itself when its connection breaks before the first byte of the answer. */
    @Test
    void aPageWhoseAnswerIsLostIsCountedAsOftenAsItIsCharged() throws Exception {
        publish(500, "owl");
        Random random = new Random(20261121);
        SpendLimits limits = limits(200, WhenReached.STOP);
        int lost = 0;
        try (TweetSource source = open(search("owl").spend(limits))) {
            assertThat(source.poll(Duration.ofMinutes(1)).tweets())
                    .as("a connection that is kept")
                    .hasSize(10);
            while (!source.isExhausted()) {
                for (int i = random.nextInt(3); i > 0; i--) { // the second breaks a connection that is new
                    x.faults(RECENT, Fault.lostAnswer());
                    lost++;
                }
                source.poll(Duration.ofHours(1));
            }
        }
        lost -= x.faultsLeft();
        assertThat(lost).isGreaterThan(5);
        assertThat(x.requests().size())
                .as("requests, each counted with its 10 posts")
                .isEqualTo(20);
        assertThat(SpendGuard.open(limits, time.clock()).spent().today()).isEqualTo(200);
        assertThat(x.postsRead()).as("posts that X charges").isEqualTo(200);
    }

    @Test
    void aPageIsCountedWhenTheServerIsGoneAfterTheRequestAndNotWhenItWasBefore() throws Exception {
        SpendLimits limits = limits(200, WhenReached.STOP);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread once = new Thread(() -> takeOneRequestAndGo(server), "server");
            once.start();
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort());
            try (TweetSource source = open(search("owl").spend(limits).baseUrl(uri))) {
                source.poll(Duration.ofMinutes(1));
            }
            once.join();
        }
        assertThat(SpendGuard.open(limits, time.clock()).spent().today())
                .as("one page, not the attempts that nobody heard")
                .isEqualTo(10);
    }

    private static void takeOneRequestAndGo(ServerSocket server) {
        try (Socket socket = server.accept()) {
            server.close();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
                line = in.readLine();
            }
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void manyPagesTakeNoMoreThreadsThanOne() throws Exception {
        publish(10, "owl");
        try (TweetSource source =
                open(search("owl").startTime(time.now().minusSeconds(3600)).pollInterval(Duration.ofSeconds(10)))) {
            assertThat(source.poll(Duration.ofMinutes(1)).tweets()).hasSize(10);
            long before = httpThreads("SelectorManager");
            while (x.requests().size() < 200) {
                source.poll(Duration.ofMinutes(1));
            }
            assertThat(httpThreads("SelectorManager")).isEqualTo(before);
            assertThat(httpThreads("Worker")).as("workers").isLessThan(20);
        }
    }

    private static long httpThreads(String kind) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient-")
                        && thread.getName().contains(kind))
                .count();
    }

    @Test
    void aPauseLastsUntilTheNextDay() throws Exception {
        List<String> published = publish(60, "owl");
        Instant start = time.now();
        try (TweetSource source = open(search("owl").spend(limits(40, WhenReached.PAUSE)))) {
            assertThat(ids(rest(source))).containsExactlyInAnyOrderElementsOf(published);
        }
        assertThat(time.now()).isAfterOrEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
        assertThat(start).isBefore(Instant.parse("2026-11-22T00:00:00Z"));
    }

    @Test
    void aPositionOfAnotherSearchIsRefused() throws Exception {
        publish(15, "owl");
        SourcePosition position;
        try (TweetSource source = open(search("owl"))) {
            source.poll(Duration.ofSeconds(5));
            position = source.position();
        }
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> open(search("sparrow").build(), position))
                .withMessageContaining("one of another search");
    }

    /** Error bodies echo the request; the token is in none of what a user sees. */
    @Test
    void noErrorShowsTheTokenOrMoreThanALineOfWhatXSays() throws Exception {
        String echo = "s3cr3t-" + "1234567890,".repeat(2000);
        x.faults(
                RECENT,
                Fault.answer(400, "{\"errors\":[{\"message\":\"bad query " + echo + "\"}],\"title\":\"Invalid\"}"));
        try (TweetSource source = open(search("owl"))) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> rest(source))
                    .satisfies(e -> {
                        assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain(x.bearerToken());
                        assertThat(String.valueOf(e.getCause())).doesNotContain(x.bearerToken());
                    });
        }
        assertThat(search("owl").build().toString()).doesNotContain(x.bearerToken());
    }

    @Test
    void optionsAreReadFromAMap() {
        Map<String, String> options = new TreeMap<>(Map.of(
                "query", "superbowl OR #sblx",
                "bearer-token", "env:X",
                "archive", "full",
                "start-time", "2026-02-08",
                "end-time", "2026-02-09T06:00:00+01:00",
                "lang", "en",
                "min-likes", "500",
                "posts-per-run", "1000"));
        assertThat(TwitterSearchConfig.fromMap(options))
                .isEqualTo(TwitterSearchConfig.builder(
                                TwitterCredentials.bearer(Credential.env("X")), TweetQuery.raw("superbowl OR #sblx"))
                        .archive(Archive.FULL)
                        .startTime(Instant.parse("2026-02-08T00:00:00Z"))
                        .endTime(Instant.parse("2026-02-09T05:00:00Z"))
                        .lang("en")
                        .minLikes(500)
                        .spend(SpendLimits.builder().perRun(1000).build())
                        .build());
        options.put("query", "superbowl min_faves:500");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterSearchConfig.fromMap(options))
                .withMessageContaining("min_likes:");
        options.put("query", "superbowl");
        options.put("start-time", "yesterday");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TwitterSearchConfig.fromMap(options))
                .withMessageContaining("start-time");
    }

    private SpendLimits limits(long perDay, WhenReached whenReached) {
        return SpendLimits.builder()
                .perDay(perDay)
                .whenReached(whenReached)
                .file(folder.resolve("spend"))
                .build();
    }

    private TwitterSearchConfig.Builder search(String query) {
        return TwitterSearchConfig.builder(
                        TwitterCredentials.bearer(Credential.literal(x.bearerToken())), TweetQuery.raw(query))
                .pageSize(10)
                .baseUrl(x.uri());
    }

    private TweetSource open(TwitterSearchConfig.Builder search) {
        return open(search.build(), SourcePosition.START);
    }

    private TweetSource open(TwitterSearchConfig config, SourcePosition position) {
        return TwitterSearchSource.open(config, position, time, new Random(7));
    }

    /** Posts of the last quarter of an hour, in this order. */
    private List<String> publish(int count, String word) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FakePost post = post(
                    time.now().minusSeconds(900).plusMillis(i * 10L + x.posts().size()), word + " number " + i);
            x.publish(post);
            ids.add(post.id());
        }
        return ids;
    }

    private FakePost post(Instant at, String text) {
        return FakePost.of(Long.toString(FakePost.firstId(at) + x.posts().size()), text, at);
    }

    private String decoded(int request) {
        return URLDecoder.decode(x.requests().get(request).target(), StandardCharsets.UTF_8);
    }

    private static List<String> ids(SourceBatch batch) {
        return batch.tweets().stream().map(Tweet::id).toList();
    }

    private static SourceBatch rest(TweetSource source) throws InterruptedException {
        SourceBatch.Builder rest = SourceBatch.builder();
        while (!source.isExhausted()) {
            rest.add(source.poll(Duration.ofSeconds(30)));
        }
        return rest.build();
    }
}
