/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.jetstream;

import dev.nightjar.ConfigException;
import dev.nightjar.Experimental;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * The posts of Bluesky as a source, all of them, read from a Jetstream server over a WebSocket without an account. It
 * shows that a {@link TweetSource} need not be X's.
 *
 * <p>A post's id has the form of X's, made from the time in its record key and a hash of its author and key, so every
 * sink accepts it. Two posts of the same millisecond share an id once in four million times. Deletions are deletions; a
 * record key without a time is skipped and counted. The position is the server's time of the last event, from which a
 * source that is reopened or reconnects goes on. That event comes again, but sinks that write by id hold it once.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
@Experimental
public final class JetstreamConfig extends Configuration implements TweetSourceFactory {
    static final Options OPTIONS = Options.of("jetstream");
    static final Option<URI> ENDPOINT = OPTIONS.add(Option.of("endpoint", "a URL", URI::create)
            .valid("wss://host/path, or ws:// for a server of one's own", JetstreamConfig::isWebSocket)
            .quoted()
            .defaultTo(URI.create("wss://jetstream2.us-east.bsky.network/subscribe"))
            .means("the server, by default one of the public ones"));
    static final Option<Duration> STALL_LIMIT = OPTIONS.add(Option.duration("stall-limit", Duration.ofMillis(1))
            .defaultTo(Duration.ofSeconds(30))
            .means("after how long without a message a connection counts as dead"));
    static final Option<Integer> QUEUE_CAPACITY = OPTIONS.add(Option.integer("queue-capacity", 1, Integer.MAX_VALUE)
            .defaultTo(2_000)
            .means("messages that wait for the poll"));

    private static final long serialVersionUID = 1L;

    private JetstreamConfig(Builder builder) {
        super(builder);
    }

    /** Begins a configuration. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is malformed, refused or unknown; it names them all
     */
    public static JetstreamConfig fromMap(Map<String, String> options) {
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
     * Connects.
     *
     * @throws ConfigException if the position is not one of this source
     * @throws dev.nightjar.RetriableException if the server does not answer
     */
    @Override
    public TweetSource open(SourcePosition position) {
        return JetstreamSource.open(this, position);
    }

    private static boolean isWebSocket(URI endpoint) {
        String scheme = String.valueOf(endpoint.getScheme());
        return endpoint.getHost() != null
                && endpoint.getRawQuery() == null
                && (scheme.equals("ws") || scheme.equals("wss"));
    }

    /**
     * Collects the parts of a {@link JetstreamConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<JetstreamConfig, Builder> {
        private Builder() {
            super(OPTIONS, JetstreamConfig::new);
        }

        /** The server's address, {@code wss://host/subscribe}, or {@code ws:} for a server of your own. */
        public Builder endpoint(URI value) {
            return set(ENDPOINT, value);
        }

        /** After how long without a message a connection counts as dead; 30 s by default. */
        public Builder stallLimit(Duration value) {
            return set(STALL_LIMIT, value);
        }

        /**
         * How many messages wait for the poll; 2,000 by default. When they are that many, no more are read until a poll
         * takes some.
         */
        public Builder queueCapacity(int value) {
            return set(QUEUE_CAPACITY, value);
        }
    }
}
