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
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
import dev.nightjar.KeyedSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in InfluxDB: one point per tweet id.
 * {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a measurement of their own.
 *
 * <p>Each request has {@link Builder#timeout(Duration)} to be answered and is sent once; {@link dev.nightjar.Retry} repeats
 * a write.
 *
 * <p>Immutable. Equal when all options are; {@code toString} does not show the token.
 *
 * @since 0.1.0
 */
public final class InfluxSinkConfig implements SinkFactory<ClassifiedTweet> {
    /** The default of {@link Builder#measurement}: {@value}. */
    public static final String DEFAULT_MEASUREMENT = "tweets";

    /** The default of {@link Builder#countsMeasurement}: {@value}. */
    public static final String DEFAULT_COUNTS_MEASUREMENT = "counts";

    /** The default of {@link Builder#timeout}: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** The default and the maximum of {@link Builder#batchSize}: {@value}. */
    public static final int DEFAULT_BATCH_SIZE = 5_000;

    /** The default and the maximum of {@link Builder#batchBytes}: {@value}, 4 MiB. */
    public static final int DEFAULT_BATCH_BYTES = 4 * 1024 * 1024;

    private static final long serialVersionUID = 1L;

    private final String url;
    private final String org;
    private final String bucket;
    private final @Nullable Credential token;
    private final String measurement;
    private final String countsMeasurement;
    private final Duration timeout;
    private final int batchSize;
    private final int batchBytes;
    private final boolean omitText;

    private InfluxSinkConfig(Builder builder) {
        this.url = builder.url;
        this.org = builder.org;
        this.bucket = builder.bucket;
        this.token = builder.token;
        this.measurement = builder.measurement;
        this.countsMeasurement = builder.countsMeasurement;
        this.timeout = builder.timeout;
        this.batchSize = builder.batchSize;
        this.batchBytes = builder.batchBytes;
        this.omitText = builder.omitText;
    }

    /**
     * Begins a configuration.
     *
     * @param url where the server is, such as {@code http://localhost:8086}
     * @param org the organization's name; a server without organizations ignores it
     * @param bucket the bucket's name
     */
    public static Builder builder(String url, String org, String bucket) {
        return new Builder(url, org, bucket);
    }

    /**
     * Reads the options {@code url}, {@code org}, {@code bucket}, {@code token}, {@code measurement},
     * {@code counts-measurement}, {@code timeout}, {@code batch-size}, {@code batch-bytes} and {@code omit-text}.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static InfluxSinkConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("sink-influx", options);
        Builder builder = builder(reader.required("url"), reader.required("org"), reader.required("bucket"));
        reader.credential("token", builder::token);
        reader.string("measurement", builder::measurement);
        reader.string("counts-measurement", builder::countsMeasurement);
        reader.duration("timeout", builder::timeout);
        reader.integer("batch-size", builder::batchSize);
        reader.integer("batch-bytes", builder::batchBytes);
        reader.bool("omit-text", omit -> builder.omitText = omit);
        reader.finish();
        return builder.build();
    }

    /**
     * Connects, and shows by a write of nothing that the bucket is there and the token may write to it.
     *
     * @throws ConfigException if the token cannot be read or is refused, or the bucket is missing
     * @throws dev.nightjar.RetriableException if the server does not answer within the timeout
     */
    @Override
    public Sink<ClassifiedTweet> open() {
        return open(PointModel.tweets(new TweetPoint(measurement, !omitText)));
    }

    /** The sink of {@linkplain WindowedCount windowed counts} in the same bucket, as an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    String url() {
        return url;
    }

    String org() {
        return org;
    }

    String bucket() {
        return bucket;
    }

    private <T> Sink<T> open(PointModel<T> model) {
        InfluxDBClientOptions.Builder options = InfluxDBClientOptions.builder()
                .url(url)
                .org(org)
                .bucket(bucket)
                .logLevel(LogLevel.NONE)
                .okHttpClient(new OkHttpClient.Builder()
                        .connectTimeout(timeout)
                        .readTimeout(timeout)
                        .writeTimeout(timeout)
                        .callTimeout(timeout)
                        .followRedirects(false));
        if (token != null) {
            options.authenticateToken(headerValue(token).toCharArray());
        }
        InfluxDBClient client = InfluxDBClientFactory.create(options.build()).enableGzip();
        try {
            InfluxStore<T> store = new InfluxStore<>(this, model, client);
            store.verify();
            return KeyedSink.erasable(store, batchSize, batchBytes);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static String headerValue(Credential token) {
        String value = token.resolve();
        if (!value.chars().allMatch(c -> ' ' < c && c < 0x7F)) {
            throw new ConfigException("The InfluxDB token of " + token + " has a character that no token has");
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InfluxSinkConfig that
                && url.equals(that.url)
                && org.equals(that.org)
                && bucket.equals(that.bucket)
                && Objects.equals(token, that.token)
                && measurement.equals(that.measurement)
                && countsMeasurement.equals(that.countsMeasurement)
                && timeout.equals(that.timeout)
                && batchSize == that.batchSize
                && batchBytes == that.batchBytes
                && omitText == that.omitText;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                url, org, bucket, token, measurement, countsMeasurement, timeout, batchSize, batchBytes, omitText);
    }

    @Override
    public String toString() {
        return "InfluxSinkConfig[url=" + url + ", org=" + org + ", bucket=" + bucket + ", token=" + token
                + ", measurement=" + measurement + ", countsMeasurement=" + countsMeasurement + ", timeout=" + timeout
                + ", batchSize=" + batchSize + ", batchBytes=" + batchBytes + ", omitText=" + omitText + ']';
    }

    /** The counts' factory: a view of the configuration, so equal when that is. */
    private record Counts(InfluxSinkConfig config) implements SinkFactory<WindowedCount> {
        @Override
        public Sink<WindowedCount> open() {
            return config.open(PointModel.counts(new CountPoint(config.countsMeasurement)));
        }
    }

    /**
     * Collects the options of an {@link InfluxSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        /** Needs no escaping; {@code #} would begin a comment, and {@code _} is the server's own. */
        private static final Pattern MEASUREMENT = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

        private final String url;
        private final String org;
        private final String bucket;
        private @Nullable Credential token;
        private String measurement = DEFAULT_MEASUREMENT;
        private String countsMeasurement = DEFAULT_COUNTS_MEASUREMENT;
        private Duration timeout = DEFAULT_TIMEOUT;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private int batchBytes = DEFAULT_BATCH_BYTES;
        private boolean omitText;

        private Builder(String url, String org, String bucket) {
            this.url = Objects.requireNonNull(url, "url");
            this.org = Objects.requireNonNull(org, "org");
            this.bucket = Objects.requireNonNull(bucket, "bucket");
        }

        /** The token, which must be allowed to write to the bucket; none unless set. It is read when opening. */
        public Builder token(Credential value) {
            token = value;
            return this;
        }

        /** The measurement of the tweets; {@value #DEFAULT_MEASUREMENT} unless set. */
        public Builder measurement(String value) {
            measurement = value;
            return this;
        }

        /** The measurement of the windowed counts; {@value #DEFAULT_COUNTS_MEASUREMENT} unless set. */
        public Builder countsMeasurement(String value) {
            countsMeasurement = value;
            return this;
        }

        /** How long the answer to each request may take; 10 seconds unless set. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** The most points in one request, from 1 to {@value #DEFAULT_BATCH_SIZE}, which is the default. */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /**
         * The most bytes of line protocol in one request, from 1 to {@value #DEFAULT_BATCH_BYTES}, which is the default; a
         * longer line goes alone.
         */
        public Builder batchBytes(int value) {
            batchBytes = value;
            return this;
        }

        /** Leaves the tweets' texts out; they are stored unless asked not to. */
        public Builder omitText() {
            omitText = true;
            return this;
        }

        /**
         * The configuration. Nothing is connected yet.
         *
         * @throws ConfigException if an option is refused; it names all that are
         */
        public InfluxSinkConfig build() {
            List<String> faults = new ArrayList<>();
            checkUrl(faults);
            checkGiven(faults, "org", org);
            checkGiven(faults, "bucket", bucket);
            checkMeasurement(faults, "measurement", measurement);
            checkMeasurement(faults, "counts-measurement", countsMeasurement);
            if (measurement.equals(countsMeasurement)) {
                faults.add("The tweets and the counts need a measurement each, not both '" + measurement + "'");
            }
            if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
                faults.add("The option 'timeout' is " + timeout + ", not from 1 ms to 24 days");
            }
            checkRange(faults, "batch-size", batchSize, DEFAULT_BATCH_SIZE);
            checkRange(faults, "batch-bytes", batchBytes, DEFAULT_BATCH_BYTES);
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new InfluxSinkConfig(this);
        }

        /** The URL is not quoted: a user name and password in it are refused, but may be there. */
        private void checkUrl(List<String> faults) {
            try {
                URI uri = new URI(url);
                boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                if (web
                        && uri.getHost() != null
                        && uri.getRawUserInfo() == null
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null) {
                    return;
                }
            } catch (URISyntaxException e) {
                // reported below
            }
            faults.add("The option 'url' is not an address such as http://localhost:8086, without a user and a query");
        }

        private static void checkGiven(List<String> faults, String option, String name) {
            if (name.isBlank()) {
                faults.add("The option '" + option + "' is blank");
            }
        }

        private static void checkMeasurement(List<String> faults, String option, String name) {
            if (!MEASUREMENT.matcher(name).matches()) {
                faults.add("The option '" + option + "' is '" + name
                        + "', not a letter and up to 63 letters, digits, '_'," + " '-' and '.'");
            }
        }

        private static void checkRange(List<String> faults, String option, int value, int maximum) {
            if (value < 1 || value > maximum) {
                faults.add("The option '" + option + "' is " + value + ", not from 1 to " + maximum);
            }
        }
    }
}
