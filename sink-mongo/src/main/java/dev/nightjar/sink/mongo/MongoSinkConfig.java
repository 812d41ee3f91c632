/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.MongoNamespace;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.Credential;
import dev.nightjar.KeyedSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in MongoDB: one document per tweet, its
 * {@code _id} the tweet's id. {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a collection
 * of their own.
 *
 * <p>A write is acknowledged by a majority of the replica set, from its journal. It goes out in unordered bulks; each bulk
 * has {@link Builder#timeout(Duration)} to succeed, the driver's own retries and the search for a primary included.
 *
 * <p>Immutable. Equal when all options are; {@code toString} shows neither the password nor the user part of the
 * connection string nor its query.
 *
 * @since 0.1.0
 */
public final class MongoSinkConfig implements SinkFactory<ClassifiedTweet> {
    /** The database, where neither {@link Builder#database} nor the connection string names one: {@value}. */
    public static final String DEFAULT_DATABASE = "nightjar";

    /** The default of {@link Builder#collection}: {@value}. */
    public static final String DEFAULT_COLLECTION = "tweets";

    /** The default of {@link Builder#countsCollection}: {@value}. */
    public static final String DEFAULT_COUNTS_COLLECTION = "counts";

    /** The default of {@link Builder#timeout}: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link Builder#authSource}: {@value}. */
    public static final String DEFAULT_AUTH_SOURCE = "admin";

    /** The default and the maximum of {@link Builder#batchSize}: {@value}. */
    public static final int DEFAULT_BATCH_SIZE = 1_000;

    /** The default and the maximum of {@link Builder#batchBytes}: {@value}, 8 MiB. */
    public static final int DEFAULT_BATCH_BYTES = 8 * 1024 * 1024;

    private static final long serialVersionUID = 1L;
    private static final String SRV = "mongodb+srv://";

    private final String uri;
    private final @Nullable String database;
    private final String collection;
    private final String countsCollection;
    private final Duration timeout;
    private final @Nullable String username;
    private final @Nullable Credential password;
    private final String authSource;
    private final int batchSize;
    private final int batchBytes;
    private final boolean timeIndex;

    private MongoSinkConfig(Builder builder) {
        this.uri = builder.uri;
        this.database = builder.database;
        this.collection = builder.collection;
        this.countsCollection = builder.countsCollection;
        this.timeout = builder.timeout;
        this.username = builder.username;
        this.password = builder.password;
        this.authSource = builder.authSource;
        this.batchSize = builder.batchSize;
        this.batchBytes = builder.batchBytes;
        this.timeIndex = builder.timeIndex;
    }

    /**
     * Begins a configuration.
     *
     * @param uri the connection string, {@code mongodb://host:port} or {@code mongodb+srv://host}. It may name the
     *     database; a user name and password are better given to {@link Builder#login}
     */
    public static Builder builder(String uri) {
        return new Builder(uri);
    }

    /**
     * Reads the options {@code uri}, {@code database}, {@code collection}, {@code counts-collection}, {@code timeout},
     * {@code username}, {@code password}, {@code auth-source}, {@code batch-size}, {@code batch-bytes} and
     * {@code index-time}.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static MongoSinkConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("sink-mongo", options);
        Builder builder = builder(reader.required("uri"));
        reader.string("database", builder::database);
        reader.string("collection", builder::collection);
        reader.string("counts-collection", builder::countsCollection);
        reader.duration("timeout", builder::timeout);
        reader.string("username", username -> builder.username = username);
        reader.credential("password", password -> builder.password = password);
        reader.string("auth-source", builder::authSource);
        reader.integer("batch-size", builder::batchSize);
        reader.integer("batch-bytes", builder::batchBytes);
        reader.bool("index-time", index -> builder.timeIndex = index);
        reader.finish();
        return builder.build();
    }

    /**
     * Connects with a client of its own, which the sink closes.
     *
     * @throws ConfigException if the connection string is malformed, a secret cannot be read or the server refuses the
     *     user
     * @throws dev.nightjar.RetriableException if no primary answers within the timeout
     */
    @Override
    public Sink<ClassifiedTweet> open() {
        return open(DocumentModel.TWEETS, collection);
    }

    /**
     * Uses a client of the caller, who closes it after the sink. The connection string's hosts and the login are not used;
     * all other options are, the timeout and the write concern included.
     *
     * @throws ConfigException as {@link #open()}
     * @throws dev.nightjar.RetriableException as {@link #open()}
     */
    public Sink<ClassifiedTweet> open(MongoClient client) {
        return open(DocumentModel.TWEETS, collection, client, () -> {});
    }

    /** The sink of {@linkplain WindowedCount windowed counts} in the same database, as an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    /** The sink of {@link #counts()} with a client of the caller, as {@link #open(MongoClient)}. */
    public Sink<WindowedCount> openCounts(MongoClient client) {
        return open(DocumentModel.COUNTS, countsCollection, client, () -> {});
    }

    Duration timeout() {
        return timeout;
    }

    boolean timeIndex() {
        return timeIndex;
    }

    private <T> Sink<T> open(DocumentModel<T> model, String into) {
        MongoClient client = MongoClients.create(settings());
        try {
            return open(model, into, client, client::close);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private <T> Sink<T> open(DocumentModel<T> model, String into, MongoClient client, Runnable release) {
        String fromUri = connectionString(uri).getDatabase();
        String name = database != null ? database : fromUri != null ? fromUri : DEFAULT_DATABASE;
        MongoStore<T> store = MongoStore.open(this, model, client.getDatabase(name), into, release);
        return KeyedSink.erasable(store, batchSize, batchBytes);
    }

    private MongoClientSettings settings() {
        ConnectionString parsed = connectionString(uri);
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applicationName("nightjar")
                .applyToLoggerSettings(
                        logger -> logger.maxDocumentLength(1)) // a command holds the tweets; 0 is no limit
                .applyConnectionString(parsed);
        if (username != null && password != null) {
            settings.credential(MongoCredential.createCredential(
                    username, authSource, password.resolve().toCharArray()));
        }
        return settings.build();
    }

    /** The driver's own message is left out, since it may quote a password that was not percent-encoded. */
    private static ConnectionString connectionString(String uri) {
        try {
            return new ConnectionString(uri);
        } catch (RuntimeException e) {
            throw new ConfigException(
                    "The option 'uri' is not a MongoDB connection string such as mongodb://host:27017/database; a user"
                            + " name or password in it must be percent-encoded");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MongoSinkConfig that
                && uri.equals(that.uri)
                && Objects.equals(database, that.database)
                && collection.equals(that.collection)
                && countsCollection.equals(that.countsCollection)
                && timeout.equals(that.timeout)
                && Objects.equals(username, that.username)
                && Objects.equals(password, that.password)
                && authSource.equals(that.authSource)
                && batchSize == that.batchSize
                && batchBytes == that.batchBytes
                && timeIndex == that.timeIndex;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                uri,
                database,
                collection,
                countsCollection,
                timeout,
                username,
                password,
                authSource,
                batchSize,
                batchBytes,
                timeIndex);
    }

    @Override
    public String toString() {
        return "MongoSinkConfig[uri=" + redacted(uri) + ", database=" + database + ", collection=" + collection
                + ", countsCollection=" + countsCollection + ", timeout=" + timeout + ", username=" + username
                + ", password=" + password + ", authSource=" + authSource + ", batchSize=" + batchSize
                + ", batchBytes=" + batchBytes + ", timeIndex=" + timeIndex + ']';
    }

    /**
     * The connection string without its user part and its query, both of which may hold secrets. The last {@code @} ends
     * the user part: one in the password should be percent-encoded, but nothing has checked that it is.
     */
    private static String redacted(String uri) {
        int scheme = uri.indexOf("://") + 3;
        int user = uri.lastIndexOf('@') + 1;
        int query = uri.indexOf('?', Math.max(scheme, user));
        return uri.substring(0, Math.min(scheme, uri.length()))
                + (user > scheme ? "***@" : "")
                + uri.substring(Math.max(scheme, user), query < 0 ? uri.length() : query)
                + (query < 0 ? "" : "?***");
    }

    /** The counts' factory: a view of the configuration, so equal when that is. */
    private record Counts(MongoSinkConfig config) implements SinkFactory<WindowedCount> {
        @Override
        public Sink<WindowedCount> open() {
            return config.open(DocumentModel.COUNTS, config.countsCollection);
        }
    }

    /**
     * Collects the options of a {@link MongoSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final String uri;
        private @Nullable String database;
        private String collection = DEFAULT_COLLECTION;
        private String countsCollection = DEFAULT_COUNTS_COLLECTION;
        private Duration timeout = DEFAULT_TIMEOUT;
        private @Nullable String username;
        private @Nullable Credential password;
        private String authSource = DEFAULT_AUTH_SOURCE;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private int batchBytes = DEFAULT_BATCH_BYTES;
        private boolean timeIndex;

        private Builder(String uri) {
            this.uri = Objects.requireNonNull(uri, "uri");
        }

        /** The database; unless set, that of the connection string, else {@value #DEFAULT_DATABASE}. */
        public Builder database(String value) {
            database = value;
            return this;
        }

        /** The collection of the tweets; {@value #DEFAULT_COLLECTION} unless set. */
        public Builder collection(String value) {
            collection = value;
            return this;
        }

        /** The collection of the windowed counts; {@value #DEFAULT_COUNTS_COLLECTION} unless set. */
        public Builder countsCollection(String value) {
            countsCollection = value;
            return this;
        }

        /** How long opening, and then each bulk of a write, may take; 10 seconds unless set. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** Whom to log in as; nobody unless set here or in the connection string. The password is read when opening. */
        public Builder login(String user, Credential secret) {
            username = user;
            password = secret;
            return this;
        }

        /** The database that knows the user of {@link #login}; {@value #DEFAULT_AUTH_SOURCE} unless set. */
        public Builder authSource(String value) {
            authSource = value;
            return this;
        }

        /** The most documents in one bulk, from 1 to {@value #DEFAULT_BATCH_SIZE}, which is the default. */
        public Builder batchSize(int value) {
            batchSize = value;
            return this;
        }

        /**
         * The most bytes of BSON in one bulk, from 1 to {@value #DEFAULT_BATCH_BYTES}, which is the default; a larger
         * document goes alone.
         */
        public Builder batchBytes(int value) {
            batchBytes = value;
            return this;
        }

        /**
         * Makes opening create an ascending index on the records' time, {@code created_at} or {@code window_start}, unless it
         * is there; not done unless asked.
         */
        public Builder indexTime() {
            timeIndex = true;
            return this;
        }

        /**
         * The configuration. Nothing is connected or looked up yet.
         *
         * @throws ConfigException if an option is refused; it names all that are
         */
        public MongoSinkConfig build() {
            List<String> faults = new ArrayList<>();
            checkUri(faults);
            checkName(
                    faults,
                    "database",
                    database == null ? DEFAULT_DATABASE : database,
                    MongoNamespace::checkDatabaseNameValidity);
            checkName(faults, "collection", collection, MongoNamespace::checkCollectionNameValidity);
            checkName(faults, "counts-collection", countsCollection, MongoNamespace::checkCollectionNameValidity);
            if (collection.equals(countsCollection)) {
                faults.add("The tweets and the counts need a collection each, not both '" + collection + "'");
            }
            if (timeout.toMillis() < 1) {
                faults.add("The option 'timeout' is " + timeout + ", shorter than a millisecond");
            }
            if ((username == null) != (password == null)) {
                faults.add("A login needs both options, 'username' and 'password'");
            }
            checkRange(faults, "batch-size", batchSize, DEFAULT_BATCH_SIZE);
            checkRange(faults, "batch-bytes", batchBytes, DEFAULT_BATCH_BYTES);
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new MongoSinkConfig(this);
        }

        /** Refuses what would contradict an option here. An SRV string is looked up in the DNS, so only when opening. */
        private void checkUri(List<String> faults) {
            if (uri.startsWith(SRV)) {
                return;
            }
            ConnectionString parsed;
            try {
                parsed = connectionString(uri);
            } catch (ConfigException e) {
                faults.addAll(e.faults());
                return;
            }
            if (parsed.getCredential() != null && username != null) {
                faults.add("The option 'uri' has a user, as has the option 'username'; leave one of the two out");
            }
            if (parsed.getTimeout() != null) {
                faults.add("The option 'uri' sets timeoutMS; use the option 'timeout' instead");
            }
            WriteConcern concern = parsed.getWriteConcern();
            if (concern != null && !"majority".equals(concern.getWObject())) {
                faults.add(
                        "The option 'uri' sets a write concern that could lose acknowledged tweets; leave it out: a majority"
                                + " acknowledges every write");
            }
        }

        private static void checkName(
                List<String> faults, String option, String name, java.util.function.Consumer<String> check) {
            try {
                check.accept(name);
            } catch (IllegalArgumentException e) {
                faults.add("MongoDB refuses the name '" + name + "' of the option '" + option + "'");
            }
        }

        private static void checkRange(List<String> faults, String option, int value, int maximum) {
            if (value < 1 || value > maximum) {
                faults.add("The option '" + option + "' is " + value + ", not from 1 to " + maximum);
            }
        }
    }
}
