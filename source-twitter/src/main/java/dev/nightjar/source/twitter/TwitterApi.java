/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.delivery.Retry;
import dev.nightjar.source.twitter.http.ApiHost;
import dev.nightjar.source.twitter.http.Json;
import dev.nightjar.source.twitter.http.PassingTime;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.http.XClient.Endpoint;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What the X API v2 answers at once: an application's stream rules, the number of posts that a search would find, and
 * the number that have been read. It keeps the pace that X asks for, and repeats for a while what may work later.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class TwitterApi {
    /** How long a call that may work later is repeated by default: 30 seconds. */
    public static final Duration DEFAULT_RETRY_LIMIT = Duration.ofSeconds(30);

    /** A search that finds nothing: no conversation began with the first id. */
    private static final String NOTHING = "/2/tweets/search/recent?query=conversation_id%3A1&max_results=10";

    private final XClient client;
    private final TwitterRules rules;

    private TwitterApi(XClient client) {
        this.client = client;
        this.rules = new TwitterRules(client);
    }

    /**
     * The API for an application. No request is made yet.
     *
     * @throws ConfigException if a secret is missing or cannot be read
     */
    public static TwitterApi open(TwitterCredentials credentials) {
        return open(credentials, ApiHost.DEFAULT, DEFAULT_RETRY_LIMIT);
    }

    /**
     * The API for an application. No request is made yet.
     *
     * @param baseUrl the API's scheme, host and port; plain {@code http} only for a loopback address
     * @param retryLimit how long a call that may work later is retried, zero for not at all; if X asks for a longer
     *     wait, the call ends at once
     * @throws ConfigException if a secret is missing or cannot be read, or the base URL is none
     */
    public static TwitterApi open(TwitterCredentials credentials, URI baseUrl, Duration retryLimit) {
        ApiHost.check(baseUrl);
        Retry retry = Retry.upTo(retryLimit);
        TokenSource tokens = TokenSource.of(credentials, baseUrl);
        return new TwitterApi(new XClient(baseUrl, tokens, PassingTime.SYSTEM, new Random(), retry));
    }

    /** The application's stream rules. */
    public TwitterRules rules() {
        return rules;
    }

    /**
     * How many posts a search would find, and so what it would cost, without reading them. A minimum of likes counts if
     * X takes it as an operator.
     *
     * @throws FatalException if X refuses: the query, the token, the application's access
     * @throws dev.nightjar.RetriableException if the same call may work later
     */
    public Counts counts(TwitterSearchConfig search) {
        boolean recent = search.get(TwitterSearchConfig.ARCHIVE) == TwitterSearchConfig.Archive.RECENT;
        Endpoint endpoint = recent ? Endpoint.COUNTS_RECENT : Endpoint.COUNTS_ALL;
        String path = "/2/tweets/counts/" + (recent ? "recent" : "all") + '?' + search.countsQuery();
        List<Bucket> buckets = new ArrayList<>();
        long total = 0;
        for (Json page : client.pages(endpoint, "count posts", path, "next_token")) {
            long ofPage = 0;
            for (Json bucket : page.objects("data")) {
                long count = bucket.number("tweet_count", "post_count");
                ofPage += count;
                buckets.add(new Bucket(time(bucket.text("start")), time(bucket.text("end")), count));
            }
            long said = page.object("meta").number("total_tweet_count", "total_post_count");
            total += said == 0 ? ofPage : said;
        }
        buckets.sort(Comparator.comparing(Bucket::start, Comparator.nullsFirst(Comparator.naturalOrder())));
        return new Counts(total, buckets);
    }

    /**
     * How many posts the application's project has read in its month, as X counts them.
     *
     * @throws FatalException if X refuses: the token, the application's access
     * @throws dev.nightjar.RetriableException if the same call may work later
     */
    public Usage usage() {
        Json data = client.get(Endpoint.USAGE, "read the usage", "/2/usage/tweets?days=1")
                .object("data");
        Long reset = data.number("cap_reset_day");
        return new Usage(
                data.number("project_usage", "project_usage"),
                data.number("project_cap"),
                reset == null ? null : reset.intValue());
    }

    /**
     * In which words X takes a recent search: it is asked in tweet words and, if it refuses them, in post words. The
     * search finds no post, and so costs nothing.
     *
     * @throws FatalException if X refuses: the token, the application's access, both vocabularies
     * @throws dev.nightjar.RetriableException if the same call may work later
     */
    public Vocabulary searchVocabulary() {
        Words words = new Words(Vocabulary.TWEET);
        client.get(Endpoint.SEARCH_RECENT, "search posts", NOTHING, words);
        return words.current();
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * How many posts there are.
     *
     * <p>Immutable.
     *
     * @param total over the whole time
     * @param buckets by the time that was asked for, oldest first
     * @since 0.1.0
     */
    public record Counts(long total, List<Bucket> buckets) implements Serializable {
        /** Copies the list. */
        public Counts {
            buckets = List.copyOf(buckets);
        }
    }

    /**
     * How many posts there are in some time.
     *
     * <p>Immutable.
     *
     * @param start the beginning, inclusive; null if X does not say
     * @param end the end, exclusive; null if X does not say
     * @param count how many
     * @since 0.1.0
     */
    public record Bucket(@Nullable Instant start, @Nullable Instant end, long count) implements Serializable {}

    /**
     * What a project has read.
     *
     * <p>Immutable.
     *
     * @param posts how many posts in the current month of the project
     * @param cap how many it may read; null if X does not say
     * @param resetDay on which day of the month the count begins again; null if X does not say
     * @since 0.1.0
     */
    public record Usage(
            long posts, @Nullable Long cap, @Nullable Integer resetDay) implements Serializable {}
}
