/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The simulator against the guide to the protocol, over a plain HTTP client. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FakeXTest {
    private static final String RULES = "/2/tweets/search/stream/rules";
    private static final String RECENT = "/2/tweets/search/recent?query=";
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private FakeX x = FakeX.builder().clock(clock()).start();

    @AfterEach
    void close() {
        x.close();
    }

    @Test
    void aBearerTokenIsGivenForKeyAndSecretAsEncodedByRfc1738() throws Exception {
        HttpResponse<String> given = token("consumer+key%2B4711:consumer%2Fsecret%3D4711");
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(json(given)).isEqualTo(Map.of("token_type", "bearer", "access_token", x.bearerToken()));
        assertThat(token("consumer key+4711:consumer/secret=4711").statusCode()).isEqualTo(403);
        assertThat(token("consumer key+4711:consumer/secret=4711").body())
                .contains("\"code\":99", "Unable to verify your credentials");
    }

    @Test
    void anUnknownTokenIsRefusedWithoutRateLimitHeaders() throws Exception {
        HttpResponse<String> refused = client.send(
                HttpRequest.newBuilder(x.uri().resolve(RULES))
                        .header("Authorization", "Bearer wrong")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body())
                .isEqualTo(
                        "{\"title\":\"Unauthorized\",\"detail\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}");
        assertThat(refused.headers().map().keySet()).noneMatch(name -> name.startsWith("x-rate-limit"));
    }

    @Test
    void aMixedBatchOfRulesIsPartlyAdded() throws Exception {
        assertThat(get(RULES).body()).contains("\"result_count\":0").doesNotContain("\"data\"");
        HttpResponse<String> answer = post(
                RULES,
                "{\"add\":[{\"value\":\"owl lang:en\",\"tag\":\"birds\"},{\"value\":\"--b\"},{\"value\":\"lang:en\"},"
                        + "{\"value\":\"owl lang:en\",\"tag\":\"other\"}]}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body())
                .contains("\"summary\":{\"created\":1,\"not_created\":3,\"valid\":1,\"invalid\":3}")
                .contains(
                        "DuplicateRule", "duplicate-rules", "UnprocessableEntity", "invalid-rules", "(at position 1)");
        assertThat(x.rules()).containsExactly(Map.entry("owl lang:en", "birds"));
        HttpResponse<String> again = post(RULES, "{\"add\":[{\"value\":\"owl lang:en\"}]}");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).doesNotContain("\"data\"");
        assertThat(get(RULES + "/counts").body()).contains("\"cap_per_client_app\":\"1000\"");
    }

    @Test
    void aDryRunLeavesNothingBehind() throws Exception {
        assertThat(post(RULES + "?dry_run=true", "{\"add\":[{\"value\":\"owl\"}]}")
                        .body())
                .contains("\"created\":1");
        assertThat(x.rules()).isEmpty();
        x.addRule("owl", null);
        assertThat(post(RULES + "?dry_run=true", "{\"delete\":{\"values\":[\"owl\"]}}")
                        .body())
                .contains("\"deleted\":1");
        assertThat(x.rules()).hasSize(1);
        assertThat(post(RULES, "{\"delete\":{\"values\":[\"owl\",\"cat\"]}}").body())
                .contains("\"deleted\":1,\"not_deleted\":1", "Rule does not exist");
        assertThat(x.rules()).isEmpty();
    }

    @Test
    void whatXRefusesInARuleIsRefused() {
        for (String rule : List.of(
                "-owl",
                "lang:en",
                "has:links -owl",
                "owl -(cat dog)",
                "owl OR lang:en",
                "(owl",
                "\"owl",
                "owl OR",
                "min_faves:3 owl",
                "owl min_likes:3",
                "nonsense:4 owl",
                "x".repeat(1025))) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> x.addRule(rule, null))
                    .as(rule)
                    .isInstanceOf(Query.RefusedException.class);
        }
    }

    @Test
    void rulesAreReallyMatched() {
        FakePost post = FakePost.of("1", "The Barn Owl's call: #Night \uD83E\uDD89 caf\u00e9 @Bubo", NOW)
                .by("strix");
        FakePost quote = FakePost.quote("2", "look", post, "bubo", NOW);
        for (String rule : List.of(
                "owl's",
                "\"barn owl's\"",
                "#night",
                "@bubo",
                "from:STRIX",
                "owl's lang:en",
                "cat OR call",
                "call -cat",
                "(cat OR call) (dog OR #night)",
                "\uD83E\uDD89",
                "caf\u00e9",
                "call has:hashtags -is:retweet")) {
            assertThat(matches(rule, post)).as(rule).isTrue();
        }
        for (String rule : List.of(
                "ow", "\"owl's barn\"", "#nigh", "from:bubo", "call lang:de", "call cat", "call -#night", "cafe")) {
            assertThat(matches(rule, post)).as(rule).isFalse();
        }
        assertThat(matches("call", quote)).isTrue();
        assertThat(Query.parse("call", Query.Use.SEARCH, 512).matches(new Query.Subject(quote, Query.Use.SEARCH)))
                .isFalse();
    }

    @Test
    void aStreamWithoutRulesIsRefusedAndSoIsASecondOne() throws Exception {
        HttpResponse<String> none = get(FakeX.STREAM);
        assertThat(none.statusCode()).isEqualTo(409);
        assertThat(none.body()).contains("RuleConfigurationIssue");
        x.addRule("owl", null);
        try (InputStream first = stream("")) {
            assertThat(first.read()).isEqualTo('\r');
            HttpResponse<String> second = get(FakeX.STREAM);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.body()).contains("TooManyConnections");
            assertThat(second.headers().firstValue("x-rate-limit-remaining")).hasValue("47");
        }
        while (x.openStreams() > 0) {
            Thread.onSpinWait();
        }
        try (InputStream again = stream("")) {
            assertThat(again.read()).isEqualTo('\r');
        }
    }

    @Test
    void aPostIsSentOnceWithAllRulesItMatchesInTheWordsOfTheRequest() throws Exception {
        x.addRule("owl", "a");
        x.addRule("#night", null);
        String fields = "?tweet.fields=created_at,entities&expansions=author_id";
        try (BufferedReader lines = lines(stream(fields))) {
            x.publish("nothing of interest");
            x.publish("\uD83E\uDD89 owl & #night");
            String frame = lines.readLine();
            assertThat(frame)
                    .contains(
                            "\"text\":\"\uD83E\uDD89 owl &amp; #night\"",
                            "{\"start\":12,\"end\":18,\"tag\":\"night\"}");
            assertThat(frame).contains("\"includes\":{\"users\":[", "\"edit_history_tweet_ids\"", "\"tag\":\"a\"");
            assertThat(frame.split("\"id\":").length)
                    .as("ids of post, user and two rules")
                    .isEqualTo(5);
        }
        assertThat(x.postsRead()).isEqualTo(1);
        while (x.openStreams() > 0) {
            Thread.onSpinWait();
        }
        try (BufferedReader lines = lines(stream("?post.fields=public_metrics"))) {
            FakePost post = x.publish("owl again");
            assertThat(lines.readLine()).contains("edit_history_post_ids", "repost_count", post.id());
        }
    }

    @Test
    void aLongPostIsCutAndHasANoteIfAskedFor() {
        FakePost post = FakePost.of("1", "\uD83E\uDD89".repeat(300), NOW);
        String frame = frame(post, "?tweet.fields=note_tweet");
        assertThat(frame)
                .contains(
                        "\uD83E\uDD89".repeat(279) + "\u2026",
                        "\"note_tweet\":{\"text\":\"" + "\uD83E\uDD89".repeat(300));
        assertThat(frame(post, "")).doesNotContain("note_tweet");
    }

    @Test
    void aSearchGoesBackPageByPageAndCharges() throws Exception {
        for (int i = 0; i < 25; i++) {
            time.set(NOW.plusSeconds(i));
            x.publish("owl number " + i);
        }
        time.set(NOW.plusSeconds(100));
        String first = get(RECENT + "owl").body();
        assertThat(first)
                .contains("\"result_count\":10", "owl number 24", "owl number 15")
                .doesNotContain("number 14");
        String second =
                get(RECENT + "owl&next_token=" + meta(first, "next_token")).body();
        assertThat(second).contains("owl number 14").doesNotContain("number 15");
        String third = get(RECENT + "owl&pagination_token=" + meta(second, "next_token"))
                .body();
        assertThat(third).contains("\"result_count\":5").doesNotContain("next_token");
        assertThat(x.postsBilled()).isEqualTo(25);
        get(RECENT + "owl");
        assertThat(x.postsBilled()).isEqualTo(25);
        assertThat(x.postsRead()).isEqualTo(35);
        String newest = meta(first, "newest_id");
        assertThat(get(RECENT + "owl&since_id=" + newest).body()).isEqualTo("{\"meta\":{\"result_count\":0}}");
        assertThat(get(RECENT + "owl&until_id=" + newest).body())
                .contains("number 23")
                .doesNotContain("number 24");
        assertThat(get("/2/usage/tweets").body()).contains("\"project_usage\":\"25\"");
        assertThat(get("/2/tweets/counts/recent?query=owl").body()).contains("\"total_tweet_count\":25");
        assertThat(x.postsBilled()).isEqualTo(25);
    }

    @Test
    void aSearchSeesNothingOfTheLastHalfMinute() throws Exception {
        x.publish("owl");
        assertThat(get(RECENT + "owl").body()).contains("\"result_count\":0");
        time.set(NOW.plusSeconds(31));
        assertThat(get(RECENT + "owl").body()).contains("\"result_count\":1");
    }

    @Test
    void whatXRefusesInASearchIsRefused() throws Exception {
        for (String query : List.of(
                "owl&max_results=9",
                "owl&max_results=101",
                "min_faves%3A3+owl",
                "min_retweets%3A3+owl",
                "x".repeat(513),
                "owl&start_time=2026-11-01T00:00:00Z",
                "owl&end_time=2026-11-21T11:59:55Z",
                "owl&since_id=12345",
                "owl&since_id=x",
                "owl&next_token=x")) {
            HttpResponse<String> answer = get(RECENT + query);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.body()).contains("invalid-request");
            assertThat(answer.headers().firstValue("x-rate-limit-remaining")).isPresent();
        }
        assertThat(get(RECENT + "owl+min_likes%3A3").statusCode()).isEqualTo(200);
    }

    @Test
    void theArchiveIsSearchedOnceASecond() throws Exception {
        String search = "/2/tweets/search/all?query=owl";
        assertThat(get(search).statusCode()).isEqualTo(200);
        HttpResponse<String> tooSoon = get(search);
        assertThat(tooSoon.statusCode()).isEqualTo(429);
        assertThat(tooSoon.headers().firstValue("x-rate-limit-remaining")).hasValue("298");
        time.set(NOW.plusSeconds(1));
        assertThat(get(search).statusCode()).isEqualTo(200);
    }

    @Test
    void fiftyConnectionsInAQuarterOfAnHourAreTheMost() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(get(FakeX.STREAM).statusCode()).isEqualTo(409);
        }
        HttpResponse<String> refused = get(FakeX.STREAM);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("about:blank");
        assertThat(refused.headers().firstValue("x-rate-limit-reset"))
                .hasValue(Long.toString(NOW.plusSeconds(900).getEpochSecond()));
        time.set(NOW.plusSeconds(900));
        assertThat(get(FakeX.STREAM).statusCode()).isEqualTo(409);
    }

    @Test
    void aStaleConnectionCountsUntilItIsKilled() throws Exception {
        x.addRule("owl", null);
        x.staleConnection();
        assertThat(get(FakeX.STREAM).body()).contains("TooManyConnections");
        assertThat(get("/2/connections").body()).contains("filtered_stream");
        assertThat(send("DELETE", "/2/connections/all", "").body()).contains("\"successful_kills\":1");
        assertThat(get("/2/connections").body()).contains("\"disconnect_reason\":\"KilledByClient\"");
        try (InputStream stream = stream("")) {
            assertThat(stream.read()).isEqualTo('\r');
        }
    }

    @Test
    void anEnterpriseStreamSendsWhatItMissedFirst() throws Exception {
        x.addRule("owl", null);
        assertThat(get(FakeX.STREAM + "?backfill_minutes=2").statusCode()).isEqualTo(403);
        x.close();
        x = FakeX.builder().clock(clock()).enterprise().start();
        x.addRule("owl", null);
        x.publish("old owl");
        time.set(NOW.plusSeconds(180));
        x.publish("young owl");
        try (BufferedReader lines = lines(stream("?backfill_minutes=2"))) {
            assertThat(lines.readLine()).contains("young owl");
        }
    }

    @Test
    void theCapEndsAllReading() throws Exception {
        x.close();
        x = FakeX.builder().clock(clock()).postCap(2).start();
        x.addRule("owl", null);
        try (BufferedReader lines = lines(stream(""))) {
            x.publish("owl 1");
            x.publish("owl 2");
            x.publish("owl 3");
            assertThat(List.of(lines.readLine(), lines.readLine(), lines.readLine())
                            .get(2))
                    .contains("usage-capped");
        }
        assertThat(get(FakeX.STREAM).body()).contains("usage-capped");
        time.set(NOW.plusSeconds(60));
        assertThat(x.postsBilled()).isEqualTo(2);
    }

    @Test
    void lookedUpPostsThatAreGoneAreErrorsOfAnAnswerWithStatus200() throws Exception {
        FakePost post = x.publish("owl");
        x.delete(x.publish("gone").id());
        assertThat(get("/2/tweets?ids=" + post.id() + ",17").body()).contains("\"data\"", "resource-not-found");
        HttpResponse<String> none = get("/2/tweets?ids=17");
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(none.body()).doesNotContain("\"data\"");
    }

    @Test
    void compressedAnswersAndStreamsAreWhatTheClientAsksFor() throws Exception {
        x.addRule("owl", null);
        HttpResponse<InputStream> answer = client.send(
                request(FakeX.STREAM).header("Accept-Encoding", "gzip").build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (InputStream stream = new GZIPInputStream(answer.body())) {
            assertThat(stream.readNBytes(2)).containsExactly('\r', '\n');
            x.publish("owl");
            assertThat(new String(stream.readNBytes(8), StandardCharsets.UTF_8)).isEqualTo("{\"data\":");
        }
    }

    @Test
    void faultsComeInTheirOrder() throws Exception {
        x.addRule("owl", null);
        x.faults(
                Fault.tooManyConnections(NOW.getEpochSecond() + 900),
                Fault.paymentRequired(),
                Fault.serviceUnavailable(Duration.ofSeconds(7)),
                Fault.line("odd".getBytes(StandardCharsets.UTF_8)).after(1),
                Fault.partialError(),
                Fault.halfFrame());
        assertThat(get(FakeX.STREAM).body()).contains("TooManyConnections");
        assertThat(get(FakeX.STREAM).statusCode()).isEqualTo(402);
        assertThat(get(FakeX.STREAM).headers().firstValue("Retry-After")).hasValue("7");
        try (BufferedReader lines = lines(stream(""))) {
            x.publish("owl 1");
            x.publish("owl 2");
            x.publish("owl 3");
            assertThat(lines.readLine()).contains("owl 1");
            assertThat(lines.readLine()).isEqualTo("odd");
            assertThat(lines.readLine()).contains("owl 2", "\"errors\"", "resource-not-found");
            assertThat(lines.readLine()).startsWith("{\"data\"").doesNotEndWith("}]}");
            assertThat(lines.readLine()).isNull();
        }
        assertThat(x.faultsLeft()).isZero();
    }

    @Test
    void theSameSeedWritesTheSameTexts() throws Exception {
        List<List<String>> texts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (FakeX writing =
                    FakeX.builder().postsPerSecond(5000).count(300).seed(7).start()) {
                writing.addRule("nightjar", null);
                try (InputStream stream = client.send(
                                request(writing, FakeX.STREAM).build(), HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
                    assertThat(stream.read()).isEqualTo('\r');
                    while (writing.postsWritten() < 300) {
                        Thread.onSpinWait();
                    }
                }
                texts.add(writing.posts().stream().map(FakePost::text).toList());
            }
        }
        assertThat(texts.get(0)).hasSize(300).isEqualTo(texts.get(1));
        assertThat(texts.get(0)).anyMatch(text -> text.contains("nightjar")).anyMatch(text -> text.length() > 280);
    }

    @Test
    void theWriterMayEndAfterSoManyPostsForTheStream() throws Exception {
        try (FakeX writing =
                FakeX.builder().postsPerSecond(5000).matchingCount(40).start()) {
            writing.addRule("nightjar", null);
            InputStream stream = client.send(
                            request(writing, FakeX.STREAM).build(), HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (int posts = 0; posts < 40; ) {
                    posts += lines.readLine().isEmpty() ? 0 : 1;
                }
            }
            while (writing.postsMatching() < 40) {
                Thread.onSpinWait(); // a post may be read before its writer has counted it
            }
            assertThat(writing.postsMatching()).isEqualTo(40);
            assertThat(writing.postsRead()).isEqualTo(40);
            assertThat(writing.postsWritten()).isGreaterThan(40);
        }
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.get();
            }
        };
    }

    private static boolean matches(String rule, FakePost post) {
        return Query.parse(rule, Query.Use.STREAM, 1024).matches(new Query.Subject(post, Query.Use.STREAM));
    }

    private static String frame(FakePost post, String query) {
        Request request = new Request("GET", FakeX.STREAM + query, Map.of(), new byte[0]);
        return new String(new PostWriter(request).frame(post, List.of(), false), StandardCharsets.UTF_8);
    }

    private HttpResponse<String> token(String credentials) throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return client.send(
                HttpRequest.newBuilder(x.uri().resolve("/oauth2/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String target) throws IOException, InterruptedException {
        return client.send(request(target).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String target, String body) throws IOException, InterruptedException {
        return send("POST", target, body);
    }

    private HttpResponse<String> send(String method, String target, String body)
            throws IOException, InterruptedException {
        return client.send(
                request(target)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private InputStream stream(String query) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                client.send(request(FakeX.STREAM + query).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private HttpRequest.Builder request(String target) {
        return request(x, target);
    }

    private static HttpRequest.Builder request(FakeX x, String target) {
        return HttpRequest.newBuilder(URI.create(x.uri() + target))
                .header("Authorization", "Bearer " + x.bearerToken());
    }

    /** Lines of a stream without the first, which is empty. */
    private static BufferedReader lines(InputStream stream) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        assertThat(lines.readLine()).isEmpty();
        return lines;
    }

    private static Object json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String meta(String page, String name) {
        Object json = Json.parse(page.getBytes(StandardCharsets.UTF_8));
        Object meta = ((Map<?, ?>) json).get("meta");
        return URLEncoder.encode(String.valueOf(((Map<?, ?>) meta).get(name)), StandardCharsets.UTF_8);
    }
}
