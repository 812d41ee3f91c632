/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The search and count endpoints over the posts that there are. */
final class Search {
    private static final Duration RECENT = Duration.ofDays(7);
    private static final Instant FIRST_POST = Instant.parse("2006-03-21T00:00:00Z");

    private final Request request;
    private final Instant now;
    private final boolean archive;
    private final Duration lag;
    private final int overlap;
    private final int longestQuery;
    private @Nullable List<FakePost> matching;

    Search(Request request, Instant now, Duration lag, int overlap, boolean enterprise) {
        this.request = request;
        this.now = now;
        this.lag = lag;
        this.overlap = overlap;
        this.archive = request.path().endsWith("/all");
        this.longestQuery = enterprise ? 4096 : archive ? 1024 : 512;
    }

    /** The page that is asked for. */
    List<FakePost> page(Collection<FakePost> all) {
        List<FakePost> found = find(all);
        int size = size();
        return found.subList(0, Math.min(size, found.size()));
    }

    byte[] answer(Collection<FakePost> all) {
        List<FakePost> found = find(all);
        List<FakePost> page = page(all);
        int size = page.size();
        Json.Members meta = Json.object();
        if (size > 0) {
            meta.with("newest_id", page.get(0).id())
                    .with("oldest_id", page.get(size - 1).id());
        }
        meta.with("result_count", size);
        if (found.size() > size) {
            meta.with("next_token", token(page.get(size - 1 - Math.min(overlap, size / 2))));
        }
        return new PostWriter(request).page(page, List.of(), meta);
    }

    byte[] counts(Collection<FakePost> all) {
        Duration bucket = switch (request.query().getOrDefault("granularity", "hour")) {
            case "minute" -> Duration.ofMinutes(1);
            case "hour" -> Duration.ofHours(1);
            case "day" -> Duration.ofDays(1);
            default -> throw refused("granularity", "must be one of minute, hour, day");
        };
        List<FakePost> found = find(all);
        Collections.reverse(found);
        Instant start = start();
        Instant end = end();
        List<Object> data = new ArrayList<>();
        int next = 0;
        for (Instant from = start; from.isBefore(end); ) {
            Instant to = Instant.ofEpochSecond((from.getEpochSecond() / bucket.toSeconds() + 1) * bucket.toSeconds());
            to = to.isAfter(end) ? end : to;
            int first = next;
            while (next < found.size() && found.get(next).createdAt().isBefore(to)) {
                next++;
            }
            data.add(Json.object(
                    "end", PostWriter.time(to), "start", PostWriter.time(from), "tweet_count", next - first));
            from = to;
        }
        return Json.bytes(Json.object("data", data, "meta", Json.object("total_tweet_count", found.size())));
    }

    /** All posts from the wanted page on, newest first; looked for once, since that reads the text of each. */
    private List<FakePost> find(Collection<FakePost> all) {
        List<FakePost> posts = matching;
        if (posts == null) {
            posts = search(all);
            matching = posts;
        }
        return posts;
    }

    private List<FakePost> search(Collection<FakePost> all) {
        String text = request.query().getOrDefault("query", "");
        Query query;
        try {
            query = Query.parse(text, Query.Use.SEARCH, longestQuery);
        } catch (Query.RefusedException e) {
            throw new RefusedException(
                    Problems.invalid("query", text, "There were errors processing your request: " + e.getMessage()));
        }
        size();
        Instant start = start();
        Instant end = end();
        if (!start.isBefore(end)) {
            throw refused("start_time", "'start_time' must be before 'end_time'");
        }
        long since = id("since_id", -1);
        long until = id("until_id", Long.MAX_VALUE);
        if (!archive && since >= 0 && since < FakePost.firstId(now.minus(RECENT))) {
            throw refused(
                    "since_id",
                    "'since_id' must be a tweet id created after [" + PostWriter.time(now.minus(RECENT))
                            + "]. Please use a 'since_id' that is larger than "
                            + FakePost.firstId(now.minus(RECENT)));
        }
        long before = Math.min(until, before());
        List<FakePost> found = new ArrayList<>();
        for (FakePost post : all) {
            boolean inTime =
                    !post.createdAt().isBefore(start) && post.createdAt().isBefore(end);
            // Since May 2026 a search finds no retweets.
            if (inTime
                    && post.number() > since
                    && post.number() < before
                    && !post.isRetweet()
                    && query.matches(new Query.Subject(post, Query.Use.SEARCH))) {
                found.add(post);
            }
        }
        Collections.reverse(found);
        return found;
    }

    private int size() {
        if (request.path().contains("/counts/")) {
            return Integer.MAX_VALUE;
        }
        int most = archive ? 500 : 100;
        try {
            int size = Integer.parseInt(request.query().getOrDefault("max_results", "10"));
            if (size >= 10 && size <= most) {
                return size;
            }
        } catch (NumberFormatException e) {
            throw refused("max_results", "The `max_results` query parameter value is not valid");
        }
        throw refused("max_results", "The `max_results` query parameter value is not between 10 and " + most);
    }

    private Instant start() {
        Instant first =
                archive && request.path().contains("/search/") ? now.minus(Duration.ofDays(30)) : now.minus(RECENT);
        Instant start = time("start_time", first);
        if (!archive && start.isBefore(now.minus(RECENT))) {
            throw refused("start_time", "'start_time' must be on or after " + PostWriter.time(now.minus(RECENT)));
        }
        if (start.isBefore(FIRST_POST)) {
            throw refused("start_time", "'start_time' must be on or after " + PostWriter.time(FIRST_POST));
        }
        return start;
    }

    private Instant end() {
        Instant end = time("end_time", now.minus(lag));
        if (end.isAfter(now.minusSeconds(10)) && request.query().containsKey("end_time")) {
            throw refused("end_time", "'end_time' must be a minimum of 10 seconds prior to the request time");
        }
        return end;
    }

    private Instant time(String parameter, Instant otherwise) {
        String text = request.query().get(parameter);
        if (text == null) {
            return otherwise;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw refused(parameter, "The `" + parameter + "` query parameter value is not a time");
        }
    }

    private long id(String parameter, long otherwise) {
        String text = request.query().get(parameter);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,19}")) {
            throw refused(parameter, "The `" + parameter + "` query parameter value does not match ^[0-9]{1,19}$");
        }
        return Long.parseLong(text);
    }

    /** Tokens have no time of expiry; this one names the last post of the page before. */
    private String token(FakePost last) {
        return "b26v89c19zqg8o3f" + Long.toString(last.number(), 36);
    }

    private long before() {
        String token =
                request.query().getOrDefault("next_token", request.query().get("pagination_token"));
        if (token == null) {
            return Long.MAX_VALUE;
        }
        try {
            if (token.startsWith("b26v89c19zqg8o3f")) {
                return Long.parseLong(token.substring(16), 36);
            }
        } catch (NumberFormatException e) {
            throw refused("next_token", "The `next_token` query parameter value is not valid");
        }
        throw refused("next_token", "The `next_token` query parameter value is not valid");
    }

    private RefusedException refused(String parameter, String message) {
        return new RefusedException(Problems.invalid(parameter, request.query().getOrDefault(parameter, ""), message));
    }

    /** Status 400. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient @Nullable Map<String, Object> problem;

        RefusedException(Map<String, Object> problem) {
            super("The request is refused");
            this.problem = problem;
        }

        Map<String, Object> problem() {
            return problem == null ? Map.of() : problem;
        }
    }
}
