/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.http.ApiHost;
import dev.nightjar.source.twitter.http.Secrets;
import dev.nightjar.source.twitter.http.SeenIds;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.http.Words;
import dev.nightjar.source.twitter.spending.SpendGuard;
import dev.nightjar.source.twitter.spending.SpendLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The filtered stream of the X API v2 ({@code GET /2/tweets/search/stream}) as a source: every tweet that matches a
 * rule of the application, as it is written. The rules are kept by X, not by this class.
 *
 * <p>The source reconnects by itself, at the pace that X asks for. Posts written while it was not connected are a gap
 * in its {@linkplain TwitterStreamSource#gaps ledger}. X backfills the gap if the account may ask for it, otherwise it
 * is searched; what is not filled stays declared as missing. Its position tells up to when posts were passed on, and
 * which gaps were open.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterStreamConfig extends Configuration implements TweetSourceFactory {
    static final Options OPTIONS = Options.of("source-twitter stream").addAll(Secrets.OPTIONS.all());
    static final Option<URI> BASE_URL = OPTIONS.add(ApiHost.BASE_URL);
    static final Option<Opening> OPENING = OPTIONS.add(Option.choice("opening", Opening.class)
            .defaultTo(Opening.CONNECTED)
            .means("whether opening fails where X asks to wait (429, 5xx), or opens and connects when it may"));
    static final Option<Duration> STALL_LIMIT = OPTIONS.add(Option.duration("stall-limit", Duration.ofMillis(1))
            .defaultTo(Duration.ofSeconds(25))
            .means("after how long without a byte a connection counts as dead; X sends a line at least every 20 s"));
    static final Option<Integer> QUEUE_CAPACITY = OPTIONS.add(Option.integer("queue-capacity", 1, Integer.MAX_VALUE)
            .defaultTo(10_000)
            .means("frames that wait for the poll; never more than 32 MiB"));
    static final Option<Overflow> OVERFLOW = OPTIONS.add(Option.choice("overflow", Overflow.class)
            .defaultTo(Overflow.BLOCK)
            .means("what happens when the queue is full, see below"));
    static final Option<Duration> OVERFLOW_WAIT = OPTIONS.add(Option.duration("overflow-wait", Duration.ZERO)
            .defaultTo(Duration.ofSeconds(10))
            .means("how long `block` waits before it gives the connection up"));
    static final Option<GapFill> GAP_FILL = OPTIONS.add(Option.choice("gap-fill", GapFill.class)
            .defaultTo(GapFill.SEARCH)
            .means("whether gaps are searched, with a recent search for each rule"));
    static final Option<Integer> BACKFILL_MINUTES = OPTIONS.add(Option.integer("backfill-minutes", 0, 5)
            .defaultTo(0)
            .means("how much X may be asked to deliver again after a gap (Enterprise)"));
    static final Option<Path> LEDGER_FILE =
            OPTIONS.add(Option.path("ledger-file").means("where the ledger of gaps is kept, one JSON object a line"));
    static final Option<StaleConnections> STALE_CONNECTIONS =
            OPTIONS.add(Option.choice("stale-connections", StaleConnections.class)
                    .defaultTo(StaleConnections.LEAVE)
                    .means("whether connections that X still counts are ended when it refuses one for them"));
    static final Option<Vocabulary> VOCABULARY = OPTIONS.add(Words.VOCABULARY);
    static final Option<Integer> DEDUPLICATION_WINDOW = OPTIONS.add(SeenIds.WINDOW);

    static {
        OPTIONS.addAll(SpendGuard.OPTIONS);
    }

    private static final long serialVersionUID = 1L;

    private TwitterStreamConfig(Builder builder) {
        super(builder);
    }

    /** Begins a configuration with the application's bearer token. */
    public static Builder builder(Credential bearerToken) {
        return builder(TwitterCredentials.bearer(bearerToken));
    }

    /** Begins a configuration with the application's credentials. */
    public static Builder builder(TwitterCredentials credentials) {
        return new Builder().setAll(credentials);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown; it names them all
     */
    public static TwitterStreamConfig fromMap(Map<String, String> options) {
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

    /** Connects to the stream: {@code open(SourcePosition.START)}. */
    @Override
    public TwitterStreamSource open() {
        return open(SourcePosition.START);
    }

    /**
     * Connects to the stream. A source that is opened soon after another was refused goes on where that one's failures
     * stood: it does not connect before X allows.
     *
     * @param position the position of an earlier source: posts written since then are a gap, and its open gaps are
     *     passed to this one
     * @throws FatalException if X refuses: the token is invalid, there is no rule, or the credits are used up
     * @throws dev.nightjar.RetriableException if X does not answer, or asks to wait, unless the source is to {@linkplain
     *     Opening#WAITING wait} then
     */
    @Override
    public TwitterStreamSource open(SourcePosition position) {
        return TwitterStreamSource.open(this, position);
    }

    /**
     * What happens to frames that come while the queue is full.
     *
     * @since 0.1.0
     */
    public enum Overflow {
        /**
         * The reading waits for {@link Builder#overflowWait}, then gives the connection up until half of the queue is
         * free. The missed posts are one gap, which can be searched.
         */
        BLOCK,
        /** The frames that wait longest are thrown away, counted, and their time is a gap. */
        DROP_OLDEST,
        /** The frames that come are thrown away, counted, and their time is a gap. */
        DROP_NEWEST
    }

    /**
     * What opening does when X answers that it may be asked later: with the status 429, or one of a server's errors.
     *
     * @since 0.1.0
     */
    public enum Opening {
        /** It fails; a source that is open is connected. */
        CONNECTED,
        /** The source opens, waits as long as X says, and shows until when in its status. */
        WAITING
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
     * Collects the parts of a {@link TwitterStreamConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<TwitterStreamConfig, Builder> {
        private Builder() {
            super(OPTIONS, TwitterStreamConfig::new);
        }

        /**
         * The API's scheme, host and port, by default {@code https://api.x.com}; plain {@code http} only for a loopback
         * address, since the token goes with each request.
         */
        public Builder baseUrl(URI value) {
            return set(BASE_URL, value);
        }

        /** What opening does when X asks to wait; {@link Opening#CONNECTED} by default. */
        public Builder opening(Opening value) {
            return set(OPENING, value);
        }

        /** After how long without a byte a connection counts as dead; 25 s by default, more than 20 s for X itself. */
        public Builder stallLimit(Duration value) {
            return set(STALL_LIMIT, value);
        }

        /**
         * How many frames wait for the poll, 10,000 by default; if they are long, as many as 32 MiB
         * hold.
         */
        public Builder queueCapacity(int value) {
            return set(QUEUE_CAPACITY, value);
        }

        /** What happens when the queue is full; {@link Overflow#BLOCK} by default. */
        public Builder overflow(Overflow value) {
            return set(OVERFLOW, value);
        }

        /** How long the reading waits for room under {@link Overflow#BLOCK}; 10 s by default. */
        public Builder overflowWait(Duration value) {
            return set(OVERFLOW_WAIT, value);
        }

        /** How gaps are filled; {@link GapFill#SEARCH} by default. */
        public Builder gapFill(GapFill value) {
            return set(GAP_FILL, value);
        }

        /** How many minutes X may be asked to deliver again after a gap, 1 to 5 for Enterprise accounts; default 0. */
        public Builder backfillMinutes(int value) {
            return set(BACKFILL_MINUTES, value);
        }

        /** Where the ledger of gaps is kept; nowhere by default, so that it ends with the source. */
        public Builder ledgerFile(Path value) {
            return set(LEDGER_FILE, value);
        }

        /** What becomes of connections that a crashed run has left; {@link StaleConnections#LEAVE} by default. */
        public Builder staleConnections(StaleConnections value) {
            return set(STALE_CONNECTIONS, value);
        }

        /**
         * In which words X is asked to write, unless it refuses them; {@link Vocabulary#TWEET} by default. The searches
         * for gaps begin with them too.
         */
        public Builder vocabulary(Vocabulary value) {
            return set(VOCABULARY, value);
        }

        /** How many ids are remembered so that a post comes once; 100,000 by default. */
        public Builder deduplicationWindow(int value) {
            return set(DEDUPLICATION_WINDOW, value);
        }

        /** How many posts may be read; no limit by default. */
        public Builder spend(SpendLimits value) {
            return setAll(value);
        }

        @Override
        protected void check(TwitterStreamConfig config, List<String> faults) {
            Secrets.check(config, faults);
            SpendGuard.check(config, faults);
        }
    }
}
