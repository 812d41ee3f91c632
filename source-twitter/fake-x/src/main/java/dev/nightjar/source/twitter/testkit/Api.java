/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The API's state and answers, independent of the transport.
 *
 * <p>Safe for use by multiple threads.
 */
final class Api {
    static final String APP = "4711";
    static final String STREAM = "/2/tweets/search/stream";

    private static final String PROJECT = "1369785403853424";
    private static final int CONNECTIONS_KEPT = 1000;

    private final Clock clock;
    private final String key;
    private final String secret;
    private final long postCap;
    private final int history;
    private final @Nullable ArchivePosts archive;
    private final boolean enterprise;
    private final Duration searchLag;
    private final int pageOverlap;
    private final FakeX.Words searchWords;
    private final FakeX.Words streamWords;
    private final CountDownLatch streamed = new CountDownLatch(1);

    private String token;
    private int tokens;
    private long lastId;
    private long read;
    private long billed;
    private Instant lastArchiveSearch = Instant.EPOCH;
    private final NavigableMap<Long, FakePost> posts = new TreeMap<>();
    private final Rules rules;
    private final Limits limits = new Limits();
    private final Map<LocalDate, Set<Long>> billedIds = new TreeMap<>();
    private final Map<LocalDate, Long> billedByDay = new TreeMap<>();
    private final List<StreamSession> sessions = new ArrayList<>();
    private final Deque<StreamSession> ended = new ArrayDeque<>();
    private final Map<String, Deque<Fault>> faults = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();

    Api(FakeX.Builder builder) {
        this.clock = builder.clock;
        this.key = builder.consumerKey;
        this.secret = builder.consumerSecret;
        this.token = builder.bearerToken;
        this.postCap = builder.postCap;
        this.history = builder.history;
        this.archive = builder.archive ? new ArchivePosts(builder.seed) : null;
        this.enterprise = builder.enterprise;
        this.searchLag = builder.searchLag;
        this.pageOverlap = builder.pageOverlap;
        this.searchWords = builder.searchWords;
        this.streamWords = builder.streamWords;
        this.rules = new Rules(enterprise ? 25_000 : 1000, enterprise ? 2048 : 1024, () -> nextId(now()));
    }

    Instant now() {
        return clock.instant();
    }

    /** Opens when the first connection to the stream was accepted. */
    CountDownLatch streamed() {
        return streamed;
    }

    synchronized String token() {
        return token;
    }

    synchronized long nextId(Instant at) {
        lastId = Math.max(lastId + 1, FakePost.firstId(at));
        return lastId;
    }

    /** Publishes a post; returns whether it matches a rule while a stream is open. */
    synchronized boolean publish(FakePost post) {
        posts.put(post.number(), post);
        if (posts.size() > history) {
            posts.pollFirstEntry();
        }
        if (sessions.isEmpty()) {
            return false;
        }
        List<Rule> matching = StreamSession.matching(rules.all(), post);
        if (!matching.isEmpty()) {
            sessions.forEach(session -> session.offer(post, matching));
        }
        return !matching.isEmpty();
    }

    synchronized void delete(String id) {
        posts.remove(Long.parseLong(id));
    }

    synchronized List<FakePost> posts() {
        return List.copyOf(posts.values());
    }

    synchronized List<String> ruleWords() {
        return rules.all().stream()
                .flatMap(rule -> rule.query().words().stream())
                .toList();
    }

    synchronized void keepRule(String value) {
        rules.keep(value);
    }

    synchronized void addRule(String value, @Nullable String tag) {
        rules.add(value, tag);
    }

    synchronized Map<String, String> rules() {
        Map<String, String> values = new LinkedHashMap<>();
        rules.all().forEach(rule -> values.put(rule.value(), rule.tag() == null ? "" : rule.tag()));
        return values;
    }

    synchronized long read() {
        return read;
    }

    synchronized long billed() {
        return billed;
    }

    synchronized int openStreams() {
        return (int)
                sessions.stream().filter(session -> session.reason() == null).count();
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** A connection that still counts though its client is gone. */
    synchronized void staleConnection() {
        sessions.add(new StreamSession(this, new Request("GET", STREAM, Map.of(), new byte[0]), now()));
    }

    synchronized void closed(StreamSession session) {
        session.end("ServerClosed");
        if (sessions.remove(session)) {
            ended.addLast(session);
            if (ended.size() > CONNECTIONS_KEPT) {
                ended.removeFirst();
            }
        }
    }

    synchronized void close() {
        sessions.forEach(session -> session.end("ServerClosed"));
    }

    synchronized void fault(String path, Fault fault) {
        faults.computeIfAbsent(path, any -> new ArrayDeque<>()).addLast(fault);
    }

    synchronized int faultsLeft() {
        return faults.values().stream().mapToInt(Deque::size).sum();
    }

    /** The fault in place of the answer to a request, if that is next. */
    synchronized @Nullable Fault nextFault(Request request) {
        Deque<Fault> next = faults.get(request.path());
        Fault fault = next == null ? null : next.peekFirst();
        if (next != null && fault != null && fault.isAnswer()) {
            if (fault.kind() != Fault.Kind.LOST_ANSWER) { // which answer() is asked for
                requests.add(request);
            }
            return next.removeFirst();
        }
        return null;
    }

    /** The fault in the stream, if that is next. */
    synchronized @Nullable Fault nextStreamFault() {
        Deque<Fault> next = faults.get(STREAM);
        Fault fault = next == null ? null : next.peekFirst();
        return next != null && fault != null && !fault.isAnswer() ? next.removeFirst() : null;
    }

    /** Counts a post that is read; false if the cap is reached and it must not be sent. */
    synchronized boolean bill(FakePost post) {
        LocalDate today = LocalDate.ofInstant(now(), ZoneOffset.UTC);
        Set<Long> ids = billedIds.computeIfAbsent(today, any -> new HashSet<>());
        if (!ids.contains(post.number())) {
            if (billed >= postCap) {
                return false;
            }
            ids.add(post.number());
            billed++;
            billedByDay.merge(today, 1L, Long::sum);
            billedIds.keySet().removeIf(day -> day.isBefore(today));
        }
        read++;
        return true;
    }

    synchronized Answer answer(Request request) {
        requests.add(request);
        String path = request.path();
        if (path.equals("/oauth2/token")) {
            return bearerToken(request);
        }
        if (path.equals("/oauth2/invalidate_token")) {
            return invalidate(request);
        }
        String authorization = request.headers().getOrDefault("authorization", "");
        if (!authorization.equals("Bearer " + token)) {
            return Answer.problem(401, Problems.blank(401, "Unauthorized"));
        }
        Endpoint endpoint = Endpoint.of(request);
        if (endpoint == null) {
            return Answer.problem(404, Problems.blank(404, "Not Found"));
        }
        Map<String, String> left = limits.take(endpoint.name(), endpoint.limit, now());
        Answer answer;
        if (Limits.isExceeded(left)) {
            Map<String, String> none = new HashMap<>(left);
            none.put("x-rate-limit-remaining", "0");
            left = none;
            answer = Answer.problem(429, Problems.blank(429, "Too Many Requests"));
        } else {
            answer = answer(endpoint, request);
        }
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        headers.putAll(left);
        return new Answer(answer.status(), headers, answer.body(), answer.stream());
    }

    private Answer answer(Endpoint endpoint, Request request) {
        try {
            return switch (endpoint) {
                case STREAM_CONNECT -> stream(request);
                case RULES_GET -> rules.list(request, PostWriter.time(now()));
                case RULES_POST -> rules.change(request, PostWriter.time(now()));
                case RULES_COUNTS -> rules.counts();
                case SEARCH_RECENT, SEARCH_ALL -> search(request);
                case COUNTS_RECENT, COUNTS_ALL ->
                    Answer.ok(search(request, now()).counts(posts.values()));
                case LOOKUP -> lookup(request);
                case USAGE -> usage(request);
                case CONNECTIONS_GET -> connections();
                case CONNECTIONS_KILL -> kill(request);
            };
        } catch (Search.RefusedException e) {
            return Answer.problem(400, e.problem());
        }
    }

    private Answer bearerToken(Request request) {
        String basic = request.headers().getOrDefault("authorization", "");
        if (!isKeyAndSecret(basic)) {
            return forbidden(99, "authenticity_token_error", "Unable to verify your credentials");
        }
        if (!request.method().equals("POST")
                || !"client_credentials".equals(request.form().get("grant_type"))
                || !request.headers()
                        .getOrDefault("content-type", "")
                        .startsWith("application/x-www-form-urlencoded")) {
            return forbidden(170, "forbidden_missing_parameter", "Missing required parameter: grant_type");
        }
        return Answer.of(200, Json.object("token_type", "bearer", "access_token", token));
    }

    private static Answer forbidden(int code, String label, String message) {
        Map<String, Object> error = Json.object("code", code, "label", label, "message", message);
        return Answer.of(403, Json.object("errors", List.of(error)));
    }

    private Answer invalidate(Request request) {
        String given = request.form().get("access_token");
        String raw = new String(request.body(), StandardCharsets.UTF_8);
        if (!token.equals(given) && !raw.endsWith("access_token=" + token)) {
            return Answer.of(
                    401,
                    Json.object("errors", List.of(Json.object("message", "Invalid or expired token", "code", 89))));
        }
        String old = token;
        token = token + "%2F" + ++tokens;
        return Answer.of(200, Json.object("access_token", old));
    }

    /** Key and secret are encoded one by one: the colon between them is none of theirs. */
    private boolean isKeyAndSecret(String authorization) {
        try {
            String pair = new String(
                    Base64.getDecoder().decode(authorization.replaceFirst("^Basic ", "")), StandardCharsets.UTF_8);
            String[] parts = pair.split(":", -1);
            return authorization.startsWith("Basic ")
                    && parts.length == 2
                    && java.net.URLDecoder.decode(parts[0], StandardCharsets.UTF_8)
                            .equals(key)
                    && java.net.URLDecoder.decode(parts[1], StandardCharsets.UTF_8)
                            .equals(secret);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Answer stream(Request request) {
        checkWords(request, streamWords);
        if (rules.all().isEmpty()) {
            return Answer.problem(
                    409,
                    Problems.connection(
                            "RuleConfigurationIssue",
                            "You must define rules using the POST /2/tweets/search/stream/rules endpoint before"
                                    + " connecting to filtered stream."));
        }
        if (billed >= postCap) {
            return Answer.problem(429, Problems.usageCapped());
        }
        if (sessions.stream().filter(session -> session.reason() == null).count() >= (enterprise ? 2 : 1)) {
            return Answer.problem(429, Problems.tooManyConnections());
        }
        String backfill = request.query().get("backfill_minutes");
        if (backfill != null && !backfill.matches("[0-5]")) {
            return Answer.problem(
                    400,
                    Problems.invalid(
                            "backfill_minutes",
                            backfill,
                            "The `backfill_minutes` query parameter value is not between 0 and 5"));
        }
        if (backfill != null && !enterprise) {
            return Answer.problem(403, Problems.forbidden("client-not-enrolled"));
        }
        StreamSession session = new StreamSession(this, request, now());
        if (backfill != null) {
            long from = FakePost.firstId(now().minus(Duration.ofMinutes(Integer.parseInt(backfill))));
            for (FakePost post : posts.tailMap(from).values()) {
                List<Rule> matching = StreamSession.matching(rules.all(), post);
                if (!matching.isEmpty()) {
                    session.offer(post, matching);
                }
            }
        }
        sessions.add(session);
        streamed.countDown();
        return new Answer(200, Map.of("Content-Type", "application/json; charset=utf-8"), new byte[0], session);
    }

    private Search search(Request request, Instant at) {
        if (archive != null && request.path().endsWith("/all")) {
            archive.write(request, at, posts);
        }
        return new Search(request, at, searchLag, pageOverlap, enterprise);
    }

    /** X names the parameter that it does not have, and those that it has. */
    private static void checkWords(Request request, FakeX.Words taken) {
        if (taken == FakeX.Words.BOTH) {
            return;
        }
        String wrong = taken == FakeX.Words.POST ? "tweet" : "post";
        String right = taken == FakeX.Words.POST ? "post" : "tweet";
        String fields = wrong + ".fields";
        if (request.query().containsKey(fields)) {
            throw new Search.RefusedException(Problems.invalid(
                    fields,
                    request.query().get(fields),
                    "The query parameter [" + fields
                            + "] is not one of [query,max_results,start_time,end_time,since_id,"
                            + "next_token," + right + ".fields,expansions,media.fields,poll.fields,user.fields,"
                            + "place.fields]"));
        }
        for (String expansion : request.list("expansions")) {
            if (expansion.contains("referenced_" + wrong) || expansion.contains("history_" + wrong)) {
                throw new Search.RefusedException(Problems.invalid(
                        "expansions",
                        expansion,
                        "The `expansions` query parameter value [" + expansion
                                + "] is not one of [author_id,referenced_" + right + "s]"));
            }
        }
    }

    private Answer search(Request request) {
        checkWords(request, searchWords);
        if (request.path().endsWith("/all")) {
            Instant now = now();
            boolean tooSoon = Duration.between(lastArchiveSearch, now).compareTo(Duration.ofSeconds(1)) < 0;
            lastArchiveSearch = now;
            if (tooSoon) {
                return Answer.problem(429, Problems.blank(429, "Too Many Requests"));
            }
        }
        Search search = search(request, now());
        List<FakePost> page = search.page(posts.values());
        if (!page.isEmpty() && billed + page.size() > postCap) {
            return Answer.problem(429, Problems.usageCapped());
        }
        page.forEach(this::bill);
        return Answer.ok(search.answer(posts.values()));
    }

    private Answer lookup(Request request) {
        Set<String> ids = request.list("ids");
        if (ids.isEmpty() || ids.size() > 100) {
            return Answer.problem(
                    400,
                    Problems.invalid(
                            "ids",
                            String.join(",", ids),
                            "The number of values in the `ids` query parameter list [" + ids.size()
                                    + "] is not between 1 and 100"));
        }
        List<FakePost> found = new ArrayList<>();
        List<Object> missing = new ArrayList<>();
        for (String id : ids) {
            FakePost post = id.matches("[0-9]{1,19}") ? posts.get(Long.parseLong(id)) : null;
            if (post == null) {
                missing.add(Problems.noSuchTweet(id));
            } else if (bill(post)) {
                found.add(post);
            }
        }
        return Answer.ok(new PostWriter(request).page(found, missing, null));
    }

    private Answer usage(Request request) {
        int days = Integer.parseInt(request.query().getOrDefault("days", "7"));
        LocalDate first = LocalDate.ofInstant(now(), ZoneOffset.UTC).minusDays(days - 1L);
        List<Object> byDay = new ArrayList<>();
        billedByDay.forEach((day, count) -> {
            if (!day.isBefore(first)) {
                byDay.add(Json.object("date", day + "T00:00:00.000Z", "usage", Long.toString(count)));
            }
        });
        Map<String, Object> ofApp =
                Json.object("client_app_id", APP, "usage_result_count", byDay.size(), "usage", byDay);
        Map<String, Object> data = Json.object()
                .with("cap_reset_day", 1)
                .with("project_cap", Long.toString(Math.min(postCap, 3_000_000)))
                .with("project_id", PROJECT)
                .with("project_usage", Long.toString(billed))
                .with("daily_project_usage", Json.object("project_id", PROJECT, "usage", byDay))
                .with("daily_client_app_usage", List.of(ofApp));
        return Answer.of(200, Json.object("data", data));
    }

    private Answer connections() {
        List<Object> data = new ArrayList<>();
        sessions.forEach(session -> data.add(json(session)));
        ended.forEach(session -> data.add(json(session)));
        return Answer.of(200, Json.object("data", Json.some(data), "meta", Json.object("result_count", data.size())));
    }

    private static Map<String, Object> json(StreamSession session) {
        Instant end = session.disconnectedAt();
        return Json.object()
                .with("id", session.id())
                .with("endpoint_name", "filtered_stream")
                .with("connected_at", PostWriter.time(session.connectedAt()))
                .with("disconnected_at", end == null ? null : PostWriter.time(end))
                .with("disconnect_reason", session.reason())
                .with("client_ip", "127.0.0.1");
    }

    private Answer kill(Request request) {
        List<StreamSession> victims = new ArrayList<>(sessions);
        int failed = 0;
        if (request.path().equals("/2/connections")) {
            Set<String> ids = new HashSet<>();
            if (Json.parse(request.body()) instanceof Map<?, ?> body && body.get("uuids") instanceof List<?> list) {
                list.forEach(id -> ids.add(String.valueOf(id)));
            }
            victims.removeIf(session -> !ids.contains(session.id()));
            failed = ids.size() - victims.size();
        }
        List<Object> results = new ArrayList<>();
        for (StreamSession victim : victims) {
            victim.end("KilledByClient");
            closed(victim);
            results.add(Json.object("uuid", victim.id(), "success", true));
        }
        Map<String, Object> data =
                Json.object("successful_kills", victims.size(), "failed_kills", failed, "results", results);
        return Answer.of(200, Json.object("data", data));
    }

    /** Resources that are limited separately, with their requests per quarter of an hour. */
    private enum Endpoint {
        STREAM_CONNECT(50),
        RULES_GET(450),
        RULES_POST(100),
        RULES_COUNTS(450),
        SEARCH_RECENT(450),
        SEARCH_ALL(300),
        COUNTS_RECENT(300),
        COUNTS_ALL(300),
        LOOKUP(3500),
        USAGE(50),
        CONNECTIONS_GET(25),
        CONNECTIONS_KILL(25);

        private final int limit;

        Endpoint(int limit) {
            this.limit = limit;
        }

        static @Nullable Endpoint of(Request request) {
            String path = request.path();
            if (request.method().equals("POST")) {
                return path.equals(Api.STREAM + "/rules") ? RULES_POST : null;
            }
            if (request.method().equals("DELETE")) {
                return path.startsWith("/2/connections") ? CONNECTIONS_KILL : null;
            }
            return switch (path) {
                case Api.STREAM -> STREAM_CONNECT;
                case Api.STREAM + "/rules" -> RULES_GET;
                case Api.STREAM + "/rules/counts" -> RULES_COUNTS;
                case "/2/tweets/search/recent" -> SEARCH_RECENT;
                case "/2/tweets/search/all" -> SEARCH_ALL;
                case "/2/tweets/counts/recent" -> COUNTS_RECENT;
                case "/2/tweets/counts/all" -> COUNTS_ALL;
                case "/2/tweets" -> LOOKUP;
                case "/2/usage/tweets" -> USAGE;
                case "/2/connections" -> CONNECTIONS_GET;
                default -> null;
            };
        }
    }
}
