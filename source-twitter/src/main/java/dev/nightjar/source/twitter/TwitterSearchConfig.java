/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.DataException;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A search of the X API v2 as a source: recent posts ({@code GET /2/tweets/search/recent}) or all that were ever written
 * ({@code /all}). It ends with the last page or, with a {@linkplain Builder#pollInterval poll interval}, asks again and
 * again for what is newer. Posts come newest first within a round of pages.
 *
 * <p>Each poll returns the posts of one page at most. The position is the place between two pages: a source that is
 * reopened there, after a crash too, loses nothing and repeats nothing. Rate limits, outages and interrupted connections are
 * waited for at the pace that X asks for, without limit and with a line in the log; polls are empty meanwhile.
 *
 * <p>X charges for each post that it returns, also for one that {@link Builder#minLikes} then passes over. Since May 2026 a
 * search finds no retweets.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterSearchConfig implements TweetSourceFactory {
    /** The default of {@link Builder#pageSize}, in posts: {@value}. */
    public static final int DEFAULT_PAGE_SIZE = 100;

    /** The default of {@link Builder#queryLimit} for recent posts, in characters: {@value}. */
    public static final int RECENT_QUERY_LIMIT = 512;

    /** The default of {@link Builder#queryLimit} for the full archive, in characters: {@value}. */
    public static final int FULL_QUERY_LIMIT = 1024;

    static final int SMALLEST_PAGE = 10;

    private static final long serialVersionUID = 1L;
    private static final Duration SHORTEST_POLL = Duration.ofSeconds(2);

    private final TwitterCredentials credentials;
    private final String query;
    private final @Nullable String queryWithLikes;
    private final Archive archive;
    private final @Nullable Instant startTime;
    private final @Nullable Instant endTime;
    private final @Nullable String sinceId;
    private final @Nullable Long minLikes;
    private final int pageSize;
    private final @Nullable Integer maxRequests;
    private final @Nullable Duration pollInterval;
    private final SpendLimits spend;
    private final URI baseUrl;

    private TwitterSearchConfig(Builder builder, String query, @Nullable String queryWithLikes) {
        this.credentials = builder.credentials;
        this.query = query;
        this.queryWithLikes = queryWithLikes;
        this.archive = builder.archive;
        this.startTime = builder.startTime;
        this.endTime = builder.endTime;
        this.sinceId = builder.sinceId;
        this.minLikes = builder.minLikes;
        this.pageSize = builder.pageSize;
        this.maxRequests = builder.maxRequests;
        this.pollInterval = builder.pollInterval;
        this.spend = builder.spend;
        this.baseUrl = builder.baseUrl;
    }

    /** Begins a search. */
    public static Builder builder(TwitterCredentials credentials, TweetQuery query) {
        return new Builder(credentials, query);
    }

    /**
     * Reads a configuration from {@code query} (required, as {@link TweetQuery#raw}); {@code bearer-token}, or
     * {@code consumer-key} and {@code consumer-secret}, or {@code credentials-file} (one is required); {@code archive}
     * ({@code recent} or {@code full}), {@code start-time} and {@code end-time} (ISO-8601, or a date for its beginning in
     * UTC), {@code since-id}, {@code lang}, {@code min-likes}, {@code page-size}, {@code max-requests},
     * {@code poll-interval}, {@code query-limit}, {@code base-url}; {@code posts-per-run}, {@code posts-per-day},
     * {@code posts-per-month}, {@code when-spent} ({@code stop} or {@code pause}) and {@code spend-file}.
     *
     * @throws ConfigException if an option is missing, malformed or unknown; it names them all
     */
    public static TwitterSearchConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("source-twitter", options);
        String query = reader.required("query");
        Builder builder = builder(TwitterCredentials.from(reader), TweetQuery.raw(query.isBlank() ? "missing" : query));
        reader.choice("archive", Archive.class, builder::archive);
        reader.string("start-time", text -> builder.startTime(time(text)));
        reader.string("end-time", text -> builder.endTime(time(text)));
        reader.string("since-id", builder::sinceId);
        reader.string("lang", builder::lang);
        reader.longInteger("min-likes", builder::minLikes);
        reader.integer("page-size", builder::pageSize);
        reader.integer("max-requests", builder::maxRequests);
        reader.duration("poll-interval", builder::pollInterval);
        reader.integer("query-limit", builder::queryLimit);
        reader.string("base-url", text -> builder.baseUrl(URI.create(text)));
        builder.spend(SpendLimits.from(reader));
        reader.finish();
        return builder.build();
    }

    /**
     * A time as people write it: {@code 2026-02-08T23:30:00Z}, with another offset, or {@code 2026-02-08} for the beginning
     * of that day in UTC.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Instant time(String text) {
        String stripped = text.strip();
        try {
            return stripped.length() == 10
                    ? LocalDate.parse(stripped).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(stripped).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + stripped + "' is neither a time such as 2026-02-08T23:30:00Z nor a date", e);
        }
    }

    /**
     * Prepares the search. A token is obtained now, if there is none; the first page is asked for by the first poll.
     *
     * @throws ConfigException if the position is not one of an equal search, or X does not know the credentials
     * @throws dev.nightjar.RetriableException if X does not answer, or the spend file cannot be read for the moment
     */
    @Override
    public TweetSource open(SourcePosition position) {
        return TwitterSearchSource.open(this, position, XTime.SYSTEM, new Random());
    }

    TwitterCredentials credentials() {
        return credentials;
    }

    /** The query without the minimum of likes. */
    String query() {
        return query;
    }

    /** The query with the minimum of likes as an operator; null if there is no minimum. */
    @Nullable
    String queryWithLikes() {
        return queryWithLikes;
    }

    Archive archive() {
        return archive;
    }

    @Nullable
    Instant startTime() {
        return startTime;
    }

    @Nullable
    Instant endTime() {
        return endTime;
    }

    @Nullable
    String sinceId() {
        return sinceId;
    }

    @Nullable
    Long minLikes() {
        return minLikes;
    }

    int pageSize() {
        return pageSize;
    }

    @Nullable
    Integer maxRequests() {
        return maxRequests;
    }

    @Nullable
    Duration pollInterval() {
        return pollInterval;
    }

    SpendLimits spend() {
        return spend;
    }

    URI baseUrl() {
        return baseUrl;
    }

    /** The parameters of a request for counts. */
    String countsQuery() {
        StringBuilder text = new StringBuilder("granularity=day&query=")
                .append(XClient.encoded(queryWithLikes == null ? query : queryWithLikes));
        if (sinceId != null) {
            text.append("&since_id=").append(sinceId);
        } else if (startTime != null) {
            text.append("&start_time=").append(startTime);
        }
        if (endTime != null) {
            text.append("&end_time=").append(endTime);
        }
        return text.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TwitterSearchConfig that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "TwitterSearchConfig[credentials=" + credentials + ", query=" + query + ", archive=" + archive
                + ", startTime=" + startTime + ", endTime=" + endTime + ", sinceId=" + sinceId + ", minLikes="
                + minLikes
                + ", pageSize=" + pageSize + ", maxRequests=" + maxRequests + ", pollInterval=" + pollInterval
                + ", spend=" + spend + ", baseUrl=" + baseUrl + ']';
    }

    private List<@Nullable Object> parts() {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(credentials);
        parts.add(query);
        parts.add(archive);
        parts.add(startTime);
        parts.add(endTime);
        parts.add(sinceId);
        parts.add(minLikes);
        parts.add(pageSize);
        parts.add(maxRequests);
        parts.add(pollInterval);
        parts.add(spend);
        parts.add(baseUrl);
        return parts;
    }

    /**
     * What is searched.
     *
     * @since 0.1.0
     */
    public enum Archive {
        /** The last seven days. */
        RECENT,
        /** Everything since 2006; one request a second. */
        FULL
    }

    /**
     * Collects the parts of a {@link TwitterSearchConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final TwitterCredentials credentials;
        private final TweetQuery query;
        private Archive archive = Archive.RECENT;
        private @Nullable Instant startTime;
        private @Nullable Instant endTime;
        private @Nullable String sinceId;
        private @Nullable String lang;
        private @Nullable Long minLikes;
        private int pageSize = DEFAULT_PAGE_SIZE;
        private @Nullable Integer maxRequests;
        private @Nullable Duration pollInterval;
        private @Nullable Integer queryLimit;
        private SpendLimits spend = SpendLimits.NONE;
        private URI baseUrl = ApiHost.DEFAULT;

        private Builder(TwitterCredentials credentials, TweetQuery query) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
            this.query = Objects.requireNonNull(query, "query");
        }

        /** What is searched; {@link Archive#RECENT} if not set. */
        public Builder archive(Archive value) {
            archive = Objects.requireNonNull(value, "archive");
            return this;
        }

        /**
         * The oldest posts, inclusive, to the second. If not set, X takes seven days ago for recent posts and 30 days ago
         * for the full archive, and a polling search the time at which it is opened.
         */
        public Builder startTime(Instant value) {
            startTime = value.truncatedTo(ChronoUnit.SECONDS);
            return this;
        }

        /** The newest posts, exclusive, to the second; half a minute ago if not set. A polling search has none. */
        public Builder endTime(Instant value) {
            endTime = value.truncatedTo(ChronoUnit.SECONDS);
            return this;
        }

        /** Only posts after this one; in place of a start time. */
        public Builder sinceId(String value) {
            sinceId = Objects.requireNonNull(value, "sinceId");
            return this;
        }

        /** Only posts in this language, by the code that X uses. */
        public Builder lang(String value) {
            lang = Objects.requireNonNull(value, "lang");
            return this;
        }

        /**
         * Only posts that have been liked so often. X is asked for them by the operator {@code min_likes:}; if it does not
         * take it, as was so in early 2026, all posts are read and paid for and those below are passed over, counted as
         * {@code few-likes}. The number is that of the moment of the search.
         */
        public Builder minLikes(long value) {
            minLikes = value;
            return this;
        }

        /** How many posts a page has at most: 10 to 100, in the full archive to 500; {@value #DEFAULT_PAGE_SIZE} if not set. */
        public Builder pageSize(int value) {
            pageSize = value;
            return this;
        }

        /** After how many pages the source ends, whatever is left; a source that is reopened goes on. No limit if not set. */
        public Builder maxRequests(int value) {
            maxRequests = value;
            return this;
        }

        /** How long to wait after the last page before asking for newer posts; without it the source ends. At least 2 s. */
        public Builder pollInterval(Duration value) {
            pollInterval = Objects.requireNonNull(value, "pollInterval");
            return this;
        }

        /**
         * The longest query of the application's plan, in characters; {@value #RECENT_QUERY_LIMIT} for recent posts and
         * {@value #FULL_QUERY_LIMIT} for the full archive if not set.
         */
        public Builder queryLimit(int value) {
            queryLimit = value;
            return this;
        }

        /** How many posts may be read; {@link SpendLimits#NONE} if not set. */
        public Builder spend(SpendLimits value) {
            spend = Objects.requireNonNull(value, "spend");
            return this;
        }

        /**
         * The API's scheme, host and port, by default {@code https://api.x.com}; plain {@code http} only for a loopback
         * address, since the token goes with each request.
         */
        public Builder baseUrl(URI value) {
            baseUrl = Objects.requireNonNull(value, "baseUrl");
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if a part is not as described; it names them all
         */
        public TwitterSearchConfig build() {
            List<String> faults = new ArrayList<>();
            ApiHost.check(baseUrl, faults);
            int largest = archive == Archive.FULL ? 500 : 100;
            if (pageSize < SMALLEST_PAGE || pageSize > largest) {
                faults.add("The page size " + pageSize + " is not " + SMALLEST_PAGE + " to " + largest);
            }
            if (maxRequests != null && maxRequests < 1) {
                faults.add("The limit of " + maxRequests + " requests is not positive");
            }
            if (pollInterval != null && pollInterval.compareTo(SHORTEST_POLL) < 0) {
                faults.add("The poll interval " + pollInterval + " is shorter than " + SHORTEST_POLL);
            }
            if (pollInterval != null && endTime != null) {
                faults.add("A polling search has no end time");
            }
            if (startTime != null && sinceId != null) {
                faults.add("A search begins at a start time or after an id, not both");
            }
            if (startTime != null && endTime != null && !startTime.isBefore(endTime)) {
                faults.add("The start time " + startTime + " is not before the end time " + endTime);
            }
            if (minLikes != null && minLikes < 0) {
                faults.add("The number of likes " + minLikes + " is negative");
            }
            if (sinceId != null) {
                try {
                    Tweet.checkId(sinceId);
                } catch (DataException e) {
                    faults.add("The id '" + sinceId + "' is not that of a post");
                }
            }
            for (Long posts : new @Nullable Long[] {spend.perRun(), spend.perDay(), spend.perMonth()}) {
                if (posts != null && posts < SMALLEST_PAGE) {
                    faults.add("With a limit of " + posts + " posts a search reads nothing; its smallest page has "
                            + SMALLEST_PAGE);
                }
            }
            String plain = "";
            String withLikes = null;
            try {
                int limit = queryLimit != null
                        ? queryLimit
                        : archive == Archive.FULL ? FULL_QUERY_LIMIT : RECENT_QUERY_LIMIT;
                TweetQuery whole = lang == null ? query : TweetQuery.allOf(query, TweetQuery.lang(lang));
                plain = whole.forSearch(limit);
                if (minLikes != null && minLikes > 0) {
                    withLikes = TweetQuery.allOf(whole, TweetQuery.minLikes(minLikes))
                            .forSearch(limit);
                }
            } catch (ConfigException e) {
                faults.addAll(e.faults());
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new TwitterSearchConfig(this, plain, withLikes);
        }
    }
}
