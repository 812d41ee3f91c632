/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Experimental;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The posts of Bluesky as a source, all of them, read from a Jetstream server over a WebSocket without an account. It shows
 * that a {@link TweetSource} need not be X's.
 *
 * <p>A post's id is made like X's, of the time in its record key and of a hash of its author and key, so that every sink
 * takes it; two posts of one millisecond share an id once in four million times. Deletions are deletions; a record key
 * without a time is skipped and counted. The position is the server's time of the last event, from which a source that is
 * reopened or connects again goes on; the event itself comes again, so sinks that write by id hold it once.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
@Experimental
public final class JetstreamConfig implements TweetSourceFactory {
    /** One of the public servers. */
    public static final URI DEFAULT_ENDPOINT = URI.create("wss://jetstream2.us-east.bsky.network/subscribe");

    /** The default of {@link Builder#stallLimit}: 30 seconds. */
    public static final Duration DEFAULT_STALL_LIMIT = Duration.ofSeconds(30);

    /** The default of {@link Builder#queueCapacity}, in messages: {@value}. */
    public static final int DEFAULT_QUEUE_CAPACITY = 2_000;

    private static final long serialVersionUID = 1L;

    private final URI endpoint;
    private final Duration stallLimit;
    private final int queueCapacity;

    private JetstreamConfig(Builder builder) {
        this.endpoint = builder.endpoint;
        this.stallLimit = builder.stallLimit;
        this.queueCapacity = builder.queueCapacity;
    }

    /** Begins a configuration. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads {@code endpoint}, {@code stall-limit} and {@code queue-capacity}.
     *
     * @throws ConfigException if an option is malformed or unknown; it names them all
     */
    public static JetstreamConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("jetstream", options);
        Builder builder = builder();
        reader.string("endpoint", text -> builder.endpoint(URI.create(text)));
        reader.duration("stall-limit", builder::stallLimit);
        reader.integer("queue-capacity", builder::queueCapacity);
        reader.finish();
        return builder.build();
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

    URI endpoint() {
        return endpoint;
    }

    Duration stallLimit() {
        return stallLimit;
    }

    int queueCapacity() {
        return queueCapacity;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JetstreamConfig that
                && endpoint.equals(that.endpoint)
                && stallLimit.equals(that.stallLimit)
                && queueCapacity == that.queueCapacity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(endpoint, stallLimit, queueCapacity);
    }

    @Override
    public String toString() {
        return "JetstreamConfig[endpoint=" + endpoint + ", stallLimit=" + stallLimit + ", queueCapacity="
                + queueCapacity + ']';
    }

    /**
     * Collects the parts of a {@link JetstreamConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private URI endpoint = DEFAULT_ENDPOINT;
        private Duration stallLimit = DEFAULT_STALL_LIMIT;
        private int queueCapacity = DEFAULT_QUEUE_CAPACITY;

        private Builder() {}

        /** The server's address, {@code wss://host/subscribe}, or {@code ws:} for a server of one's own. */
        public Builder endpoint(URI value) {
            endpoint = Objects.requireNonNull(value, "endpoint");
            return this;
        }

        /** After how long without a message a connection counts as dead; 30 s by default. */
        public Builder stallLimit(Duration value) {
            stallLimit = Objects.requireNonNull(value, "stallLimit");
            return this;
        }

        /**
         * How many messages wait for the poll; {@value #DEFAULT_QUEUE_CAPACITY} by default. When they are that many, no
         * more are read until a poll takes some.
         */
        public Builder queueCapacity(int value) {
            queueCapacity = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigException if a part is not as described; it names them all
         */
        public JetstreamConfig build() {
            List<String> faults = new ArrayList<>();
            String scheme = String.valueOf(endpoint.getScheme());
            if (endpoint.getHost() == null
                    || endpoint.getRawQuery() != null
                    || !(scheme.equals("ws") || scheme.equals("wss"))) {
                faults.add("The endpoint '" + endpoint + "' is not wss://host/path");
            }
            if (stallLimit.isNegative() || stallLimit.isZero()) {
                faults.add("The stall limit " + stallLimit + " is not positive");
            }
            if (queueCapacity < 1) {
                faults.add("The queue capacity " + queueCapacity + " is not positive");
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new JetstreamConfig(this);
        }
    }
}
