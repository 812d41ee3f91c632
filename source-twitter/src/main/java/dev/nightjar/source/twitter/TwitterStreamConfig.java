/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The filtered stream of the X API v2 ({@code GET /2/tweets/search/stream}) as a source: every tweet that matches a rule
 * of the application, as it is written. The rules are kept by X, not by this class.
 *
 * <p>The source reconnects by itself, at the pace that X asks for. What was written while it was not connected is a gap in
 * its {@linkplain TwitterStreamSource#gaps ledger}, which X backfills if the account may ask for it, or which is searched;
 * what is not filled stays declared as missing. Its position tells up to when posts were passed on, and which gaps were open.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterStreamConfig implements TweetSourceFactory {
    /** The API's host. */
    public static final URI DEFAULT_BASE_URL = ApiHost.DEFAULT;

    /**
     * After how long without a byte a connection counts as dead; X sends a line at least every 20 s.
     */
    public static final Duration DEFAULT_STALL_LIMIT = Duration.ofSeconds(25);

    /** How many frames wait for the poll. */
    public static final int DEFAULT_QUEUE_CAPACITY = 10_000;

    /** How long the reading waits for room before the connection is given up. */
    public static final Duration DEFAULT_OVERFLOW_WAIT = Duration.ofSeconds(10);

    /** How many ids are remembered so that a post comes once. */
    public static final int DEFAULT_DEDUPLICATION_WINDOW = 100_000;

    private static final long serialVersionUID = 1L;

    private final TwitterCredentials credentials;
    private final URI baseUrl;
    private final Duration stallLimit;
    private final int queueCapacity;
    private final Overflow overflow;
    private final Duration overflowWait;
    private final GapFill gapFill;
    private final int backfillMinutes;
    private final @Nullable String ledgerFile;
    private final StaleConnections staleConnections;
    private final Vocabulary vocabulary;
    private final int deduplicationWindow;
    private final SpendLimits spend;

    private TwitterStreamConfig(Builder builder) {
        this.credentials = builder.credentials;
        this.baseUrl = builder.baseUrl;
        this.stallLimit = builder.stallLimit;
        this.queueCapacity = builder.queueCapacity;
        this.overflow = builder.overflow;
        this.overflowWait = builder.overflowWait;
        this.gapFill = builder.gapFill;
        this.backfillMinutes = builder.backfillMinutes;
        this.ledgerFile = builder.ledgerFile == null ? null : builder.ledgerFile.toString();
        this.staleConnections = builder.staleConnections;
        this.vocabulary = builder.vocabulary;
        this.deduplicationWindow = builder.deduplicationWindow;
        this.spend = builder.spend;
    }

    /** Begins a configuration with the application's bearer token. */
    public static Builder builder(Credential bearerToken) {
        return new Builder(TwitterCredentials.bearer(bearerToken));
    }

    /** Begins a configuration with the application's credentials. */
    public static Builder builder(TwitterCredentials credentials) {
        return new Builder(credentials);
    }

    /**
     * Reads a configuration from {@code bearer-token}, or {@code consumer-key} and {@code consumer-secret} (each
     * {@code env:NAME}, {@code file:PATH} or the secret), or {@code credentials-file}, one of which must be there;
     * {@code base-url}, {@code stall-limit}, {@code queue-capacity}, {@code overflow} ({@code block}, {@code drop-oldest} or
     * {@code drop-newest}), {@code overflow-wait}, {@code gap-fill} ({@code search} or {@code none}),
     * {@code backfill-minutes}, {@code ledger-file}, {@code stale-connections} ({@code leave} or {@code kill}),
     * {@code vocabulary} ({@code tweet} or {@code post}), {@code deduplication-window}; {@code posts-per-run},
     * {@code posts-per-day}, {@code posts-per-month}, {@code when-spent} ({@code stop} or {@code pause}) and
     * {@code spend-file}.
     *
     * @throws ConfigException if an option is missing, malformed or unknown; it names them all
     */
    public static TwitterStreamConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("source-twitter", options);
        Builder builder = builder(TwitterCredentials.from(reader));
        reader.string("base-url", text -> builder.baseUrl(URI.create(text)));
        reader.duration("stall-limit", builder::stallLimit);
        reader.integer("queue-capacity", builder::queueCapacity);
        reader.choice("overflow", Overflow.class, builder::overflow);
        reader.duration("overflow-wait", builder::overflowWait);
        reader.choice("gap-fill", GapFill.class, builder::gapFill);
        reader.integer("backfill-minutes", builder::backfillMinutes);
        reader.path("ledger-file", builder::ledgerFile);
        reader.choice("stale-connections", StaleConnections.class, builder::staleConnections);
        reader.choice("vocabulary", Vocabulary.class, builder::vocabulary);
        reader.integer("deduplication-window", builder::deduplicationWindow);
        builder.spend(SpendLimits.from(reader));
        reader.finish();
        return builder.build();
    }

    /** Connects to the stream: {@code open(SourcePosition.START)}. */
    @Override
    public TwitterStreamSource open() {
        return open(SourcePosition.START);
    }

    /**
     * Connects to the stream. A source that is opened soon after another was refused goes on where that one's failures
     * stood: it does not connect before X allows.
     *
     * @param position where an earlier source stood: what was written since then is a gap, and its open gaps are this one's
     * @throws ConfigException if X refuses: the token is not valid, there is no rule, the credits are used up
     * @throws dev.nightjar.RetriableException if X does not answer, or asks to wait
     */
    @Override
    public TwitterStreamSource open(SourcePosition position) {
        return TwitterStreamSource.open(this, position);
    }

    TwitterCredentials credentials() {
        return credentials;
    }

    URI baseUrl() {
        return baseUrl;
    }

    Duration stallLimit() {
        return stallLimit;
    }

    int queueCapacity() {
        return queueCapacity;
    }

    Overflow overflow() {
        return overflow;
    }

    Duration overflowWait() {
        return overflowWait;
    }

    GapFill gapFill() {
        return gapFill;
    }

    int backfillMinutes() {
        return backfillMinutes;
    }

    @Nullable
    Path ledgerFile() {
        return ledgerFile == null ? null : Path.of(ledgerFile);
    }

    StaleConnections staleConnections() {
        return staleConnections;
    }

    /** The fields and expansions to ask for. */
    String query() {
        return vocabulary == Vocabulary.POST ? StreamConnection.POST_QUERY : StreamConnection.QUERY;
    }

    int deduplicationWindow() {
        return deduplicationWindow;
    }

    SpendLimits spend() {
        return spend;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TwitterStreamConfig that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "TwitterStreamConfig[credentials=" + credentials + ", baseUrl=" + baseUrl + ", stallLimit=" + stallLimit
                + ", queueCapacity=" + queueCapacity + ", overflow=" + overflow + ", overflowWait=" + overflowWait
                + ", gapFill=" + gapFill + ", backfillMinutes=" + backfillMinutes + ", ledgerFile=" + ledgerFile
                + ", staleConnections=" + staleConnections + ", vocabulary=" + vocabulary + ", deduplicationWindow="
                + deduplicationWindow + ", spend=" + spend + ']';
    }

    private List<@Nullable Object> parts() {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(credentials);
        parts.add(baseUrl);
        parts.add(stallLimit);
        parts.add(queueCapacity);
        parts.add(overflow);
        parts.add(overflowWait);
        parts.add(gapFill);
        parts.add(backfillMinutes);
        parts.add(ledgerFile);
        parts.add(staleConnections);
        parts.add(vocabulary);
        parts.add(deduplicationWindow);
        parts.add(spend);
        return parts;
    }

    /**
     * What happens to frames that come while the queue is full.
     *
     * @since 0.1.0
     */
    public enum Overflow {
        /**
         * The reading waits for {@link Builder#overflowWait}, then gives the connection up until half of the queue is free.
         * What is missed is one gap, which can be searched.
         */
        BLOCK,
        /** The frames that wait longest are thrown away, counted, and their time is a gap. */
        DROP_OLDEST,
        /** The frames that come are thrown away, counted, and their time is a gap. */
        DROP_NEWEST
    }

    /**
     * How gaps are filled that X does not backfill.
     *
     * @since 0.1.0
     */
    public enum GapFill {
        /** By a recent search for each rule, whose posts are charged as those of the stream are. */
        SEARCH,
        /** Not at all. */
        NONE
    }

    /**
     * What becomes of connections that X still counts when it refuses one because there are too many.
     *
     * @since 0.1.0
     */
    public enum StaleConnections {
        /** They stay; the stream waits until X forgets them. */
        LEAVE,
        /** All connections of the application to the filtered stream are ended, those of other programs too. */
        KILL
    }

    /**
     * In which words X is asked to write: both are read.
     *
     * @since 0.1.0
     */
    public enum Vocabulary {
        /** {@code tweet.fields}, which gives the most. */
        TWEET,
        /** {@code post.fields}, which X introduced in August 2026. */
        POST
    }

    /**
     * Collects the parts of a {@link TwitterStreamConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final TwitterCredentials credentials;
        private URI baseUrl = DEFAULT_BASE_URL;
        private Duration stallLimit = DEFAULT_STALL_LIMIT;
        private int queueCapacity = DEFAULT_QUEUE_CAPACITY;
        private Overflow overflow = Overflow.BLOCK;
        private Duration overflowWait = DEFAULT_OVERFLOW_WAIT;
        private GapFill gapFill = GapFill.SEARCH;
        private int backfillMinutes;
        private @Nullable Path ledgerFile;
        private StaleConnections staleConnections = StaleConnections.LEAVE;
        private Vocabulary vocabulary = Vocabulary.TWEET;
        private int deduplicationWindow = DEFAULT_DEDUPLICATION_WINDOW;
        private SpendLimits spend = SpendLimits.NONE;

        private Builder(TwitterCredentials credentials) {
            this.credentials = Objects.requireNonNull(credentials, "credentials");
        }

        /**
         * The API's scheme, host and port, by default {@code https://api.x.com}; plain {@code http} only for a loopback
         * address, since the token goes with each request.
         */
        public Builder baseUrl(URI value) {
            baseUrl = Objects.requireNonNull(value, "baseUrl");
            return this;
        }

        /** After how long without a byte a connection counts as dead; 25 s by default, more than 20 s for X itself. */
        public Builder stallLimit(Duration value) {
            stallLimit = Objects.requireNonNull(value, "stallLimit");
            return this;
        }

        /**
         * How many frames wait for the poll, {@value #DEFAULT_QUEUE_CAPACITY} by default; if they are long, as many as 32 MiB
         * hold.
         */
        public Builder queueCapacity(int value) {
            queueCapacity = value;
            return this;
        }

        /** What happens when the queue is full; {@link Overflow#BLOCK} by default. */
        public Builder overflow(Overflow value) {
            overflow = Objects.requireNonNull(value, "overflow");
            return this;
        }

        /** How long the reading waits for room under {@link Overflow#BLOCK}; 10 s by default. */
        public Builder overflowWait(Duration value) {
            overflowWait = Objects.requireNonNull(value, "overflowWait");
            return this;
        }

        /** How gaps are filled; {@link GapFill#SEARCH} by default. */
        public Builder gapFill(GapFill value) {
            gapFill = Objects.requireNonNull(value, "gapFill");
            return this;
        }

        /** How many minutes X may be asked to deliver again after a gap, 1 to 5 for Enterprise accounts; 0 by default. */
        public Builder backfillMinutes(int value) {
            backfillMinutes = value;
            return this;
        }

        /** Where the ledger of gaps is kept; nowhere by default, so that it ends with the source. */
        public Builder ledgerFile(Path value) {
            ledgerFile = Objects.requireNonNull(value, "ledgerFile");
            return this;
        }

        /** What becomes of connections that a crashed run has left; {@link StaleConnections#LEAVE} by default. */
        public Builder staleConnections(StaleConnections value) {
            staleConnections = Objects.requireNonNull(value, "staleConnections");
            return this;
        }

        /** In which words X is asked to write; {@link Vocabulary#TWEET} by default. */
        public Builder vocabulary(Vocabulary value) {
            vocabulary = Objects.requireNonNull(value, "vocabulary");
            return this;
        }

        /** How many ids are remembered so that a post comes once; {@value #DEFAULT_DEDUPLICATION_WINDOW} by default. */
        public Builder deduplicationWindow(int value) {
            deduplicationWindow = value;
            return this;
        }

        /** How many posts may be read; no limit by default. */
        public Builder spend(SpendLimits value) {
            spend = Objects.requireNonNull(value, "spend");
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if a part is not as described; it names them all
         */
        public TwitterStreamConfig build() {
            List<String> faults = new ArrayList<>();
            ApiHost.check(baseUrl, faults);
            if (stallLimit.isNegative() || stallLimit.isZero()) {
                faults.add("The stall limit " + stallLimit + " is not positive");
            }
            if (queueCapacity < 1) {
                faults.add("The queue capacity " + queueCapacity + " is not positive");
            }
            if (overflowWait.isNegative()) {
                faults.add("The overflow wait " + overflowWait + " is negative");
            }
            if (backfillMinutes < 0 || backfillMinutes > 5) {
                faults.add("The " + backfillMinutes + " minutes of backfill are not 0 to 5");
            }
            if (deduplicationWindow < 0) {
                faults.add("The deduplication window " + deduplicationWindow + " is negative");
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new TwitterStreamConfig(this);
        }
    }
}
