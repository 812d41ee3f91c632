/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import dev.nightjar.testkit.KeywordClassifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What is counted, and in which windows, in batch frames; that streams give the same is in TrendsIT. */
class TweetTrendsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    @Test
    void eachMetricCountsTweetsAndATweetCountsItsLikesAndRetweets() {
        List<WindowedCount> counts = counts(
                TweetTrends.tumbling(Duration.ofMinutes(15)),
                tweet(1, 0, "Rain again, rain! #Wetter https://t.co/rain @rain", "Wetter", "wetter"),
                tweet(2, 60, "no more RAIN", "NBA"));

        assertThat(counts)
                .allSatisfy(count -> assertThat(Duration.between(count.windowStart(), count.windowEnd()))
                        .hasMinutes(15))
                .extracting(WindowedCount::metric, WindowedCount::key, WindowedCount::count)
                .containsExactlyInAnyOrder(
                        tuple("hashtag", "wetter", 1L),
                        tuple("hashtag", "nba", 1L),
                        tuple("word", "rain", 2L),
                        tuple("word", "again", 1L),
                        tuple("word", "more", 1L),
                        tuple("language", "de", 2L),
                        tuple("tweet", "1", 11L),
                        tuple("tweet", "2", 12L));
    }

    @Test
    void aTweetThatComesTwiceCountsOnce() {
        Tweet tweet = tweet(1, 0, "twice", "nba");
        assertThat(counts(TweetTrends.tumbling(Duration.ofMinutes(1)).only("hashtag"), tweet, tweet))
                .extracting(WindowedCount::count)
                .containsExactly(1L);
    }

    @Test
    void windowsSlideAndSessionsEndWithAGap() {
        Tweet[] tweets = {
            tweet(1, 0, "a", "nba"), tweet(2, 240, "b", "nba"), tweet(3, 1000, "c", "nba"), tweet(4, 1010, "d", "nfl")
        };
        assertThat(counts(
                        TweetTrends.sliding(Duration.ofMinutes(10), Duration.ofMinutes(5))
                                .only("hashtag"),
                        tweets))
                .containsExactlyInAnyOrder(
                        count("nba", -300, 300, 2),
                        count("nba", 0, 600, 2),
                        count("nba", 600, 1200, 1),
                        count("nba", 900, 1500, 1),
                        count("nfl", 600, 1200, 1),
                        count("nfl", 900, 1500, 1));
        assertThat(counts(TweetTrends.session(Duration.ofMinutes(5)).only("hashtag"), tweets))
                .containsExactlyInAnyOrder(
                        count("nba", 0, 540, 2), count("nba", 1000, 1300, 1), count("nfl", 1010, 1310, 1));
    }

    @Test
    void labelsAreCountedByTheirClassifiersAndTopKeepsTheHighest() {
        Dataset<Row> tweets = SparkTweets.classify(
                LocalSpark.frame(
                        List.of(
                                tweet(1, 0, "I love it"),
                                tweet(2, 1, "love love"),
                                tweet(3, 2, "hate it"),
                                tweet(4, 3, "")),
                        2),
                "mood",
                KeywordClassifier.sentiment());
        TweetTrends trends = TweetTrends.tumbling(Duration.ofHours(1)).only("mood");

        List<WindowedCount> all = TweetTrends.collect(trends.counts(tweets));
        assertThat(all).extracting(WindowedCount::metric).containsOnly("mood");
        assertThat(all.stream().mapToLong(WindowedCount::count).sum()).isBetween(3L, 4L);
        assertThat(TweetTrends.collect(TweetTrends.top(trends.counts(tweets), 1)))
                .singleElement()
                .isEqualTo(all.stream()
                        .max(java.util.Comparator.comparingLong(WindowedCount::count))
                        .orElseThrow());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> TweetTrends.tumbling(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TweetTrends.sliding(Duration.ofMinutes(1), Duration.ofMinutes(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> counts(TweetTrends.tumbling(Duration.ofMinutes(1)).only("emotion"), tweet(1, 0, "a")))
                .withMessageContaining("none of [emotion]; it has [hashtag, word, language, tweet]");
    }

    private static List<WindowedCount> counts(TweetTrends trends, Tweet... tweets) {
        return TweetTrends.collect(trends.counts(LocalSpark.frame(List.of(tweets), 2)));
    }

    private static WindowedCount count(String key, int fromSecond, int toSecond, long count) {
        return new WindowedCount("hashtag", key, NOON.plusSeconds(fromSecond), NOON.plusSeconds(toSecond), count);
    }

    private static Tweet tweet(int id, int second, String text, String... hashtags) {
        return Tweet.builder(Integer.toString(id), text, NOON.plusSeconds(second))
                .lang("de")
                .hashtags(Stream.of(hashtags).map(Entity::of).toList())
                .publicMetrics(new PublicMetrics(10L, null, (long) id, null, null, null))
                .build();
    }
}
