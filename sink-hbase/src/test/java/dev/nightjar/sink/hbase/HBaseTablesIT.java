/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.NamespaceDescriptor;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Admin;
import org.apache.hadoop.hbase.client.ColumnFamilyDescriptorBuilder;
import org.apache.hadoop.hbase.client.CompactionState;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.client.TableDescriptorBuilder;
import org.apache.hadoop.hbase.filter.Filter;
import org.apache.hadoop.hbase.filter.ParseFilter;
import org.apache.hadoop.hbase.util.Bytes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stands in the tables, and how they are found and made. */
class HBaseTablesIT {
    private static final MiniCluster CLUSTER = MiniCluster.shared();
    private static final Tweet TWEET = Tweets.tweet(1);

    private final String table = CLUSTER.newTable();
    private final HBaseSinkConfig config = CLUSTER.config().table(table).build();

    @BeforeAll
    static void makeTheNamespace() throws IOException {
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            if (List.of(admin.listNamespaces()).contains("nightjar")) {
                return;
            }
            admin.createNamespace(NamespaceDescriptor.create("nightjar").build());
        }
    }

    @Test
    void threePutsAreOneVersionWhereTheTableKeepsFive() throws Exception {
        create(TableDescriptorBuilder.newBuilder(Rows.name(table))
                .setColumnFamily(ColumnFamilyDescriptorBuilder.newBuilder(Bytes.toBytes("t"))
                        .setMaxVersions(5)
                        .build())
                .setValue(SinkTable.SALT_BUCKETS, "2"));
        try (Sink<ClassifiedTweet> sink = config.open();
                Admin admin = CLUSTER.connection().getAdmin()) {
            sink.write(List.of(emotion(TWEET, "joy")));
            admin.flush(Rows.name(table));
            sink.write(List.of(emotion(TWEET, "anger")));
            admin.flush(Rows.name(table));
            sink.write(List.of(emotion(TWEET, "fear")));
            assertOnlyLabel(";emotion=fear;");
            admin.flush(Rows.name(table));
            assertOnlyLabel(";emotion=fear;");
            admin.majorCompact(Rows.name(table));
            await().atMost(Duration.ofMinutes(1)).until(() -> isCompacted(admin));
            assertOnlyLabel(";emotion=fear;");
        }
    }

    private boolean isCompacted(Admin admin) throws IOException {
        return admin.getCompactionState(Rows.name(table)) == CompactionState.NONE
                && admin.getLastMajorCompactionTimestamp(Rows.name(table)) > 0;
    }

    private void assertOnlyLabel(String labels) {
        List<Result> rows = Rows.all(CLUSTER, table);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).size()).as("cells, old versions included").isEqualTo(8);
        assertThat(Rows.text(rows.get(0), "t", "labels")).isEqualTo(labels);
    }

    /** HBase shows the cell with the greater timestamp: with that of created_at, the correction would never be seen. */
    @Test
    void aTweetWhoseTimeIsCorrectedToAnEarlierOneIsReplaced() {
        Tweet corrected = Tweet.builder(
                        TWEET.id(), TWEET.text(), TWEET.createdAt().minusSeconds(3600))
                .build();
        try (Sink<ClassifiedTweet> sink = config.open()) {
            sink.write(List.of(emotion(TWEET, "joy")));
            sink.write(List.of(emotion(corrected, "joy")));
        }
        assertThat(Rows.all(CLUSTER, table))
                .extracting(row -> Rows.text(row, "t", "created_at"))
                .containsExactly("2024-05-01T11:00:01Z");
    }

    @Test
    void whatARewriteNoLongerSaysIsEmpty() {
        Tweet full = Tweet.builder(TWEET.id(), "words", TWEET.createdAt())
                .lang("en")
                .author(new Author("12", "wren", "Wren", 3L))
                .build();
        try (Sink<ClassifiedTweet> sink = config.open()) {
            sink.write(List.of(emotion(full, "joy")));
            assertThat(Rows.all(CLUSTER, table)).singleElement().satisfies(row -> {
                assertThat(columns(row, "lang", "author_id", "username")).containsExactly("en", "12", "wren");
                assertThat(columns(row, "labels", "models"))
                        .containsExactly(";emotion=joy;", ";emotion=emotion@0123456789ab;");
                assertThat(columns(row, "text", "created_at")).containsExactly("words", "2024-05-01T12:00:01Z");
            });
            sink.write(List.of(ClassifiedTweet.of(
                    Tweet.builder(TWEET.id(), "words", TWEET.createdAt()).build(), Map.of())));
        }
        assertThat(Rows.all(CLUSTER, table))
                .singleElement()
                .satisfies(row -> assertThat(columns(row, "lang", "author_id", "username", "labels", "models"))
                        .containsOnly(""));
    }

    @Test
    void theFilterOfTheReadmeFindsALabel() throws Exception {
        try (Sink<ClassifiedTweet> sink = config.open()) {
            sink.write(List.of(
                    emotion(Tweets.tweet(1), "joy"),
                    emotion(Tweets.tweet(2), "joyless"),
                    emotion(Tweets.tweet(3), "anger")));
        }
        Filter filter = new ParseFilter()
                .parseFilterString("SingleColumnValueFilter('t', 'labels', =, 'substring:;emotion=joy;')");
        assertThat(Rows.scan(CLUSTER, table, new Scan().setFilter(filter)))
                .extracting(row -> Rows.text(row, "t", "text"))
                .containsExactly(Tweets.tweet(1).text());
    }

    @Test
    void eachBucketIsARegionAndBeginsWithItsNewestTweet() throws Exception {
        int buckets = 16;
        HBaseSinkConfig sixteen =
                CLUSTER.config().table(table).saltBuckets(buckets).build();
        List<ClassifiedTweet> tweets = new ArrayList<>(Tweets.classifieds(500));
        Collections.shuffle(tweets, new Random(7));
        try (Sink<ClassifiedTweet> sink = sixteen.open()) {
            sink.write(tweets);
        }
        List<String> all = new ArrayList<>();
        for (int salt = 0; salt < buckets; salt++) {
            List<String> bucket =
                    Rows.scan(CLUSTER, table, new Scan().setStartStopRowForPrefixScan(new byte[] {(byte) salt}))
                            .stream()
                            .map(row -> Rows.text(row, "t", "created_at"))
                            .toList();
            assertThat(bucket)
                    .as("bucket %d, newest first", salt)
                    .isNotEmpty()
                    .isSortedAccordingTo(Comparator.<String>naturalOrder().reversed());
            all.addAll(bucket);
        }
        assertThat(all).hasSize(500);
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            assertThat(admin.getRegions(Rows.name(table))).hasSize(buckets);
        }
    }

    @Test
    void theNewestWindowOfAMetricComesFirst() {
        String counts = CLUSTER.newTable();
        try (Sink<WindowedCount> sink =
                CLUSTER.config().countsTable(counts).build().counts().open()) {
            sink.write(IntStream.of(2, 0, 1)
                    .mapToObj(minute -> count("word", Tweets.START.plusSeconds(60L * minute), minute))
                    .toList());
            sink.write(List.of(count("words", Tweets.START.plusSeconds(600), 9)));
        }
        assertThat(Rows.scan(CLUSTER, counts, new Scan().setStartStopRowForPrefixScan(Bytes.toBytes("word\0"))))
                .extracting(row -> Rows.text(row, "c", "count"))
                .containsExactly("2", "1", "0");
    }

    @Test
    void theTimestampOfACellIsThatOfTheId() {
        try (Sink<ClassifiedTweet> sink = config.open()) {
            sink.write(List.of(emotion(TWEET, "joy")));
        }
        assertThat(Rows.all(CLUSTER, table).get(0).rawCells())
                .extracting(Cell::getTimestamp)
                .containsOnly(TWEET.createdAt().toEpochMilli());
    }

    @Test
    void anotherNumberOfSaltBucketsIsRefused() {
        config.open().close();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        CLUSTER.config().table(table).saltBuckets(3).build().open())
                .withMessage(
                        "The HBase table 'nightjar:%s' was created with 2 salt buckets, not 3; set the option"
                                + " 'salt-buckets' to 2 or name another table",
                        table);
    }

    @Test
    void aTableOfSomebodyElseIsRefused() throws Exception {
        create(TableDescriptorBuilder.newBuilder(Rows.name(table))
                .setColumnFamily(ColumnFamilyDescriptorBuilder.of("t")));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(config::open)
                .withMessageContaining("alter 'nightjar:%s', METADATA => {'nightjar.salt-buckets' => '2'}", table);
    }

    @Test
    void aTableWithoutTheColumnFamilyIsRefused() throws Exception {
        create(TableDescriptorBuilder.newBuilder(Rows.name(table))
                .setColumnFamily(ColumnFamilyDescriptorBuilder.of("other"))
                .setValue(SinkTable.SALT_BUCKETS, "2"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(config::open)
                .withMessageContaining("alter 'nightjar:%s', {NAME => 't'}", table);
    }

    @Test
    void aMissingTableThatMayNotBeCreatedIsRefusedAtOnceWithTheCommand() throws Exception {
        long start = System.nanoTime();
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() ->
                        CLUSTER.config().table(table).existingTables().build().open())
                .withMessage(
                        "There is no HBase table 'nightjar:%s'; create it in the HBase shell: create 'nightjar:%s',"
                                + " {NAME => 't'}, SPLITS => (1..1).map { |salt| '\\x%%02X' %% salt },"
                                + " METADATA => {'nightjar.salt-buckets' => '2'}",
                        table, table);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            assertThat(admin.tableExists(Rows.name(table))).isFalse();
        }
    }

    @Test
    void aMissingNamespaceIsCreatedTooByManyOpenersAtOnce() throws Exception {
        int openers = 4;
        HBaseSinkConfig elsewhere =
                CLUSTER.config().namespace("birds_" + table).saltBuckets(3).build();
        CountDownLatch start = new CountDownLatch(openers);
        ExecutorService threads = Executors.newFixedThreadPool(openers);
        try {
            Callable<Boolean> open = () -> {
                start.countDown();
                start.await();
                try (Sink<ClassifiedTweet> sink = elsewhere.open()) {
                    sink.write(Tweets.classifieds(3));
                }
                return true;
            };
            for (Future<Boolean> opener : threads.invokeAll(Collections.nCopies(openers, open), 90, TimeUnit.SECONDS)) {
                assertThat(opener.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        TableName name = TableName.valueOf("birds_" + table, "tweets");
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            assertThat(admin.getRegions(name)).hasSize(3);
        }
    }

    @Test
    void whatIsOlderThanTheTableKeepsIsRejectedAndTheRestStored() throws Exception {
        create(TableDescriptorBuilder.newBuilder(Rows.name(table))
                .setColumnFamily(ColumnFamilyDescriptorBuilder.newBuilder(Bytes.toBytes("t"))
                        .setTimeToLive(86_400)
                        .build())
                .setValue(SinkTable.SALT_BUCKETS, "2"));
        Instant now = Instant.now();
        ClassifiedTweet old = emotion(at(now.minusSeconds(90_000)), "joy");
        ClassifiedTweet recent = emotion(at(now.minusSeconds(80_000)), "joy");
        // The reason for the rule: HBase acknowledges such a row and does not show it.
        try (Table direct = CLUSTER.connection().getTable(Rows.name(table))) {
            direct.put(new TweetRows(2).put(old));
        }
        assertThat(Rows.all(CLUSTER, table)).isEmpty();

        try (Sink<ClassifiedTweet> sink = config.open()) {
            RejectedRecordsException rejected =
                    catchThrowableOfType(RejectedRecordsException.class, () -> sink.write(List.of(recent, old)));
            assertThat(rejected.rejections())
                    .containsExactly(new Rejection(
                            1,
                            old.tweet().id(),
                            "older-than-ttl",
                            "The HBase table 'nightjar:" + table
                                    + "' drops what is older than 86400 s, as this record is"));
        }
        assertThat(Rows.all(CLUSTER, table)).hasSize(1);
    }

    private static List<String> columns(Result row, String... columns) {
        return java.util.Arrays.stream(columns)
                .map(column -> Rows.text(row, "t", column))
                .toList();
    }

    private static void create(TableDescriptorBuilder table) throws IOException {
        try (Admin admin = CLUSTER.connection().getAdmin()) {
            admin.createTable(table.build());
        }
    }

    private static Tweet at(Instant time) {
        return Tweet.builder(Tweets.id(time, 0), "text", time).build();
    }

    private static WindowedCount count(String metric, Instant start, long count) {
        return new WindowedCount(metric, "nightjar", start, start.plusSeconds(60), count);
    }

    private static ClassifiedTweet emotion(Tweet tweet, String label) {
        return ClassifiedTweet.of(
                tweet,
                Map.of(
                        "emotion",
                        new Classification.Scored("emotion@0123456789ab", List.of(new ScoredLabel(label, 1)), false)));
    }
}
