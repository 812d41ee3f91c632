/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.ConfigReader;
import dev.nightjar.KeyedSink;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.TableName;

/**
 * Where and how a sink stores {@linkplain ClassifiedTweet classified tweets} in HBase: one row per tweet, its key made of
 * the tweet's id. {@link #counts()} is the same for {@linkplain WindowedCount windowed counts}, in a table of their own.
 *
 * <p>What is not set here is taken from an {@code hbase-site.xml} on the class path, if there is one; retries and time
 * limits always come from here.
 *
 * <p>Immutable. Equal when all options are; {@code toString} shows the names of the extra properties, not their values.
 *
 * @since 0.1.0
 */
public final class HBaseSinkConfig implements SinkFactory<ClassifiedTweet> {
    /** The default of {@link Builder#znodeParent}: {@value}. */
    public static final String DEFAULT_ZNODE_PARENT = "/hbase";

    /** The default of {@link Builder#namespace}: {@value}. */
    public static final String DEFAULT_NAMESPACE = "nightjar";

    /** The default of {@link Builder#table}: {@value}. */
    public static final String DEFAULT_TABLE = "tweets";

    /** The default of {@link Builder#countsTable}: {@value}. */
    public static final String DEFAULT_COUNTS_TABLE = "counts";

    /** The default of {@link Builder#saltBuckets}: {@value}. */
    public static final int DEFAULT_SALT_BUCKETS = 16;

    /** The maximum of {@link Builder#saltBuckets}: {@value}, as many as the salt's one byte can tell apart. */
    public static final int MAX_SALT_BUCKETS = 256;

    /** The default of {@link Builder#deadline}: 30 seconds. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    private static final long serialVersionUID = 1L;

    /** How much one request carries, in bytes of the client's heap: some 1,500 tweets. */
    private static final long REQUEST_BYTES = 4 * 1024 * 1024;

    private final String quorum;
    private final String znodeParent;
    private final String namespace;
    private final String table;
    private final String countsTable;
    private final int saltBuckets;
    private final Duration deadline;
    private final boolean createTables;
    private final TreeMap<String, String> properties;

    private HBaseSinkConfig(Builder builder) {
        this.quorum = builder.quorum;
        this.znodeParent = builder.znodeParent;
        this.namespace = builder.namespace;
        this.table = builder.table;
        this.countsTable = builder.countsTable;
        this.saltBuckets = builder.saltBuckets;
        this.deadline = builder.deadline;
        this.createTables = builder.createTables;
        this.properties = new TreeMap<>(builder.properties);
    }

    /**
     * Begins a configuration.
     *
     * @param quorum the ZooKeeper servers of the HBase cluster, {@code host} or {@code host:port}, separated by commas;
     *     the port is 2181 unless given
     */
    public static Builder builder(String quorum) {
        return new Builder(quorum);
    }

    /**
     * Reads the options {@code quorum}, {@code znode-parent}, {@code namespace}, {@code table}, {@code counts-table},
     * {@code salt-buckets}, {@code deadline}, {@code create-tables} and {@code properties}, the last as {@code name=value}
     * pairs separated by semicolons.
     *
     * @throws ConfigException if an option is missing, malformed, refused or unknown
     */
    public static HBaseSinkConfig fromMap(Map<String, String> options) {
        ConfigReader reader = ConfigReader.of("sink-hbase", options);
        Builder builder = builder(reader.required("quorum"));
        reader.string("znode-parent", builder::znodeParent);
        reader.string("namespace", builder::namespace);
        reader.string("table", builder::table);
        reader.string("counts-table", builder::countsTable);
        reader.integer("salt-buckets", builder::saltBuckets);
        reader.duration("deadline", builder::deadline);
        reader.bool("create-tables", create -> builder.createTables = create);
        reader.string("properties", pairs -> ClientProperties.parse(pairs).forEach(builder::property));
        reader.finish();
        return builder.build();
    }

    /**
     * Connects and finds the table, or creates it and its namespace.
     *
     * @throws ConfigException if the table is missing and may not be created, is not one of this sink's, has another number
     *     of salt buckets, or if the user lacks a right
     * @throws dev.nightjar.RetriableException if HBase does not answer by the deadline
     */
    @Override
    public Sink<ClassifiedTweet> open() {
        return open(table, new TweetRows(saltBuckets));
    }

    /** The sink of {@linkplain WindowedCount windowed counts} in the same cluster, as an equal, serializable factory. */
    public SinkFactory<WindowedCount> counts() {
        return new Counts(this);
    }

    /**
     * The row key of a tweet, for reading it: the salt's one byte, then {@link Long#MAX_VALUE} less the id in 8 bytes, big
     * endian.
     *
     * @param tweetId as {@link Tweet#id()}
     * @throws dev.nightjar.DataException if it is not a tweet id
     */
    public byte[] rowKey(String tweetId) {
        return TweetRows.rowKey(tweetId, saltBuckets);
    }

    <T> Sink<T> open(String into, RowModel<T> model) {
        Cluster cluster = new Cluster(clientConfiguration(), deadline);
        try {
            SinkTable found = SinkTable.of(TableName.valueOf(namespace, into), model, createTables);
            HBaseStore<T> store = new HBaseStore<>(cluster, found.name(), model, found.open(cluster));
            return KeyedSink.erasable(store, Integer.MAX_VALUE, REQUEST_BYTES);
        } catch (RuntimeException e) {
            cluster.abandon();
            throw e;
        }
    }

    private Configuration clientConfiguration() {
        return ClientProperties.configuration(quorum, znodeParent, properties);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HBaseSinkConfig that
                && quorum.equals(that.quorum)
                && znodeParent.equals(that.znodeParent)
                && namespace.equals(that.namespace)
                && table.equals(that.table)
                && countsTable.equals(that.countsTable)
                && saltBuckets == that.saltBuckets
                && deadline.equals(that.deadline)
                && createTables == that.createTables
                && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                quorum, znodeParent, namespace, table, countsTable, saltBuckets, deadline, createTables, properties);
    }

    @Override
    public String toString() {
        return "HBaseSinkConfig[quorum=" + quorum + ", znodeParent=" + znodeParent + ", namespace=" + namespace
                + ", table=" + table + ", countsTable=" + countsTable + ", saltBuckets=" + saltBuckets + ", deadline="
                + deadline + ", createTables=" + createTables + ", properties=" + properties.keySet() + ']';
    }

    /** The counts' factory: a view of the configuration, so equal when that is. */
    private record Counts(HBaseSinkConfig config) implements SinkFactory<WindowedCount> {
        @Override
        public Sink<WindowedCount> open() {
            return config.open(config.countsTable, new CountRows());
        }
    }

    /**
     * Collects the options of an {@link HBaseSinkConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9_.-]+(:[0-9]{1,5})?");
        private static final Pattern ZNODE = Pattern.compile("(/[A-Za-z0-9_.-]+)+");

        private final String quorum;
        private String znodeParent = DEFAULT_ZNODE_PARENT;
        private String namespace = DEFAULT_NAMESPACE;
        private String table = DEFAULT_TABLE;
        private String countsTable = DEFAULT_COUNTS_TABLE;
        private int saltBuckets = DEFAULT_SALT_BUCKETS;
        private Duration deadline = DEFAULT_DEADLINE;
        private boolean createTables = true;
        private final SortedMap<String, String> properties = new TreeMap<>();

        private Builder(String quorum) {
            this.quorum = Objects.requireNonNull(quorum, "quorum");
        }

        /**
         * The ZooKeeper node under which the cluster keeps its own; {@value #DEFAULT_ZNODE_PARENT} unless set. Some
         * distributions have {@code /hbase-unsecure} or {@code /hbase-secure}.
         */
        public Builder znodeParent(String value) {
            znodeParent = value;
            return this;
        }

        /** The namespace of both tables; {@value #DEFAULT_NAMESPACE} unless set. */
        public Builder namespace(String value) {
            namespace = value;
            return this;
        }

        /** The table of the tweets, without its namespace; {@value #DEFAULT_TABLE} unless set. */
        public Builder table(String value) {
            table = value;
            return this;
        }

        /** The table of the windowed counts, without its namespace; {@value #DEFAULT_COUNTS_TABLE} unless set. */
        public Builder countsTable(String value) {
            countsTable = value;
            return this;
        }

        /**
         * Over how many key ranges the tweets are spread, from 1 to {@value #MAX_SALT_BUCKETS}; {@value
         * #DEFAULT_SALT_BUCKETS} unless set. A table keeps the number that it was created with.
         */
        public Builder saltBuckets(int value) {
            saltBuckets = value;
            return this;
        }

        /**
         * How long opening, and then each request of a write (some 4 MiB), is repeated before it fails; at least 1 second,
         * 30 unless set.
         */
        public Builder deadline(Duration value) {
            deadline = value;
            return this;
        }

        /** Makes opening fail if the table is missing; unless asked, it and its namespace are created. */
        public Builder existingTables() {
            createTables = false;
            return this;
        }

        /**
         * Adds a property of the HBase client, such as {@code hbase.security.authentication}. It must begin with {@code
         * hbase.}, {@code hadoop.security.}, {@code hadoop.rpc.} or {@code zookeeper.}; refused are those that this
         * configuration sets itself and those that name a class or code to load.
         */
        public Builder property(String name, String value) {
            properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * The configuration. Nothing is connected or looked up yet.
         *
         * @throws ConfigException if an option is refused; it names all that are
         */
        public HBaseSinkConfig build() {
            List<String> faults = new ArrayList<>();
            checkQuorum(faults);
            if (!ZNODE.matcher(znodeParent).matches()) {
                faults.add("The option 'znode-parent' is '" + znodeParent + "', not a path such as /hbase");
            }
            checkName(faults, "namespace", namespace, TableName::isLegalNamespaceName);
            checkName(faults, "table", table, TableName::isLegalTableQualifierName);
            checkName(faults, "counts-table", countsTable, TableName::isLegalTableQualifierName);
            if (table.equals(countsTable)) {
                faults.add("The tweets and the counts need a table each, not both '" + table + "'");
            }
            if (saltBuckets < 1 || saltBuckets > MAX_SALT_BUCKETS) {
                faults.add("The option 'salt-buckets' is " + saltBuckets + ", not from 1 to " + MAX_SALT_BUCKETS);
            }
            if (deadline.compareTo(Duration.ofSeconds(1)) < 0) {
                faults.add("The option 'deadline' is " + deadline + ", shorter than a second");
            }
            properties.keySet().forEach(name -> ClientProperties.check(name, faults));
            if (!faults.isEmpty()) {
                throw new ConfigException(faults);
            }
            return new HBaseSinkConfig(this);
        }

        private void checkQuorum(List<String> faults) {
            for (String server : quorum.split(",", -1)) {
                boolean valid = SERVER.matcher(server).matches();
                int colon = server.indexOf(':');
                if (!valid || (colon >= 0 && Integer.parseInt(server.substring(colon + 1)) > 65_535)) {
                    faults.add("The option 'quorum' has '" + server
                            + "' where it needs a ZooKeeper server, host or host:port, separated by commas");
                }
            }
        }

        private static void checkName(
                List<String> faults, String option, String name, java.util.function.Consumer<byte[]> check) {
            try {
                check.accept(name.getBytes(StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                faults.add("HBase refuses the name '" + name + "' of the option '" + option + "'");
            }
        }
    }
}
