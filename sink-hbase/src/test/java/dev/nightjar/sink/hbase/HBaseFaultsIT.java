/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.store.KeyedSink;
import dev.nightjar.testkit.LeakCheck;
import dev.nightjar.testkit.Tweets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.util.Bytes;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the sink does when HBase cannot, will not, or takes only a part. */
class HBaseFaultsIT {
    private static final MiniCluster CLUSTER = MiniCluster.shared();

    /**
     * What a busy machine may add to a deadline. Shorter than the deadlines that are measured with it, so that one that
     * is waited for twice is seen.
     */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private final String table = CLUSTER.newTable();

    @Test
    void aTableThatIsDisabledForAWhileLosesNothing() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Sink<ClassifiedTweet> sink = config(Duration.ofSeconds(90)).open();
                Admin admin = CLUSTER.connection().getAdmin()) {
            sink.write(Tweets.classifieds(10));
            admin.disableTable(Rows.name(table));
            Future<?> write = thread.submit(() -> sink.write(Tweets.classifieds(200)));
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> write.get(2, TimeUnit.SECONDS));
            admin.enableTable(Rows.name(table));
            write.get(120, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(200);
    }

    @Test
    void aTableThatStaysDisabledIsReportedByTheDeadline() throws Exception {
        try (Sink<ClassifiedTweet> sink = eventually(() -> config(DEADLINE).open());
                Admin admin = CLUSTER.connection().getAdmin()) {
            admin.disableTable(Rows.name(table));
            RetriableException failure = retriable(DEADLINE, () -> sink.write(Tweets.classifieds(3)));
            assertThat(failure)
                    .hasMessageContaining("put 3 rows into the table nightjar:" + table)
                    .hasMessageEndingWith("is the table disabled?");
            serialize(failure);
            admin.enableTable(Rows.name(table));
            eventually(() -> sink.write(Tweets.classifieds(3)));
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(3);
    }

    /** Nothing answers, nothing is refused: the connections are open. */
    @Test
    void aFrozenClusterIsReportedByTheDeadlineAndUsedAgainAfterwards() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Sink<ClassifiedTweet> sink = eventually(() -> config(DEADLINE).open())) {
            eventually(() -> sink.write(Tweets.classifieds(5)));
            CLUSTER.freeze();
            try {
                Future<?> opening = thread.submit(
                        () -> retriable(DEADLINE, () -> config(DEADLINE).open()));
                retriable(DEADLINE, () -> sink.write(Tweets.classifieds(10)));
                opening.get(60, TimeUnit.SECONDS);
            } finally {
                CLUSTER.thaw();
            }
            eventually(() -> sink.write(Tweets.classifieds(20)));
        } finally {
            thread.shutdownNow();
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(20);
    }

    @Test
    void aRegionServerThatCrashesUnderAWriterLosesNothing() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        AtomicBoolean over = new AtomicBoolean();
        try (Sink<ClassifiedTweet> sink = config(Duration.ofSeconds(150)).open()) {
            Future<Integer> written = thread.submit(() -> {
                int count = 0;
                while (!over.get()) {
                    sink.write(Tweets.classifieds(count + 50).subList(count, count + 50));
                    count += 50;
                }
                sink.write(Tweets.classifieds(count + 50).subList(count, count + 50));
                return count + 50;
            });
            CLUSTER.replaceRegionServer();
            over.set(true);
            int count = written.get(180, TimeUnit.SECONDS);
            assertThat(Rows.all(CLUSTER, table)).hasSize(count);
        } finally {
            over.set(true);
            thread.shutdownNow();
        }
    }

    /** What a ZooKeeper knows of a cluster that has ended: its id stays, its master does not. */
    @Test
    void aZooKeeperWithoutAnHBaseIsReportedLongBeforeTheDeadline() throws Exception {
        ZooKeeper zooKeeper = new ZooKeeper(CLUSTER.quorum(), 30_000, event -> {});
        try {
            byte[] id = eventually(() -> zooKeeper.getData("/hbase/hbaseid", false, null), KeeperException.class);
            zooKeeper.create("/ended", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            zooKeeper.create("/ended/hbaseid", id, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } finally {
            zooKeeper.close();
        }
        for (String parent : List.of("/ended", "/never")) {
            HBaseSinkConfig config = CLUSTER.config()
                    .znodeParent(parent)
                    .deadline(Duration.ofMinutes(1))
                    .build();
            assertThat(retriable(Duration.ofSeconds(15), () -> config.open()))
                    .hasMessageStartingWith("HBase does not answer: its ZooKeeper has no node " + parent)
                    .hasMessageEndingWith("; HBase is not running there, or the option 'znode-parent' is wrong");
        }
    }

    @Test
    void aFailedOpeningLeavesNothingBehind() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            HBaseSinkConfig dead = HBaseSinkConfig.builder("127.0.0.1:" + silent.getLocalPort())
                    .deadline(Duration.ofSeconds(1))
                    .build();
            LeakCheck.assertNothingLeaks(
                    Duration.ofMinutes(1), () -> retriable(Duration.ofSeconds(1), () -> dead.open()));
        }
    }

    @Test
    void anInterruptEndsAnOpening() {
        Thread.currentThread().interrupt();
        try {
            retriable(Duration.ZERO, () -> config(Duration.ofSeconds(60)).open());
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
        }
    }

    @Test
    void aTableThatIsDroppedUnderTheSinkIsAFaultOfTheSetUp() throws Exception {
        try (Sink<ClassifiedTweet> sink = config(Duration.ofSeconds(60)).open();
                Admin admin = CLUSTER.connection().getAdmin()) {
            admin.disableTable(Rows.name(table));
            admin.deleteTable(Rows.name(table));
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> sink.write(Tweets.classifieds(3)))
                    .withMessageContaining("TableNotFoundException")
                    .withMessageContaining("has it been dropped?");
        }
    }

    @Test
    void aColumnFamilyThatIsDroppedUnderTheSinkIsAFaultOfTheSetUp() throws Exception {
        try (Sink<ClassifiedTweet> sink = config(Duration.ofSeconds(60)).open();
                Admin admin = CLUSTER.connection().getAdmin()) {
            admin.addColumnFamily(Rows.name(table), ColumnFamilyDescriptorBuilder.of("other"));
            admin.deleteColumnFamily(Rows.name(table), Bytes.toBytes("t"));
            ConfigException failure =
                    catchThrowableOfType(ConfigException.class, () -> sink.write(Tweets.classifieds(3)));
            assertThat(failure).hasMessageContaining("NoSuchColumnFamilyException");
            serialize(failure);
        }
    }

    /** The client's own limit. */
    @Test
    void aCellThatTheClientMayNotSendIsRejectedByItsIndex() {
        HBaseSinkConfig small = CLUSTER.config()
                .table(table)
                .property("hbase.client.keyvalue.maxsize", "2000")
                .build();
        ClassifiedTweet large = Tweets.classified(Tweets.tweet(7, "long ".repeat(500)));
        try (Sink<ClassifiedTweet> sink = small.open()) {
            RejectedRecordsException rejected = catchThrowableOfType(
                    RejectedRecordsException.class,
                    () -> sink.write(
                            List.of(Tweets.classified(0), large, Tweets.classified(1), large, Tweets.classified(2))));
            assertThat(rejected.rejections())
                    .extracting(Rejection::index, Rejection::key, Rejection::code)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(1, large.tweet().id(), "cell-too-large"),
                            org.assertj.core.groups.Tuple.tuple(3, large.tweet().id(), "cell-too-large"));
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(3);
    }

    /** A server refuses all rows of a request for one cell of more than 10 MiB, and does not say which one. */
    @Test
    void aCellThatTheServerRefusesIsRejectedByItsIndexAndAllOthersAreStored() {
        HBaseSinkConfig unlimited =
                CLUSTER.config().property("hbase.client.keyvalue.maxsize", "0").build();
        byte[] large = new byte[11 * 1024 * 1024];
        List<Blob> batch = List.of(
                blob("a", "1"),
                blob("b", "earlier"),
                blob("c", "3"),
                new Blob("b", large),
                new Blob("d", large),
                blob("e", "6"));
        try (Sink<Blob> sink = open(unlimited)) {
            RejectedRecordsException rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch));
            assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(3, 4);
            assertThat(rejected.rejections()).extracting(Rejection::key).containsExactly("b", "d");
            assertThat(rejected.rejections()).extracting(Rejection::code).containsOnly("cell-too-large");
        }
        assertThat(Rows.all(CLUSTER, table))
                .extracting(row -> Rows.text(row, "b", "bytes"))
                .containsExactly("1", "earlier", "3", "6");
    }

    /** Else a first put that is repeated after the second one was stored would win over it. */
    @Test
    void onlyTheLastRecordOfAKeyIsSent() {
        HBaseSinkConfig unlimited =
                CLUSTER.config().property("hbase.client.keyvalue.maxsize", "0").build();
        try (Sink<Blob> sink = open(unlimited)) {
            sink.write(List.of(new Blob("a", new byte[11 * 1024 * 1024]), blob("a", "last")));
        }
        assertThat(Rows.all(CLUSTER, table))
                .extracting(row -> Rows.text(row, "b", "bytes"))
                .containsExactly("last");
    }

    /** Here the server judges each row by itself. */
    @Test
    void aTimestampThatTheTableRefusesIsRejectedByItsIndex() throws Exception {
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            admin.createTable(TableDescriptorBuilder.newBuilder(Rows.name(table))
                    .setColumnFamily(ColumnFamilyDescriptorBuilder.of("t"))
                    .setValue(SinkTable.SALT_BUCKETS, "2")
                    .setValue("hbase.hregion.keyvalue.timestamp.slop.millisecs", "60000")
                    .build());
        }
        Instant tomorrow = Instant.now().plusSeconds(86_400);
        List<ClassifiedTweet> batch = new ArrayList<>(Tweets.classifieds(10));
        for (int index : List.of(0, 4, 5, 9)) {
            batch.set(
                    index,
                    Tweets.classified(Tweet.builder(Tweets.id(tomorrow, index), "too early", tomorrow)
                            .build()));
        }
        try (Sink<ClassifiedTweet> sink = config(Duration.ofSeconds(60)).open()) {
            RejectedRecordsException rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(batch));
            assertThat(rejected.rejections()).extracting(Rejection::index).containsExactly(0, 4, 5, 9);
            assertThat(rejected.rejections())
                    .extracting(Rejection::key)
                    .containsExactlyElementsOf(Stream.of(0, 4, 5, 9)
                            .map(index -> batch.get(index).tweet().id())
                            .toList());
            assertThat(rejected.rejections()).extracting(Rejection::code).containsOnly("failed-sanity-check");
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(6);
    }

    private HBaseSinkConfig config(Duration deadline) {
        return CLUSTER.config().table(table).deadline(deadline).build();
    }

    private static RetriableException retriable(Duration deadline, ThrowingCallable call) {
        long start = System.nanoTime();
        RetriableException failure = catchThrowableOfType(RetriableException.class, call);
        assertThat(failure).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(deadline.plus(SLACK));
        return failure;
    }

    /** On a busy machine a cluster that is well may miss a deadline of seconds. */
    private static <T> T eventually(Callable<T> call) {
        return eventually(call, RetriableException.class);
    }

    private static <T> T eventually(Callable<T> call, Class<? extends Exception> ignored) {
        return await().atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(ignored)
                .until(call, answer -> true);
    }

    private static void eventually(Runnable call) {
        eventually(() -> {
            call.run();
            return true;
        });
    }

    private static void serialize(Exception failure) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            out.writeObject(failure);
        }
    }

    private static Blob blob(String key, String text) {
        return new Blob(key, Bytes.toBytes(text));
    }

    private Sink<Blob> open(HBaseSinkConfig config) {
        Blobs blobs = new Blobs();
        return new KeyedSink<>(
                config.connect(table, blobs, (cluster, name, age) -> new HBaseStore<>(cluster, name, blobs, age)),
                Integer.MAX_VALUE,
                4 << 20);
    }

    /** A record that can be larger than any tweet. */
    private record Blob(String key, byte[] bytes) {}

    private record Blobs() implements RowModel<Blob> {
        @Override
        public String family() {
            return "b";
        }

        @Override
        public int saltBuckets() {
            return 1;
        }

        @Override
        public String key(Blob row) {
            return row.key;
        }

        @Override
        public Put put(Blob row) {
            return new Put(Bytes.toBytes(row.key), 1).addColumn(Bytes.toBytes("b"), Bytes.toBytes("bytes"), row.bytes);
        }
    }
}
