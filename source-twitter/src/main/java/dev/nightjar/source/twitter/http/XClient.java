/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.Retry;
import dev.nightjar.io.Server;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the REST endpoints, one at a time, each with the pace of its endpoint. A call that may work later is
 * repeated as the retry allows.
 *
 * <p>Safe for use by multiple threads.
 */
public final class XClient {
    /** The fields and expansions of a request from which a whole {@link dev.nightjar.Tweet} can be made. */
    static final String TWEET_FIELDS = "tweet.fields=created_at,author_id,lang,entities,note_tweet,referenced_tweets,"
            + "public_metrics,edit_history_tweet_ids,possibly_sensitive,source"
            + "&expansions=author_id,referenced_tweets.id,referenced_tweets.id.author_id"
            + "&user.fields=name,username,public_metrics";

    /** The same in the words that X introduced in August 2026. */
    static final String POST_FIELDS = "post.fields=created_at,lang,entities,note_post,public_metrics,possibly_sensitive"
            + "&expansions=author_id,referenced_posts"
            + "&user.fields=name,username,public_metrics";

    /** A longer wait is the caller's: it may have other things to do. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final URI baseUrl;
    private final TokenSource tokens;
    private final PassingTime time;
    private final Retry retry;
    private final Map<Endpoint, RequestPace> paces = new EnumMap<>(Endpoint.class);
    private final CountDownLatch never = new CountDownLatch(1);

    /** A client of one application. */
    public XClient(URI baseUrl, TokenSource tokens, PassingTime time, RandomGenerator random, Retry retry) {
        this.baseUrl = baseUrl;
        this.tokens = tokens;
        this.time = time;
        this.retry = retry;
        for (Endpoint endpoint : Endpoint.values()) {
            paces.put(endpoint, new RequestPace(endpoint.spacing, random));
        }
    }

    /**
     * Reads.
     *
     * @param action what is done, for messages: {@code list the rules}
     * @param pathAndQuery from the slash on
     */
    public Json get(Endpoint endpoint, String action, String pathAndQuery) {
        return call(endpoint, action, pathAndQuery, null);
    }

    /**
     * Reads posts, in other words if X refuses these.
     *
     * @param pathAndQuery a query to which the fields are added
     */
    public Json get(Endpoint endpoint, String action, String pathAndQuery, Words words) {
        try {
            Json answer = get(endpoint, action, pathAndQuery + '&' + words.parameters());
            words.accepted();
            return answer;
        } catch (FatalException e) {
            if (e.getCause() instanceof TwitterRefusedException refused && words.refused(refused.isForWords())) {
                return get(endpoint, action, pathAndQuery, words);
            }
            throw e;
        }
    }

    /**
     * Reads page after page, until there is no next one or one leads back.
     *
     * @param token the parameter that asks for a page
     */
    public List<Json> pages(Endpoint endpoint, String action, String pathAndQuery, String token) {
        List<Json> pages = new ArrayList<>();
        Set<String> asked = new HashSet<>();
        String next = null;
        do {
            String parameter = next == null ? "" : '&' + token + '=' + encoded(next);
            Json page = get(endpoint, action, pathAndQuery + parameter);
            pages.add(page);
            next = page.object("meta").text("next_token");
        } while (next != null && asked.add(next));
        return pages;
    }

    /** Sends a JSON object. */
    public Json post(Endpoint endpoint, String action, String pathAndQuery, byte[] body) {
        return call(endpoint, action, pathAndQuery, body);
    }

    /**
     * Calls.
     *
     * @throws FatalException if waiting does not help
     * @throws RetriableException if it may work later; it may be unknown whether the call took effect
     */
    private Json call(Endpoint endpoint, String action, String pathAndQuery, byte @Nullable [] body) {
        return retry.call(action, () -> callOnce(endpoint, action, pathAndQuery, body));
    }

    private synchronized Json callOnce(Endpoint endpoint, String action, String pathAndQuery, byte @Nullable [] body) {
        RequestPace pace = Objects.requireNonNull(paces.get(endpoint));
        try {
            Duration wait = pace.wait(time.now());
            if (wait.compareTo(LONGEST_WAIT) > 0) {
                throw new RetriableException("The X API asks to wait before the next request to " + action, null, wait);
            }
            if (!wait.isZero() && time.await(never, wait)) {
                throw new IllegalStateException("Never comes");
            }
            HttpAnswer answer = send(pace, pathAndQuery, body);
            RateLimit limit = RateLimit.of(answer.headers(), time.now());
            if (!answer.isSuccess()) {
                Refusal refusal = Refusal.of(answer.status(), answer.body(), limit.windowEnd());
                throw refusal.exception(action, pace.refused(time.now(), refusal, limit));
            }
            Json json = answer.body().length == 0 ? Json.nothing() : Json.read(answer.body());
            pace.succeeded(limit);
            return json;
        } catch (IOException e) {
            throw new RetriableException(
                    "The X API at " + baseUrl + " gives no answer to the request to " + action
                            + "; see that it can be reached from here",
                    e,
                    pace.failed(time.now()));
        } catch (InterruptedException e) {
            throw Server.interrupted(action, e);
        }
    }

    private HttpAnswer send(RequestPace pace, String pathAndQuery, byte @Nullable [] body)
            throws IOException, InterruptedException {
        String token = tokens.token();
        HttpAnswer answer = send(pace, pathAndQuery, body, token);
        if (answer.status() == 401) {
            String other = tokens.replacing(token);
            return other == null ? answer : send(pace, pathAndQuery, body, other);
        }
        return answer;
    }

    private HttpAnswer send(RequestPace pace, String pathAndQuery, byte @Nullable [] body, String token)
            throws IOException, InterruptedException {
        Instant now = time.now();
        pace.sent(now);
        return XHttp.call(request(baseUrl, pathAndQuery, body, token));
    }

    /** A request with a token. */
    public static HttpRequest request(URI baseUrl, String pathAndQuery, byte @Nullable [] body, String token) {
        HttpRequest.Builder request =
                XHttp.request(baseUrl.resolve(pathAndQuery)).header("Authorization", "Bearer " + token);
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(body));
        }
        return request.build();
    }

    /** A value for a query string. */
    public static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What has a rate limit of its own. */
    public enum Endpoint {
        RULES_GET(Duration.ZERO),
        RULES_POST(Duration.ZERO),
        SEARCH_RECENT(Duration.ZERO),
        COUNTS_RECENT(Duration.ZERO),
        COUNTS_ALL(RequestPace.ARCHIVE_SPACING),
        USAGE(Duration.ZERO);

        private final Duration spacing;

        Endpoint(Duration spacing) {
            this.spacing = spacing;
        }
    }
}
