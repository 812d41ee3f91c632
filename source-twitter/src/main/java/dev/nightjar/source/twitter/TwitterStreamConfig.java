/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
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
 * The filtered stream of the X API v2 ({@code GET /2/tweets/search/stream}) as a source: every tweet that matches a rule
 * of the application, as it is written. The rules are kept by X, not by this class.
 *
 * <p>The source reconnects by itself, at the pace that X asks for. It cannot be rewound: what was written while it was not
 * connected is missing, and its position, the newest id it has seen, tells from where.
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

    /** How many records wait for the poll before the connection is read no further. */
    public static final int DEFAULT_QUEUE_CAPACITY = 10_000;

    private static final long serialVersionUID = 1L;

    private final TwitterCredentials credentials;
    private final URI baseUrl;
    private final Duration stallLimit;
    private final int queueCapacity;

    private TwitterStreamConfig(Builder builder) {
        this.credentials = builder.credentials;
        this.baseUrl = builder.baseUrl;
        this.stallLimit = builder.stallLimit;
        this.queueCapacity = builder.queueCapacity;
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
     * {@code base-url}, {@code stall-limit} and {@code queue-capacity}.
     *
     * @throws ConfigException if an option is missing, malformed or unknown; it names them all
     */
    public static TwitterStreamConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("source-twitter", options);
        Builder builder = builder(TwitterCredentials.from(reader));
        reader.string("base-url", text -> builder.baseUrl(URI.create(text)));
        reader.duration("stall-limit", builder::stallLimit);
        reader.integer("queue-capacity", builder::queueCapacity);
        reader.finish();
        return builder.build();
    }

    /**
     * Connects to the stream.
     *
     * @param position where an earlier source stood; kept as the new source's position until it sees a newer tweet
     * @throws ConfigException if X refuses: the token is not valid, there is no rule, the credits are used up
     * @throws dev.nightjar.RetriableException if X does not answer, or asks to wait
     */
    @Override
    public TweetSource open(SourcePosition position) {
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TwitterStreamConfig that
                && credentials.equals(that.credentials)
                && baseUrl.equals(that.baseUrl)
                && stallLimit.equals(that.stallLimit)
                && queueCapacity == that.queueCapacity;
    }

    @Override
    public int hashCode() {
        return Objects.hash(credentials, baseUrl, stallLimit, queueCapacity);
    }

    @Override
    public String toString() {
        return "TwitterStreamConfig[credentials=" + credentials + ", baseUrl=" + baseUrl + ", stallLimit=" + stallLimit
                + ", queueCapacity=" + queueCapacity + ']';
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
         * How many records wait for the poll before the connection is read no further; {@value #DEFAULT_QUEUE_CAPACITY} by
         * default. X disconnects a client that does not read.
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
        public TwitterStreamConfig build() {
            List<String> faults = new ArrayList<>();
            ApiHost.check(baseUrl, faults);
            if (stallLimit.isNegative() || stallLimit.isZero()) {
                faults.add("The stall limit " + stallLimit + " is not positive");
            }
            if (queueCapacity < 1) {
                faults.add("The queue capacity " + queueCapacity + " is not positive");
            }
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new TwitterStreamConfig(this);
        }
    }
}
