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
import com.mongodb.client.MongoDatabase;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.store.ReadableStore;
import dev.nightjar.store.StoredTweets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bson.BsonDocument;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in MongoDB: one document per tweet, its
 * {@code _id} the tweet's id. {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a
 * collection of their own.
 *
 * <p>A write is acknowledged by a majority of the replica set, from its journal. It goes out in unordered bulks; each
 * bulk has {@link Builder#timeout(Duration)} to succeed, the driver's own retries and the search for a primary
 * included.
 *
 * <p>Immutable. Equal when all options are; {@code toString} shows neither the password nor the user part of the
 * connection string nor its query.
 *
 * @since 0.1.0
 */
public final class MongoSinkConfig extends Configuration implements SinkFactory<ClassifiedTweet>, ReadableStore {
    static final Options OPTIONS = Options.of("sink-mongo");
    static final Option<String> URI = OPTIONS.add(Option.text("uri")
            .required()
            .shownAs(MongoSinkConfig::redacted)
            .means("`mongodb://` or `mongodb+srv://` connection string; it may name the database"));
    static final Option<String> DATABASE = OPTIONS.add(Option.text("database")
            .valid("a name that MongoDB takes", accepts(MongoNamespace::checkDatabaseNameValidity))
            .quoted()
            .means("unless set, that of the `uri`, else `nightjar`"));
    static final Option<String> COLLECTION =
            OPTIONS.add(collection("collection", "tweets").means("of the tweets"));
    static final Option<String> COUNTS_COLLECTION =
            OPTIONS.add(collection("counts-collection", "counts").means("of the windowed counts"));
    static final Option<Duration> TIMEOUT =
            OPTIONS.add(Option.duration("timeout", Duration.ofMillis(1), Duration.ofDays(1))
                    .defaultTo(Duration.ofSeconds(10))
                    .means("for opening, and for each bulk of a write"));
    static final Option<String> USERNAME =
            OPTIONS.add(Option.text("username").means("with `password`: `login(user, secret)`"));
    static final Option<Credential> PASSWORD =
            OPTIONS.add(Option.credential("password").means("`env:NAME`, `file:PATH` or the secret itself"));
    static final Option<String> AUTH_SOURCE =
            OPTIONS.add(Option.text("auth-source").defaultTo("admin").means("the database that knows the user"));
    static final Option<Integer> BATCH_SIZE =
            OPTIONS.add(Option.integer("batch-size", 1, 1_000).defaultTo(1_000).means("documents in a bulk"));
    static final Option<Integer> BATCH_BYTES = OPTIONS.add(Option.integer("batch-bytes", 1, 8_388_608)
            .defaultTo(8_388_608)
            .means("bytes of BSON in a bulk; a larger document goes alone"));
    static final Option<Boolean> INDEX_TIME =
            OPTIONS.add(Option.flag("index-time").means("create an index on the time when opening: `indexTime()`"));

    private static final long serialVersionUID = 1L;
    private static final String SRV = "mongodb+srv://";

    private MongoSinkConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param uri the connection string, {@code mongodb://host:port} or {@code mongodb+srv://host}. It may name the
     *     database; a user name and password are better given to {@link Builder#login}
     */
    public static Builder builder(String uri) {
        return new Builder().set(URI, uri);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static MongoSinkConfig fromMap(Map<String, String> options) {
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
     * Connects with a client of its own, which the sink closes.
     *
     * @throws ConfigException if the connection string is malformed, a secret cannot be read or the server refuses the
     *     user
     * @throws dev.nightjar.RetriableException if no primary answers within the timeout
     */
    @Override
    public ErasableSink<ClassifiedTweet> open() {
        return open(DocumentModel.TWEETS, get(COLLECTION));
    }

    /**
     * Uses the caller's client, which the caller closes after the sink. The connection string's hosts and the login are
     * not used; all other options are, the timeout and the write concern included.
     *
     * @throws ConfigException as {@link #open()}
     * @throws dev.nightjar.RetriableException as {@link #open()}
     */
    public ErasableSink<ClassifiedTweet> open(MongoClient client) {
        return open(DocumentModel.TWEETS, get(COLLECTION), client, () -> {});
    }

    /**
     * Reads back the tweets that sinks of this configuration stored, with a client of its own. Only reading them shows
     * whether the server answers.
     *
     * @throws ConfigException if the connection string is malformed or a secret cannot be read
     */
    @Override
    public StoredTweets read() {
        MongoClient client = MongoClients.create(settings());
        return new MongoTweets(
                client,
                database(client)
                        .withTimeout(get(TIMEOUT).toMillis(), TimeUnit.MILLISECONDS)
                        .getCollection(get(COLLECTION), BsonDocument.class));
    }

    /** A sink of {@linkplain WindowedCount windowed counts} in the same database: an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    /** The sink of {@link #counts()} with a client of the caller, as {@link #open(MongoClient)}. */
    public Sink<WindowedCount> openCounts(MongoClient client) {
        return open(DocumentModel.COUNTS, get(COUNTS_COLLECTION), client, () -> {});
    }

    private <T> ErasableSink<T> open(DocumentModel<T> model, String into) {
        MongoClient client = MongoClients.create(settings());
        try {
            return open(model, into, client, client::close);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private <T> ErasableSink<T> open(DocumentModel<T> model, String into, MongoClient client, Runnable release) {
        MongoStore<T> store = MongoStore.open(this, model, database(client), into, release);
        return KeyedSink.erasable(store, get(BATCH_SIZE), get(BATCH_BYTES));
    }

    private MongoDatabase database(MongoClient client) {
        String fromUri = connectionString(get(URI)).getDatabase();
        return client.getDatabase(
                Objects.requireNonNullElse(find(DATABASE), Objects.requireNonNullElse(fromUri, "nightjar")));
    }

    private MongoClientSettings settings() {
        ConnectionString parsed = connectionString(get(URI));
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applicationName("nightjar")
                .applyToLoggerSettings(
                        logger -> logger.maxDocumentLength(1)) // a command holds the tweets; 0 is no limit
                .applyConnectionString(parsed);
        String user = find(USERNAME);
        Credential password = find(PASSWORD);
        if (user != null && password != null) {
            settings.credential(MongoCredential.createCredential(
                    user, get(AUTH_SOURCE), password.resolve().toCharArray()));
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

    /**
     * The connection string without its user part and query, which may both contain secrets. The last {@code @} ends
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
            return config.open(DocumentModel.COUNTS, config.get(COUNTS_COLLECTION));
        }
    }

    private static Option<String> collection(String key, String name) {
        return Option.text(key)
                .valid("a name that MongoDB takes", accepts(MongoNamespace::checkCollectionNameValidity))
                .quoted()
                .defaultTo(name);
    }

    private static Predicate<String> accepts(Consumer<String> check) {
        return name -> {
            try {
                check.accept(name);
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        };
    }

    /**
     * Collects the options of a {@link MongoSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<MongoSinkConfig, Builder> {
        private Builder() {
            super(OPTIONS, MongoSinkConfig::new);
        }

        /** The database; unless set, that of the connection string, else {@code nightjar}. */
        public Builder database(String value) {
            return set(DATABASE, value);
        }

        /** The collection of the tweets; {@code tweets} unless set. */
        public Builder collection(String value) {
            return set(COLLECTION, value);
        }

        /** The collection of the windowed counts; {@code counts} unless set. */
        public Builder countsCollection(String value) {
            return set(COUNTS_COLLECTION, value);
        }

        /** How long opening, and then each bulk of a write, may take; 10 seconds unless set. */
        public Builder timeout(Duration value) {
            return set(TIMEOUT, value);
        }

        /** The user to log in as; none unless set here or in the connection string. The password is read on opening. */
        public Builder login(String user, Credential secret) {
            return set(USERNAME, user).set(PASSWORD, secret);
        }

        /** The database that knows the user of {@link #login}; {@code admin} unless set. */
        public Builder authSource(String value) {
            return set(AUTH_SOURCE, value);
        }

        /** The most documents in one bulk, from 1 to 1,000, which is the default. */
        public Builder batchSize(int value) {
            return set(BATCH_SIZE, value);
        }

        /** The most bytes of BSON in one bulk, from 1 to 8 MiB, which is the default; a larger document goes alone. */
        public Builder batchBytes(int value) {
            return set(BATCH_BYTES, value);
        }

        /**
         * Makes opening create an ascending index on the records' time, {@code created_at} or {@code window_start},
         * unless it is there; not done unless asked.
         */
        public Builder indexTime() {
            return set(INDEX_TIME, true);
        }

        @Override
        protected void check(MongoSinkConfig config, List<String> faults) {
            checkUri(config, faults);
            if (config.get(COLLECTION).equals(config.get(COUNTS_COLLECTION))) {
                faults.add(
                        "The tweets and the counts need a collection each, not both '" + config.get(COLLECTION) + "'");
            }
            if ((config.find(USERNAME) == null) != (config.find(PASSWORD) == null)) {
                faults.add("A login needs both options, 'username' and 'password'");
            }
        }

        /** Refuses contradictions to options here. An SRV string is looked up in the DNS, and so only on opening. */
        private static void checkUri(MongoSinkConfig config, List<String> faults) {
            String uri = config.get(URI);
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
            if (parsed.getCredential() != null && config.find(USERNAME) != null) {
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
    }
}
