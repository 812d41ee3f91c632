/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.WindowedCount;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.Tweets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.util.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the tables hold is read back as a page or a ledger needs it, on a real cluster. */
class HBaseReadIT {
    private static final MiniCluster CLUSTER = MiniCluster.shared();

    private final String table = CLUSTER.newTable();
    private final HBaseSinkConfig config = CLUSTER.config()
            .saltBuckets(4)
            .table(table)
            .countsTable(table + "counts")
            .build();

    @Test
    void tweetsAreCountedFoundAndListedNewestFirst() {
        List<ClassifiedTweet> tweets = new ArrayList<>();
        for (int i = 0; i < 4_500; i++) { // more than two pages
            tweets.add(classified(i, i % 3 == 0 ? null : i % 3 == 1 ? "positive" : "negative"));
        }
        Collections.shuffle(tweets, new Random(7));
        try (Sink<ClassifiedTweet> sink = config.open();
                StoredTweets stored = config.read()) {
            assertThat(stored.newest(3)).isEmpty();
            sink.write(tweets);
            assertThat(stored.newest(3))
                    .extracting(tweet -> tweet.tweet().id())
                    .containsExactly(id(4_499), id(4_498), id(4_497));
            assertThat(stored.ids(Set.of(id(0), id(4_499), id(4_500)))).containsExactlyInAnyOrder(id(0), id(4_499));
            Set<String> all = new TreeSet<>();
            stored.forEach(tweet -> all.add(tweet.tweet().id()));
            assertThat(all).hasSize(4_500);
        }
        try (StoredTweets stored = config.read()) {
            assertThat(stored.count()).isEqualTo(4_500);
            assertThat(stored.labelCounts())
                    .isEqualTo(Map.of(
                            "sentiment",
                            Map.of(StoredTweets.NO_LABEL, 1_500L, "positive", 1_500L, "negative", 1_500L)));
        }
    }

    @Test
    void theNewestAreFoundAlsoWhereOneSaltHasThemAll() {
        List<ClassifiedTweet> tweets = IntStream.range(0, 3_000)
                .filter(i -> TweetRows.rowKey(id(i), 4)[0] == 0)
                .mapToObj(i -> classified(i, "positive"))
                .toList();
        assertThat(tweets).hasSizeGreaterThan(600);
        try (Sink<ClassifiedTweet> sink = config.open();
                StoredTweets stored = config.read()) {
            sink.write(tweets);
            assertThat(stored.newest(500))
                    .extracting(tweet -> tweet.tweet().id())
                    .containsExactlyElementsOf(IntStream.range(0, 500)
                            .mapToObj(i ->
                                    tweets.get(tweets.size() - 1 - i).tweet().id())
                            .toList());
        }
    }

    @Test
    void theNewestWindowOfAMetricIsReadGreatestFirst() {
        try (Sink<WindowedCount> sink = config.counts().open();
                HBaseCounts counts = config.readCounts()) {
            assertThat(counts.newest("word", 100)).isEmpty();
            sink.write(window("word", 0, 3));
            sink.write(window("word", 1, 150));
            sink.write(window("sentiment", 0, 2));
            assertThat(counts.newest("word", 100))
                    .hasSize(100)
                    .startsWith(count("word", 1, 149), count("word", 1, 148))
                    .endsWith(count("word", 1, 50));
            assertThat(counts.newest("sentiment", 100))
                    .containsExactly(count("sentiment", 0, 1), count("sentiment", 0, 0));
        }
    }

    /** A query that is repeated from its checkpoint writes old windows again, behind newer ones of another partition. */
    @Test
    void theRowLatestNeverGoesBackAndHasOneCellPerMetric() {
        try (Sink<WindowedCount> sink = config.counts().open()) {
            sink.write(List.of(count("word", 1, 5), count("word", 0, 5), count("sentiment", 2, 5)));
            sink.write(List.of(count("word", 0, 6)));
            sink.write(List.of(count("word", 1, 5), count("word", 0, 5), count("sentiment", 2, 5)));
        }
        List<Result> latest = Rows.scan(
                CLUSTER,
                table + "counts",
                new Scan().withStartRow(Bytes.toBytes("latest")).setLimit(1).readAllVersions());
        assertThat(latest).singleElement().satisfies(row -> {
            assertThat(Bytes.toString(row.getRow())).isEqualTo("latest");
            assertThat(row.size()).isEqualTo(2);
            assertThat(Rows.text(row, "c", "word")).isEqualTo("2024-05-01T12:01:00Z/2024-05-01T12:02:00Z");
            assertThat(Rows.text(row, "c", "sentiment")).isEqualTo("2024-05-01T12:02:00Z/2024-05-01T12:03:00Z");
        });
    }

    @Test
    void aTableThatIsCreatedToKeepADayDropsWhatIsOlder() {
        HBaseSinkConfig day = config.toBuilder().keep(Duration.ofDays(1)).build();
        Instant now = Instant.now();
        WindowedCount fresh = new WindowedCount("word", "owl", now, now.plusSeconds(60), 1);
        try (Sink<WindowedCount> sink = day.counts().open();
                HBaseCounts counts = day.readCounts()) {
            assertThatExceptionOfType(RejectedRecordsException.class)
                    .isThrownBy(() -> sink.write(List.of(fresh, count("word", 0, 1))))
                    .satisfies(rejected -> assertThat(rejected.rejections())
                            .singleElement()
                            .satisfies(one -> assertThat(one.code()).isEqualTo("older-than-ttl")));
            assertThat(counts.newest("word", 9)).containsExactly(fresh);
        }
    }

    private static List<WindowedCount> window(String metric, int minute, int keys) {
        return IntStream.range(0, keys)
                .mapToObj(number -> count(metric, minute, number))
                .toList();
    }

    private static WindowedCount count(String metric, int minute, int count) {
        Instant start = Tweets.START.plusSeconds(60L * minute);
        return new WindowedCount(metric, "key" + count, start, start.plusSeconds(60), count);
    }

    private static String id(int number) {
        return Tweets.tweet(number).id();
    }

    private static ClassifiedTweet classified(int number, @Nullable String label) {
        String model = "sentiment@0123456789ab";
        return ClassifiedTweet.of(
                Tweets.tweet(number),
                Map.of(
                        "sentiment",
                        label == null
                                ? new Classification.Rejected(model, Classification.Reason.BLANK)
                                : new Classification.Scored(model, List.of(new ScoredLabel(label, 1)), false)));
    }
}
