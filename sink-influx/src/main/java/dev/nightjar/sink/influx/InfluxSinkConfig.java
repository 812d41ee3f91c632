/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.influxdb.LogLevel;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.io.Server;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.store.ReadableStore;
import dev.nightjar.store.StoredTweets;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in InfluxDB: one point per tweet id.
 * {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a measurement of their own.
 *
 * <p>Each request has {@link Builder#timeout(Duration)} to be answered and is sent once; {@link
 * dev.nightjar.delivery.Retry} repeats a write.
 *
 * <p>Immutable. Equal when all options are; {@code toString} does not show the token.
 *
 * @since 0.1.0
 */
public final class InfluxSinkConfig extends Configuration implements SinkFactory<ClassifiedTweet>, ReadableStore {
    static final Options OPTIONS = Options.of("sink-influx");
    static final Option<String> URL = OPTIONS.add(Option.text("url")
            .required()
            .valid(
                    "an address such as http://localhost:8086, without a user and a query",
                    InfluxSinkConfig::isPlainAddress)
            .means("where the server is, `http://` or `https://`"));
    static final Option<String> ORG = OPTIONS.add(
            Option.text("org").required().means("the organization's name; ignored by servers that have none"));
    static final Option<String> BUCKET =
            OPTIONS.add(Option.text("bucket").required().means("the bucket's name"));
    static final Option<Credential> TOKEN =
            OPTIONS.add(Option.credential("token").means("`env:NAME`, `file:PATH` or the secret itself"));
    static final Option<String> MEASUREMENT =
            OPTIONS.add(measurement("measurement").defaultTo("tweets").means("of the tweets"));
    static final Option<String> COUNTS_MEASUREMENT =
            OPTIONS.add(measurement("counts-measurement").defaultTo("counts").means("of the windowed counts"));
    static final Option<Duration> TIMEOUT =
            OPTIONS.add(Option.duration("timeout", Duration.ofMillis(1), Duration.ofDays(24))
                    .defaultTo(Duration.ofSeconds(10))
                    .means("for the answer to each request"));
    static final Option<Integer> BATCH_SIZE =
            OPTIONS.add(Option.integer("batch-size", 1, 5_000).defaultTo(5_000).means("points in a request"));
    static final Option<Integer> BATCH_BYTES = OPTIONS.add(Option.integer("batch-bytes", 1, 4_194_304)
            .defaultTo(4_194_304)
            .means("bytes of line protocol in a request, before gzip; a longer line goes alone"));
    static final Option<Boolean> ALLOW_INSECURE = OPTIONS.add(Option.flag("allow-insecure")
            .means("send the token by `http://` to another machine, on a network that is trusted: `allowInsecure()`"));
    static final Option<Boolean> OMIT_TEXT =
            OPTIONS.add(Option.flag("omit-text").means("leave the tweets' texts out: `omitText()`"));

    private static final long serialVersionUID = 1L;

    private InfluxSinkConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param url where the server is, such as {@code http://localhost:8086}
     * @param org the organization's name; a server without organizations ignores it
     * @param bucket the bucket's name
     */
    public static Builder builder(String url, String org, String bucket) {
        return new Builder().set(URL, url).set(ORG, org).set(BUCKET, bucket);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static InfluxSinkConfig fromMap(Map<String, String> options) {
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
     * Connects, and shows by a write of nothing that the bucket is there and the token may write to it.
     *
     * @throws ConfigException if the token cannot be read or is refused, or the bucket is missing
     * @throws dev.nightjar.RetriableException if the server does not answer within the timeout
     */
    @Override
    public ErasableSink<ClassifiedTweet> open() {
        TweetPoint point = new TweetPoint(get(MEASUREMENT), !get(OMIT_TEXT));
        return KeyedSink.erasable(
                connect(client -> new TweetStore(this, point, client)), get(BATCH_SIZE), get(BATCH_BYTES));
    }

    /** The sink of {@linkplain WindowedCount windowed counts} in the same bucket, as an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    /**
     * What is stored, read back; the token must be allowed to read the bucket, too. Nothing is asked before the first
     * question. Of the scores of a tweet only the best is there, see the README for what else a point does not keep.
     *
     * @throws ConfigException if the token cannot be read
     */
    @Override
    public StoredTweets read() {
        return new InfluxTweets(this, client());
    }

    private <S extends InfluxStore<?>> S connect(Function<InfluxDBClient, S> opening) {
        InfluxDBClient client = client();
        try {
            S store = opening.apply(client);
            store.verify();
            return store;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private InfluxDBClient client() {
        Duration timeout = get(TIMEOUT);
        InfluxDBClientOptions.Builder options = InfluxDBClientOptions.builder()
                .url(get(URL))
                .org(get(ORG))
                .bucket(get(BUCKET))
                .logLevel(LogLevel.NONE)
                .okHttpClient(new OkHttpClient.Builder()
                        .connectTimeout(timeout)
                        .readTimeout(timeout)
                        .writeTimeout(timeout)
                        .callTimeout(timeout)
                        .followRedirects(false));
        Credential token = find(TOKEN);
        if (token != null) {
            options.authenticateToken(headerValue(token).toCharArray());
        }
        return InfluxDBClientFactory.create(options.build()).enableGzip();
    }

    private static String headerValue(Credential token) {
        String value = token.resolve();
        if (!value.chars().allMatch(c -> ' ' < c && c < 0x7F)) {
            throw new ConfigException("The InfluxDB token of " + token + " has a character that no token has");
        }
        return value;
    }

    /** The counts' factory: a view of the configuration, so equal when that is. */
    private record Counts(InfluxSinkConfig config) implements SinkFactory<WindowedCount> {
        @Override
        public Sink<WindowedCount> open() {
            PointModel<WindowedCount> model = PointModel.counts(new CountPoint(config.get(COUNTS_MEASUREMENT)));
            InfluxStore<WindowedCount> store = config.connect(client -> new InfluxStore<>(config, model, client));
            return new KeyedSink<>(store, config.get(BATCH_SIZE), config.get(BATCH_BYTES));
        }
    }

    private static boolean isPlainAddress(String url) {
        try {
            URI uri = new URI(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** One that needs no escaping; {@code #} would begin a comment, and {@code _} is the server's own. */
    private static Option<String> measurement(String key) {
        return Option.text(key)
                .valid(
                        "a letter and up to 63 letters, digits, '_', '-' and '.'",
                        Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}").asMatchPredicate())
                .quoted();
    }

    /**
     * Collects the options of an {@link InfluxSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<InfluxSinkConfig, Builder> {
        private Builder() {
            super(OPTIONS, InfluxSinkConfig::new);
        }

        /** The token, which must be allowed to write to the bucket; none unless set. It is read when opening. */
        public Builder token(Credential value) {
            return set(TOKEN, value);
        }

        /** The measurement of the tweets; {@code tweets} unless set. */
        public Builder measurement(String value) {
            return set(MEASUREMENT, value);
        }

        /** The measurement of the windowed counts; {@code counts} unless set. */
        public Builder countsMeasurement(String value) {
            return set(COUNTS_MEASUREMENT, value);
        }

        /** How long the answer to each request may take; 10 seconds unless set. */
        public Builder timeout(Duration value) {
            return set(TIMEOUT, value);
        }

        /** The most points in one request, from 1 to 5,000, which is the default. */
        public Builder batchSize(int value) {
            return set(BATCH_SIZE, value);
        }

        /**
         * The most bytes of line protocol in one request, from 1 to 4 MiB, which is the default; a longer line goes
         * alone.
         */
        public Builder batchBytes(int value) {
            return set(BATCH_BYTES, value);
        }

        /**
         * Sends the token by {@code http://} to another machine, where all on the way can read it: for a network that
         * is trusted itself.
         */
        public Builder allowInsecure() {
            return set(ALLOW_INSECURE, true);
        }

        /** Leaves the tweets' texts out; they are stored unless asked not to. */
        public Builder omitText() {
            return set(OMIT_TEXT, true);
        }

        @Override
        protected void check(InfluxSinkConfig config, List<String> faults) {
            String url = config.get(URL);
            if (config.find(TOKEN) != null && !config.get(ALLOW_INSECURE) && !Server.isPrivate(URI.create(url))) {
                faults.add("The token would be sent to " + url
                        + " for all to read; use https, or 'allow-insecure' on a network that you trust");
            }
            if (config.get(MEASUREMENT).equals(config.get(COUNTS_MEASUREMENT))) {
                faults.add("The tweets and the counts need a measurement each, not both '" + config.get(MEASUREMENT)
                        + "'");
            }
        }
    }
}
