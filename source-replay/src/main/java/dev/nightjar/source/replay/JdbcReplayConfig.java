/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tweets of an SQL database are replayed, and how fast. The driver is the user's: any of JDBC 4.2 on the class path.
 *
 * <p>Rows come by their time, or another column, and those that are equal in it by their id, page by page; the place of a page's end is that pair, so
 * that rows which share a time are neither skipped nor repeated. Each row without an id, a time or a text is a dead letter.
 *
 * <p>Immutable. Equal when all options are.
 *
 * @since 0.1.0
 */
public final class JdbcReplayConfig extends Configuration implements TweetSourceFactory {
    static final String TWEETS = "tweets";
    static final String NO_HASHTAGS = "none";

    static final Options OPTIONS = Options.of("source-replay-jdbc");
    static final Option<String> URL = OPTIONS.add(Option.text("url")
            .valid("a JDBC URL, such as jdbc:mariadb://localhost/twitter", url -> url.startsWith("jdbc:"))
            .shownAs(JdbcReplayConfig::withoutSecrets)
            .required()
            .means("the database, with what its driver takes"));
    static final Option<String> USER = OPTIONS.add(Option.text("user").means("who logs in"));
    static final Option<Credential> PASSWORD =
            OPTIONS.add(Option.credential("password").means("`env:NAME`, `file:PATH` or the password itself"));
    static final Option<String> TABLE = OPTIONS.add(Option.text("table")
            .defaultTo(TWEETS)
            .means("a table or a view, or a SELECT in its place; a row is a tweet"));
    static final Option<String> COLUMNS = OPTIONS.add(Option.text("columns")
            .valid(
                    "pairs of what a column holds and its name, among them id, text and time",
                    JdbcReplayConfig::areColumns)
            .quoted()
            .defaultTo("id=id,text=tweet,time=date_time,language=language")
            .means("which column holds what: `columns(String)`"));
    static final Option<String> ORDER = OPTIONS.add(
            Option.text("order").unlessSet("the time").means("a column by which rows come, such as when they arrived"));
    static final Option<String> HASHTAGS = OPTIONS.add(Option.text("hashtags")
            .unlessSet("those of `hashtags` by `tweet_hashtags` for the table `tweets`, else none")
            .means("a table or a SELECT with the columns `tweet_id` and `hashtag`, or none"));
    static final Option<Integer> PAGE_SIZE =
            OPTIONS.add(Option.integer("page-size", 1, 10_000).defaultTo(500).means("rows that one query returns"));
    static final Option<String> PAUSE = OPTIONS.add(Option.text("pause")
            .valid("a duration, or two for one at random between them: 5s..15s", JdbcReplayConfig::isPause)
            .quoted()
            .defaultTo("0s")
            .means("how long to wait between two pages"));
    static final Option<Duration> TIMEOUT =
            OPTIONS.add(Option.duration("timeout", Duration.ofSeconds(1), Duration.ofDays(1))
                    .defaultTo(Duration.ofSeconds(30))
                    .means("how long a query may take"));
    static final Option<Long> SEED = OPTIONS.add(Option.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            .valid("a whole number", seed -> true)
            .defaultTo(1L)
            .means("of the random pauses"));

    private static final String JOIN = "SELECT tweet_hashtags.tweet_id, hashtags.hashtag FROM tweet_hashtags"
            + " JOIN hashtags ON hashtags.id = tweet_hashtags.hashtag_id";
    private static final Option<Duration> PAUSE_BOUND = Option.duration("pause", Duration.ZERO, Duration.ofDays(1));

    private static final long serialVersionUID = 1L;

    static {
        OPTIONS.addAll(List.of(ReplayConfig.SPEED, ReplayConfig.MAX_RATE, ReplayConfig.COUNT, ReplayConfig.BATCH_SIZE));
    }

    private JdbcReplayConfig(Builder builder) {
        super(builder);
    }

    /** Begins the replay of a database. */
    public static Builder builder(String url) {
        return new Builder().set(URL, url);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is malformed, refused or unknown
     */
    public static JdbcReplayConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Opens the source.
     *
     * @throws ConfigException if there is no driver for the URL, the login is refused, a table or a column is not there, or
     *     the position is not one of this table
     * @throws RetriableException if the database does not answer
     */
    @Override
    public ReplaySource open(SourcePosition position) {
        return open(position, PollTime.system());
    }

    /** Opens the source at its beginning. */
    @Override
    public ReplaySource open() {
        return open(SourcePosition.START);
    }

    ReplaySource open(SourcePosition position, PollTime time) {
        Objects.requireNonNull(position, "position");
        return ReplaySource.open(this, what(), from -> JdbcFeed.open(this, from), position, time);
    }

    /** What is replayed, without secrets, for messages. */
    String what() {
        return "The table '" + get(TABLE) + "' of " + withoutSecrets(get(URL));
    }

    /** What gives the hashtags of tweets; null for nothing. */
    @Nullable
    String hashtags() {
        String given = find(HASHTAGS);
        if (given == null) {
            return get(TABLE).equals(TWEETS) ? JOIN : null;
        }
        return given.equals(NO_HASHTAGS) ? null : given;
    }

    /** The shortest and the longest pause. */
    List<Duration> pauses() {
        return pauses(get(PAUSE));
    }

    private static List<Duration> pauses(String text) {
        String[] bounds = text.split("\\.\\.", 2);
        return List.of(PAUSE_BOUND.parse(bounds[0]), PAUSE_BOUND.parse(bounds[bounds.length - 1]));
    }

    private static boolean isPause(String text) {
        try {
            List<Duration> bounds = pauses(text);
            return bounds.get(0).compareTo(bounds.get(1)) <= 0;
        } catch (ConfigException e) {
            return false;
        }
    }

    private static boolean areColumns(String text) {
        try {
            return RowMapping.parse(text).keySet().containsAll(Set.of(Column.ID, Column.TEXT, Column.TIME));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A driver may take a password as a parameter, or before the host. */
    private static String withoutSecrets(String url) {
        String place = url.replaceFirst("[?;].*", "");
        return place.replaceFirst("^(jdbc:[^:/]*:).*@", "$1***@");
    }

    /**
     * Collects the options of a {@link JdbcReplayConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<JdbcReplayConfig, Builder> {
        private Builder() {
            super(OPTIONS, JdbcReplayConfig::new);
        }

        /** Who logs in; nobody by name unless set. */
        public Builder user(String value) {
            return set(USER, value);
        }

        /** The password, which is looked up when the source is opened; none unless set. */
        public Builder password(Credential value) {
            return set(PASSWORD, value);
        }

        /** A table, a view or a SELECT, each row of which is a tweet; {@code tweets} unless set. */
        public Builder table(String value) {
            return set(TABLE, value);
        }

        /**
         * Which column holds what: {@code id=tweet_id,text=content,time=posted}, as {@link ReplayConfig.Builder#columns} has
         * it. A name may be any expression of SQL without a comma. A time without an offset is UTC.
         */
        public Builder columns(String value) {
            return set(COLUMNS, value);
        }

        /**
         * A column by which rows come, such as when they arrived, so that a tweet may come after one that was written later;
         * the time unless set. Rows that are equal in it come by their id.
         */
        public Builder order(String value) {
            return set(ORDER, value);
        }

        /**
         * A table or a SELECT with the columns {@code tweet_id} and {@code hashtag}, or {@code none}. Unless set, it is the
         * join of {@code tweet_hashtags} and {@code hashtags} if the table is {@code tweets}, else none.
         */
        public Builder hashtags(String value) {
            return set(HASHTAGS, value);
        }

        /** The rows that one query returns, from 1 to 10,000; 500 unless set. */
        public Builder pageSize(int value) {
            return set(PAGE_SIZE, value);
        }

        /**
         * How long to wait between two pages: a duration such as {@code 5s}, or two, {@code 5s..15s}, for one at random
         * between them, which the seed decides. Not at all unless set.
         */
        public Builder pause(String value) {
            return set(PAUSE, value);
        }

        /** How long a query may take, from 1 second to a day; 30 seconds unless set. */
        public Builder timeout(Duration value) {
            return set(TIMEOUT, value);
        }

        /** The seed of the random pauses; 1 unless set. */
        public Builder seed(long value) {
            return set(SEED, value);
        }

        /** As {@link ReplayConfig.Builder#speed}. */
        public Builder speed(double value) {
            return set(ReplayConfig.SPEED, value);
        }

        /** As {@link ReplayConfig.Builder#maxRate}. */
        public Builder maxRate(double value) {
            return set(ReplayConfig.MAX_RATE, value);
        }

        /** As {@link ReplayConfig.Builder#count}. */
        public Builder count(long value) {
            return set(ReplayConfig.COUNT, value);
        }

        /** As {@link ReplayConfig.Builder#batchSize}. */
        public Builder batchSize(int value) {
            return set(ReplayConfig.BATCH_SIZE, value);
        }
    }
}
