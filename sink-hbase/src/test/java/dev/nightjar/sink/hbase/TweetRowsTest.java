/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.Tweet;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.CellUtil;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.util.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TweetRowsTest {
    /** Of chi-square with 15 degrees of freedom, 1 in 100 is greater. */
    private static final double ONE_IN_A_HUNDRED = 30.578;

    @Test
    void theKeyIsTheSaltAndTheIdCountedDown() {
        // zlib.crc32(b"1785640309355446272") % 16, and 2**63 - 1 - 1785640309355446272, as Python says.
        assertThat(HexFormat.of().formatHex(TweetRows.rowKey("1785640309355446272", 16)))
                .isEqualTo("01" + "67382199703fffff");
        assertThat(HBaseSinkConfig.builder("zk").build().rowKey("1785640309355446272"))
                .isEqualTo(TweetRows.rowKey("1785640309355446272", 16));
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TweetRows.rowKey("{\"$ne\":null}", 16));
    }

    @Test
    void aNewerTweetOfABucketComesFirst() {
        List<String> ids = Stream.of("9223372036854775807", "1785640309355446273", "1785640309355446272", "20", "1")
                .toList();
        assertThat(ids.stream().map(id -> TweetRows.rowKey(id, 1)).toList())
                .isSortedAccordingTo(Bytes.BYTES_COMPARATOR);
    }

    @Test
    void differentIdsHaveDifferentKeys() {
        Random random = new Random(11);
        List<String> ids = Stream.concat(
                        IntStream.range(1, 50_000).mapToObj(Integer::toString),
                        random.longs(50_000, 1, Long.MAX_VALUE).mapToObj(Long::toString))
                .distinct()
                .toList();
        assertThat(ids.stream().map(id -> Bytes.toHex(TweetRows.rowKey(id, 16))).distinct())
                .hasSize(ids.size());
    }

    static Stream<IntFunction<String>> ids() {
        Random random = new Random(5);
        return Stream.of(
                i -> Tweets.id(Tweets.START.plusSeconds(i), 0), // the low 22 bits are all zero
                i -> Tweets.id(Tweets.START.plusMillis(i / 4), i % 4 << 12),
                i -> Long.toString(1_000_000_000L + i), // counted up, from before snowflakes
                i -> Long.toString(random.nextLong(Long.MAX_VALUE) + 1));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void theSaltSpreadsTweetsEvenly(IntFunction<String> id) {
        int buckets = 16;
        int tweets = 50_000;
        int[] counts = new int[buckets];
        for (int i = 0; i < tweets; i++) {
            counts[TweetRows.rowKey(id.apply(i), buckets)[0]]++;
        }
        double expected = (double) tweets / buckets;
        double chiSquare = IntStream.of(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquare).isLessThan(ONE_IN_A_HUNDRED);
    }

    @Test
    void theSaltsOf256BucketsAreAllBytes() {
        assertThat(IntStream.range(0, 10_000)
                        .map(i -> TweetRows.rowKey(Tweets.tweet(i).id(), 256)[0])
                        .distinct()
                        .count())
                .isEqualTo(256);
    }

    /** A table scan shows no trace of an earlier put only because every put has the same cells. */
    @Test
    void everyTweetHasTheSameCellsAtTheTimeOfItsId() {
        Tweet bare =
                Tweet.builder("20", "", Instant.parse("2006-03-21T20:50:14Z")).build();
        for (ClassifiedTweet tweet : List.of(ClassifiedTweet.of(bare, Map.of()), Tweets.classified(Tweets.rich()))) {
            Put put = new TweetRows(16).put(tweet);
            List<String> columns = new ArrayList<>();
            for (Cell cell : put.get(Bytes.toBytes("t"), Bytes.toBytes("json"))) {
                assertThat(cell.getTimestamp())
                        .isEqualTo(TweetRows.timestamp(tweet.tweet().id()));
            }
            put.getFamilyCellMap()
                    .get(Bytes.toBytes("t"))
                    .forEach(cell -> columns.add(Bytes.toString(CellUtil.cloneQualifier(cell))));
            assertThat(columns)
                    .containsExactlyInAnyOrder(
                            "json", "text", "created_at", "lang", "author_id", "username", "labels", "models");
        }
    }

    /** The cells themselves, so that they stay as they are whatever makes them. */
    @Test
    void theCellsAreTheRecordAndWhatPeopleLookFor() {
        Tweet tweet = Tweets.tweet(3);
        ClassifiedTweet classified = Tweets.classified(Tweet.builder(tweet.id(), tweet.text(), tweet.createdAt())
                .author(Author.ofUsername("wren_at_dusk"))
                .build());
        Put put = new TweetRows(16).put(classified);

        Map<String, String> cells = new TreeMap<>();
        put.getFamilyCellMap()
                .get(Bytes.toBytes("t"))
                .forEach(cell -> cells.put(
                        Bytes.toString(CellUtil.cloneQualifier(cell)), Bytes.toString(CellUtil.cloneValue(cell))));
        assertThat(cells)
                .isEqualTo(Map.of(
                        "json", ClassifiedTweetJson.toJson(classified),
                        "text", "the meeting is at ten #3",
                        "created_at", "2024-05-01T12:00:03Z",
                        "lang", "",
                        "author_id", "",
                        "username", "wren_at_dusk",
                        "labels", ";emotion=sadness;sentiment=positive;",
                        "models", ";emotion=emotion@0123456789ab;sentiment=sentiment@ba9876543210;"));
    }

    @Test
    void theTimestampIsThatOfTheIdAndForOlderIdsThatOfTheFirstSnowflake() {
        Tweet tweet = Tweets.tweet(3);
        assertThat(TweetRows.timestamp(tweet.id())).isEqualTo(tweet.createdAt().toEpochMilli());
        assertThat(Instant.ofEpochMilli(TweetRows.timestamp("20"))).isEqualTo("2010-11-04T01:42:54.657Z");
        assertThat(TweetRows.timestamp(Long.toString(Long.MAX_VALUE))).isPositive();
    }
}
