/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetId;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.source.twitter.http.ApiHost;
import dev.nightjar.source.twitter.http.PassingTime;
import dev.nightjar.source.twitter.http.Secrets;
import dev.nightjar.source.twitter.http.SeenIds;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A search of the X API v2 as a source: recent posts ({@code GET /2/tweets/search/recent}) or all that were ever
 * written ({@code /all}). It ends with the last page or, with a {@linkplain Builder#pollInterval poll interval}, keeps
 * asking for newer posts. Posts come newest first within a round of pages.
 *
 * <p>Each poll returns at most one page of posts, each post once: pages that overlap are usual, and repeats within the
 * last 100,000 posts are skipped and counted as {@code duplicate}. The position is the place between two pages: a source that is
 * reopened there, after a crash too, loses nothing and repeats nothing. Rate limits, outages and interrupted
 * connections are waited out at the pace that X asks for, without limit and with a line in the log; meanwhile polls are
 * empty.
 *
 * <p>X charges for each post that it returns, also for one that {@link Builder#minLikes} then passes over. Since May
 * 2026 a search finds no retweets.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterSearchConfig extends Configuration implements TweetSourceFactory {
    static final int SMALLEST_PAGE = 10;

    static final Options OPTIONS = Options.of("source-twitter search").addAll(Secrets.OPTIONS.all());
    static final Option<URI> BASE_URL = OPTIONS.add(ApiHost.BASE_URL);
    static final Option<TweetQuery> QUERY = OPTIONS.add(
            Option.of("query", "a query", TweetQuery::raw).required().means("as X writes it"));
    static final Option<Archive> ARCHIVE = OPTIONS.add(Option.choice("archive", Archive.class)
            .defaultTo(Archive.RECENT)
            .means("the last seven days, or everything"));
    static final Option<Instant> START_TIME = OPTIONS.add(
            instant("start-time").means("the oldest posts, inclusive, to the second; unless set, as X has it"));
    static final Option<Instant> END_TIME = OPTIONS.add(
            instant("end-time").means("the newest posts, exclusive, to the second; unless set, as X has it"));
    static final Option<String> SINCE_ID = OPTIONS.add(Option.text("since-id")
            .valid("a post's id", TweetId::isOne)
            .quoted()
            .means("only newer posts; in place of a start time"));
    static final Option<String> LANG = OPTIONS.add(Option.text("lang")
            .valid("a language's code such as en", TweetQuery::isLanguage)
            .quoted()
            .means("adds `lang:`"));
    static final Option<Long> MIN_LIKES = OPTIONS.add(Option.longInteger("min-likes", 0, Long.MAX_VALUE)
            .means("adds `min_likes:`; counted here where X does not take it"));
    static final Option<Integer> PAGE_SIZE = OPTIONS.add(Option.integer("page-size", SMALLEST_PAGE, 500)
            .defaultTo(100)
            .means("posts; more than 100 in the full archive only"));
    static final Option<Integer> MAX_REQUESTS = OPTIONS.add(Option.integer("max-requests", 1, Integer.MAX_VALUE)
            .means("pages, after which the source ends; no limit unless set"));
    static final Option<Duration> POLL_INTERVAL = OPTIONS.add(Option.duration("poll-interval", Duration.ofSeconds(2))
            .means("asks again for newer posts; without it the source ends"));
    static final Option<Integer> QUERY_LIMIT = OPTIONS.add(
            Option.integer("query-limit", 1, Integer.MAX_VALUE)
                    .means(
                            "characters, the longest query of the plan; unless set 512 for recent posts, 1024 for the full archive"));

    static final Option<Vocabulary> VOCABULARY = OPTIONS.add(Words.VOCABULARY);
    static final Option<Integer> DEDUPLICATION_WINDOW = OPTIONS.add(SeenIds.WINDOW);

    static {
        OPTIONS.addAll(SpendGuard.OPTIONS);
    }

    private static final long serialVersionUID = 1L;

    private TwitterSearchConfig(Builder builder) {
        super(builder);
    }

    /** Begins a search. */
    public static Builder builder(TwitterCredentials credentials, TweetQuery query) {
        return new Builder().setAll(credentials).set(QUERY, query);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown; it names them all
     */
    public static TwitterSearchConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    /** A builder that begins with this configuration. */
    public Builder toBuilder() {
        return new Builder().setAll(this);
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * A time as people write it: {@code 2026-02-08T23:30:00Z}, with another offset, or {@code 2026-02-08} for the
     * beginning of that day in UTC.
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
        return TwitterSearchSource.open(this, position, PassingTime.SYSTEM, new Random());
    }

    /** The query without the minimum of likes. */
    String query() {
        return wholeQuery().forSearch(queryLimit());
    }

    /** The query with the minimum of likes as an operator; null without a minimum. */
    @Nullable
    String queryWithLikes() {
        Long least = find(MIN_LIKES);
        return least == null || least == 0
                ? null
                : TweetQuery.allOf(wholeQuery(), TweetQuery.minLikes(least)).forSearch(queryLimit());
    }

    private TweetQuery wholeQuery() {
        String lang = find(LANG);
        return lang == null ? get(QUERY) : TweetQuery.allOf(get(QUERY), TweetQuery.lang(lang));
    }

    private int queryLimit() {
        return Objects.requireNonNullElse(find(QUERY_LIMIT), get(ARCHIVE) == Archive.FULL ? 1024 : 512);
    }

    /** The parameters of a request for counts. */
    String countsQuery() {
        StringBuilder text = new StringBuilder("granularity=day&query=")
                .append(XClient.encoded(Objects.requireNonNullElseGet(queryWithLikes(), this::query)));
        if (find(SINCE_ID) != null) {
            text.append("&since_id=").append(find(SINCE_ID));
        } else if (find(START_TIME) != null) {
            text.append("&start_time=").append(find(START_TIME));
        }
        if (find(END_TIME) != null) {
            text.append("&end_time=").append(find(END_TIME));
        }
        return text.toString();
    }

    private static Option<Instant> instant(String key) {
        return Option.of(
                key,
                "a time such as 2026-02-08T23:30:00Z, or a date",
                text -> time(text).truncatedTo(ChronoUnit.SECONDS));
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
    public static final class Builder extends Configuration.Builder<TwitterSearchConfig, Builder> {
        private Builder() {
            super(OPTIONS, TwitterSearchConfig::new);
        }

        /** What is searched; {@link Archive#RECENT} if not set. */
        public Builder archive(Archive value) {
            return set(ARCHIVE, value);
        }

        /**
         * The oldest posts, inclusive, to the second. If not set, X takes seven days ago for recent posts and 30 days
         * ago for the full archive, and a polling search the time at which it is opened.
         */
        public Builder startTime(Instant value) {
            return set(START_TIME, value.truncatedTo(ChronoUnit.SECONDS));
        }

        /** The newest posts, exclusive, to the second; half a minute ago if not set. A polling search has none. */
        public Builder endTime(Instant value) {
            return set(END_TIME, value.truncatedTo(ChronoUnit.SECONDS));
        }

        /** Only posts after this one; in place of a start time. */
        public Builder sinceId(String value) {
            return set(SINCE_ID, value);
        }

        /** Only posts in this language, by the code that X uses. */
        public Builder lang(String value) {
            return set(LANG, value);
        }

        /**
         * Only posts that have been liked so often. X is asked with the operator {@code min_likes:}. If it refuses that
         * operator, as it did in early 2026, all posts are read and paid for, and those with fewer likes are skipped
         * and counted as {@code few-likes}. The number is that of the moment of the search.
         */
        public Builder minLikes(long value) {
            return set(MIN_LIKES, value);
        }

        /** How many posts a page has at most: 10 to 100, in the full archive to 500; 100 if not set. */
        public Builder pageSize(int value) {
            return set(PAGE_SIZE, value);
        }

        /** The maximum number of pages, after which the source ends; a reopened source goes on. No limit if not set. */
        public Builder maxRequests(int value) {
            return set(MAX_REQUESTS, value);
        }

        /** How long to wait after the last page before asking for newer posts; unset, the source ends. At least 2 s. */
        public Builder pollInterval(Duration value) {
            return set(POLL_INTERVAL, value);
        }

        /**
         * The longest query of the application's plan, in characters; 512 for recent posts and 1024 for the full
         * archive if not set.
         */
        public Builder queryLimit(int value) {
            return set(QUERY_LIMIT, value);
        }

        /** In which words X is asked to write, unless it refuses them; {@link Vocabulary#TWEET} if not set. */
        public Builder vocabulary(Vocabulary value) {
            return set(VOCABULARY, value);
        }

        /**
         * How many ids are remembered, so that a post that is on several pages comes once; 100,000 by default. The
         * repeats are counted as {@code duplicate}. X may charge for them.
         */
        public Builder deduplicationWindow(int value) {
            return set(DEDUPLICATION_WINDOW, value);
        }

        /** How many posts may be read; {@link SpendLimits#NONE} if not set. */
        public Builder spend(SpendLimits value) {
            return setAll(value);
        }

        /**
         * The API's scheme, host and port, by default {@code https://api.x.com}; plain {@code http} only for a loopback
         * address, since the token goes with each request.
         */
        public Builder baseUrl(URI value) {
            return set(BASE_URL, value);
        }

        @Override
        protected void check(TwitterSearchConfig config, List<String> faults) {
            Secrets.check(config, faults);
            SpendGuard.check(config, faults);
            for (Option<Long> limit : SpendGuard.LIMITS) {
                Long posts = config.find(limit);
                if (posts != null && posts < SMALLEST_PAGE) {
                    faults.add("With the option '" + limit + "' at " + posts
                            + " a search reads nothing; its smallest page has " + SMALLEST_PAGE);
                }
            }
            if (config.get(ARCHIVE) == Archive.RECENT && config.get(PAGE_SIZE) > 100) {
                faults.add(
                        "The option 'page-size' is " + config.get(PAGE_SIZE) + ", not from 10 to 100 for recent posts");
            }
            Instant start = config.find(START_TIME);
            Instant end = config.find(END_TIME);
            if (config.find(POLL_INTERVAL) != null && end != null) {
                faults.add("A search with the option 'poll-interval' has no 'end-time'");
            }
            if (start != null && config.find(SINCE_ID) != null) {
                faults.add("A search begins at the option 'start-time' or after the option 'since-id', not both");
            }
            if (start != null && end != null && !start.isBefore(end)) {
                faults.add("The option 'start-time' is " + start + ", not before the 'end-time' " + end);
            }
            try {
                config.query();
                config.queryWithLikes();
            } catch (ConfigException e) {
                faults.addAll(e.faults());
            }
        }
    }
}
