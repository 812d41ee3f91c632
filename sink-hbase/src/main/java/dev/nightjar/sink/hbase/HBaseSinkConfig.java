/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ErasableSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.store.ReadableStore;
import dev.nightjar.store.StoredTweets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.hbase.TableName;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in HBase: one row per tweet, its key made
 * of the tweet's id. {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a table of their
 * own.
 *
 * <p>Settings that are missing here are taken from an {@code hbase-site.xml} on the class path, if there is one;
 * retries and time limits always come from here.
 *
 * <p>Immutable. Equal when all options are; {@code toString} shows the names of the extra properties, not their values.
 *
 * @since 0.1.0
 */
public final class HBaseSinkConfig extends Configuration implements SinkFactory<ClassifiedTweet>, ReadableStore {
    private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_.-]+(?::([0-9]{1,5}))?");

    static final Options OPTIONS = Options.of("sink-hbase");
    static final Option<String> QUORUM = OPTIONS.add(Option.text("quorum")
            .required()
            .valid("ZooKeeper servers, host or host:port, separated by commas", HBaseSinkConfig::isQuorum)
            .quoted()
            .means("those of the cluster; the port is 2181 unless given"));
    static final Option<String> ZNODE_PARENT = OPTIONS.add(Option.text("znode-parent")
            .valid(
                    "a path such as /hbase",
                    Pattern.compile("(/[A-Za-z0-9_.-]+)+").asMatchPredicate())
            .quoted()
            .defaultTo("/hbase")
            .means("the ZooKeeper node under which the cluster keeps its own"));
    static final Option<String> NAMESPACE = OPTIONS.add(
            name("namespace", "nightjar", TableName::isLegalNamespaceName).means("of both tables"));
    static final Option<String> TABLE = OPTIONS.add(name("table", "tweets", TableName::isLegalTableQualifierName)
            .means("of the tweets, without the namespace"));
    static final Option<String> COUNTS_TABLE =
            OPTIONS.add(name("counts-table", "counts", TableName::isLegalTableQualifierName)
                    .means("of the windowed counts, without the namespace"));
    static final Option<Integer> SALT_BUCKETS = OPTIONS.add(Option.integer("salt-buckets", 1, 256)
            .defaultTo(16)
            .means("regions at creation; a table keeps the number that it was created with"));
    static final Option<Duration> DEADLINE = OPTIONS.add(Option.duration("deadline", Duration.ofSeconds(1))
            .defaultTo(Duration.ofSeconds(30))
            .means("how long opening, and then each request of some 4 MiB, is repeated"));
    static final Option<Boolean> CREATE_TABLES = OPTIONS.add(Option.flag("create-tables")
            .defaultTo(true)
            .means("create the tables and the namespace if they are missing: `existingTables()` does not"));
    static final Option<Duration> KEEP =
            OPTIONS.add(Option.duration("keep", Duration.ofSeconds(1), Duration.ofDays(20_000))
                    .means("a table that is created here drops what is older (its TTL); never unless set"));
    static final Option<SortedMap<String, String>> PROPERTIES =
            OPTIONS.add(Option.of("properties", "`name=value` pairs, separated by semicolons", ClientProperties::parse)
                    .shownAs(properties -> properties.keySet().toString())
                    .means("properties of the HBase client: `property(name, value)`"));

    private static final long serialVersionUID = 1L;

    /** How much one request carries, in bytes of the client's heap: some 1,500 tweets. */
    private static final long REQUEST_BYTES = 4 * 1024 * 1024;

    private HBaseSinkConfig(Builder builder) {
        super(builder);
    }

    /**
     * Begins a configuration.
     *
     * @param quorum the ZooKeeper servers of the HBase cluster, {@code host} or {@code host:port}, separated by commas;
     *     the port is 2181 unless given
     */
    public static Builder builder(String quorum) {
        return new Builder().set(QUORUM, quorum);
    }

    /**
     * Reads the options of the README by their keys.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static HBaseSinkConfig fromMap(Map<String, String> options) {
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
     * Connects and finds the table, or creates it and its namespace.
     *
     * @throws ConfigException if the table is missing and may not be created, does not belong to this sink, has another
     *     number of salt buckets, or if the user lacks a right
     * @throws dev.nightjar.RetriableException if HBase does not answer by the deadline, or none of the ZooKeeper servers takes
     *     a connection within 5 seconds
     */
    @Override
    public ErasableSink<ClassifiedTweet> open() {
        TweetRows rows = new TweetRows(get(SALT_BUCKETS));
        return KeyedSink.erasable(
                connect(get(TABLE), rows, (cluster, table, age) -> new TweetStore(cluster, table, rows, age)),
                Integer.MAX_VALUE,
                REQUEST_BYTES);
    }

    /** A sink of {@linkplain WindowedCount windowed counts} in the same cluster, as an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    /**
     * The row key of a tweet, for reading it: the salt's one byte, then {@link Long#MAX_VALUE} less the id in 8 bytes,
     * big endian.
     *
     * @param tweetId as {@link Tweet#id()}
     * @throws dev.nightjar.DataException if it is not a tweet id
     */
    public byte[] rowKey(String tweetId) {
        return TweetRows.rowKey(tweetId, get(SALT_BUCKETS));
    }

    /**
     * Opens the table of the tweets for reading, as {@link #open()} does for writing.
     *
     * @throws ConfigException as {@link #open()}
     * @throws dev.nightjar.RetriableException as {@link #open()}
     */
    @Override
    public StoredTweets read() {
        TweetRows rows = new TweetRows(get(SALT_BUCKETS));
        return connect(
                get(TABLE),
                rows,
                (cluster, table, age) -> new HBaseTweets(new TableReader(cluster, table), rows.saltBuckets()));
    }

    /**
     * Opens the table of the windowed counts for reading.
     *
     * @throws ConfigException as {@link #open()}
     * @throws dev.nightjar.RetriableException as {@link #open()}
     */
    public HBaseCounts readCounts() {
        return connect(
                get(COUNTS_TABLE),
                new CountRows(),
                (cluster, table, age) -> new HBaseCounts(new TableReader(cluster, table)));
    }

    private Sink<WindowedCount> openCounts() {
        CountRows rows = new CountRows();
        return new KeyedSink<>(
                connect(get(COUNTS_TABLE), rows, (cluster, table, age) -> new CountStore(cluster, table, rows, age)),
                Integer.MAX_VALUE,
                REQUEST_BYTES);
    }

    <S> S connect(String into, RowModel<?> model, Opening<S> opening) {
        org.apache.hadoop.conf.Configuration client =
                ClientProperties.configuration(get(QUORUM), get(ZNODE_PARENT), properties());
        Quorum.requireReachable(client);
        Cluster cluster = new Cluster(client, get(DEADLINE));
        try {
            SinkTable found = new SinkTable(
                    TableName.valueOf(get(NAMESPACE), into),
                    model.family(),
                    model.saltBuckets(),
                    get(CREATE_TABLES),
                    find(KEEP));
            return opening.store(cluster, found.name(), found.open(cluster));
        } catch (RuntimeException e) {
            cluster.abandon();
            throw e;
        }
    }

    interface Opening<S> {
        S store(Cluster cluster, TableName table, @Nullable Duration timeToLive);
    }

    /** The counts' factory: a view of the configuration, so equal when that is. */
    private record Counts(HBaseSinkConfig config) implements SinkFactory<WindowedCount> {
        @Override
        public Sink<WindowedCount> open() {
            return config.openCounts();
        }
    }

    private SortedMap<String, String> properties() {
        return Objects.requireNonNullElseGet(find(PROPERTIES), Collections::emptySortedMap);
    }

    private static boolean isQuorum(String servers) {
        return Arrays.stream(servers.split(",", -1)).allMatch(server -> {
            Matcher matcher = SERVER.matcher(server);
            return matcher.matches() && (matcher.group(1) == null || Integer.parseInt(matcher.group(1)) <= 65_535);
        });
    }

    private static Option<String> name(String key, String name, Consumer<byte[]> check) {
        return Option.text(key)
                .valid("a name that HBase takes", value -> {
                    try {
                        check.accept(value.getBytes(StandardCharsets.UTF_8));
                        return true;
                    } catch (IllegalArgumentException e) {
                        return false;
                    }
                })
                .quoted()
                .defaultTo(name);
    }

    /**
     * Collects the options of an {@link HBaseSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<HBaseSinkConfig, Builder> {
        private Builder() {
            super(OPTIONS, HBaseSinkConfig::new);
        }

        /**
         * The ZooKeeper node under which the cluster keeps its own; {@code /hbase} unless set. Some distributions have
         * {@code /hbase-unsecure} or {@code /hbase-secure}.
         */
        public Builder znodeParent(String value) {
            return set(ZNODE_PARENT, value);
        }

        /** The namespace of both tables; {@code nightjar} unless set. */
        public Builder namespace(String value) {
            return set(NAMESPACE, value);
        }

        /** The table of the tweets, without its namespace; {@code tweets} unless set. */
        public Builder table(String value) {
            return set(TABLE, value);
        }

        /** The table of the windowed counts, without its namespace; {@code counts} unless set. */
        public Builder countsTable(String value) {
            return set(COUNTS_TABLE, value);
        }

        /**
         * Over how many key ranges the tweets are spread, from 1 to 256; 16 unless set. A table keeps the number that
         * it was created with.
         */
        public Builder saltBuckets(int value) {
            return set(SALT_BUCKETS, value);
        }

        /**
         * How long opening, and then each request of a write (some 4 MiB), is retried before it fails; at least 1
         * second, 30 unless set.
         */
        public Builder deadline(Duration value) {
            return set(DEADLINE, value);
        }

        /** Makes opening fail if the table is missing; unless asked, it and its namespace are created. */
        public Builder existingTables() {
            return set(CREATE_TABLES, false);
        }

        /**
         * After what time HBase drops a tweet or a count from a table that is created here; never unless set. The time
         * counts from the time in a tweet's id, or from the beginning of a window.
         */
        public Builder keep(Duration value) {
            return set(KEEP, value);
        }

        /**
         * Adds a property of the HBase client, such as {@code hbase.security.authentication}. It must begin with
         * {@code hbase.}, {@code hadoop.security.}, {@code hadoop.rpc.} or {@code zookeeper.}. Properties that this
         * configuration sets itself, and those that name a class or code to load, are refused.
         */
        public Builder property(String name, String value) {
            SortedMap<String, String> properties = new TreeMap<>(new HBaseSinkConfig(this).properties());
            properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return set(PROPERTIES, properties);
        }

        @Override
        protected void check(HBaseSinkConfig config, List<String> faults) {
            if (config.get(TABLE).equals(config.get(COUNTS_TABLE))) {
                faults.add("The tweets and the counts need a table each, not both '" + config.get(TABLE) + "'");
            }
            config.properties().keySet().forEach(name -> ClientProperties.check(name, faults));
        }
    }
}
