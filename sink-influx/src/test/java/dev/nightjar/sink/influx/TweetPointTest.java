/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TweetPointTest {
    private static final Instant TIME = Instant.parse("2024-05-01T12:00:00.123Z");
    private static final long SNOWFLAKE_EPOCH = 1_288_834_974_657L;
    private static final TweetPoint POINT = new TweetPoint("tweets", true);

    @Test
    void aTweetIsOneLineWithItsIdAsTagAndTime() {
        long id = ((TIME.toEpochMilli() - SNOWFLAKE_EPOCH) << 22) + 0x2A5F3;
        Tweet tweet = Tweet.builder(Long.toString(id), "say \"hi\" \\ to\nall", TIME)
                .lang("en")
                .author(new Author("7", "wren", null, 12L))
                .hashtags(List.of(Entity.of("nba"), Entity.of("finals")))
                .publicMetrics(new PublicMetrics(1L, null, 3L, null, null, null))
                .references(List.of(new TweetReference(TweetReference.Type.RETWEETED, "20")))
                .build();
        ClassifiedTweet record = ClassifiedTweet.of(
                tweet,
                Map.of(
                        "emotion",
                        new Classification.Scored(
                                "e@1", List.of(new ScoredLabel("joy", 0.75), new ScoredLabel("no, joy=", 1e-5)), true),
                        "sentiment",
                        new Classification.Rejected("s@1", Classification.Reason.TOO_LARGE)));
        assertThat(POINT.line(record))
                .isEqualTo("tweets,s=3 id=\"" + id + "\",created_at=1714564800123i,lang=\"en\",hashtags=\"nba finals\","
                        + "source=\"\",text=\"say \\\"hi\\\" \\\\ to\nall\",author_id=\"7\",author_username=\"wren\","
                        + "author_name=\"\",author_followers_count=12i,retweet_count=1i,like_count=3i,"
                        + "retweeted_id=\"20\",quoted_id=\"\",replied_to_id=\"\",classifiers=\"emotion sentiment\","
                        + "emotion.label=\"joy\",emotion.model=\"e@1\",emotion.truncated=true,emotion.rejected=\"\","
                        + "emotion.score=0.75,emotion.score.joy=0.75,emotion.score.no\\,\\ joy\\==1.0E-5,"
                        + "sentiment.label=\"\",sentiment.model=\"s@1\",sentiment.truncated=false,"
                        + "sentiment.rejected=\"too_large\" 1714564800123" + String.format("%06d", 0x2A5F3 >> 4));
    }

    @Test
    void aSentimentHasItsPolarityAsAField() {
        assertThat(line(
                        new ScoredLabel("positive", 0.5),
                        new ScoredLabel("neutral", 0.375),
                        new ScoredLabel("negative", 0.125)))
                .contains("a.score.positive=0.5,a.score.neutral=0.375,a.score.negative=0.125,a.polarity=0.375 ");
        assertThat(line(new ScoredLabel("NEGATIVE", 1), new ScoredLabel("POSITIVE", 0)))
                .contains(",a.polarity=-1.0 ");
        assertThat(line(new ScoredLabel("positive", 0.5), new ScoredLabel("joy", 0.5)))
                .doesNotContain("polarity");
    }

    private static String line(ScoredLabel... scores) {
        return POINT.line(ClassifiedTweet.of(
                Tweet.builder("20", "", TIME).build(),
                Map.of("a", new Classification.Scored("m@1", List.of(scores), false))));
    }

    @Test
    void everyIdOfAMillisecondIsAPointOfThatMillisecond() {
        BitSet points = new BitSet(1 << 22); // of the millisecond's nanoseconds below 2^18, each with a tag of 4 bits
        long first = (TIME.toEpochMilli() - SNOWFLAKE_EPOCH) << 22;
        boolean inTheMillisecond = true;
        for (int sequence = 0; sequence < 1 << 22; sequence += 4) { // 1,048,576 ids, each low bit at some time set
            Identity identity = identity(Long.toString(first + sequence + (sequence >> 2) % 4), TIME);
            inTheMillisecond &= identity.time / 1_000_000 == TIME.toEpochMilli();
            points.set((int) (identity.time % 1_000_000) * 16 + Integer.parseInt(identity.tag, 16));
        }
        assertThat(inTheMillisecond).isTrue();
        assertThat(points.cardinality()).isEqualTo(1 << 20);
    }

    @Test
    void tagAndTimeGiveTheIdBack() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            long id = 1 + random.nextLong(i % 2 == 0 ? Long.MAX_VALUE : 40_000_000_000L);
            Identity identity = identity(Long.toString(id), TIME.plusMillis(random.nextInt(1000)));
            long back = identity.tag.startsWith("q")
                    ? Long.parseLong(identity.tag.substring(1)) * 1_000_000_000 + identity.time % 1_000_000_000
                    : ((identity.time / 1_000_000 - SNOWFLAKE_EPOCH) << 22)
                            + identity.time % 1_000_000 * 16
                            + Integer.parseInt(identity.tag, 16);
            assertThat(back).isEqualTo(id);
        }
    }

    @Test
    void nothingButTheIdMovesTheSnowflakePoint() {
        Identity identity = identity("1785640309355446272", TIME);
        assertThat(identity("1785640309355446272", TIME.plusSeconds(86_400))).isEqualTo(identity);
        assertThat(identity("1785640309355446273", TIME)).isNotEqualTo(identity);
    }

    @Test
    void anIdFromBeforeSnowflakesStandsInTheSecondOfItsTime() {
        Instant second = Instant.parse("2009-06-12T08:30:00Z");
        assertThat(identity("2134567890", second))
                .isEqualTo(new Identity("q2", second.getEpochSecond() * 1_000_000_000 + 134_567_890));
        assertThat(identity("2134567890", second.plusMillis(999))).isEqualTo(identity("2134567890", second));
        assertThat(identity("29700859246", second).tag).isEqualTo("q29");
        assertThat(identity("29700859247", second).tag).isEqualTo("f");
        assertThat(identity("1", Instant.parse("1969-12-31T23:59:58Z")).time).isEqualTo(-1_999_999_999L);
    }

    @Test
    void theLastIdOfAllIsAPoint() {
        assertThat(identity(Long.toString(Long.MAX_VALUE), TIME).time / 1_000_000)
                .isEqualTo((Long.MAX_VALUE >> 22) + SNOWFLAKE_EPOCH);
    }

    @Test
    void aTimeThatNoPointCanHaveIsTheRecordsFault() {
        for (Instant time : List.of(
                Instant.MAX,
                Instant.MIN,
                Instant.parse("2262-04-11T23:47:17Z"),
                Instant.parse("1677-09-21T00:12:42Z"))) {
            DataException refused = catchThrowableOfType(
                    DataException.class,
                    () -> POINT.line(
                            ClassifiedTweet.of(Tweet.builder("20", "", time).build(), Map.of())));
            assertThat(refused.code()).isEqualTo("time-out-of-range");
        }
        assertThat(catchThrowableOfType(
                                DataException.class,
                                () -> POINT.line(ClassifiedTweet.of(
                                        Tweet.builder("1785640309355446272", "", Instant.MAX)
                                                .build(),
                                        Map.of())))
                        .code())
                .isEqualTo("time-out-of-range");
    }

    @Test
    void theTextIsLeftOutIfAsked() {
        ClassifiedTweet record =
                ClassifiedTweet.of(Tweet.builder("20", "not to be seen", TIME).build(), Map.of());
        assertThat(new TweetPoint("tweets", false).line(record)).doesNotContain("text=", "seen");
        assertThat(POINT.line(record)).contains("text=\"not to be seen\"");
    }

    private static Identity identity(String id, Instant createdAt) {
        String line =
                POINT.line(ClassifiedTweet.of(Tweet.builder(id, "", createdAt).build(), Map.of()));
        return new Identity(
                line.substring("tweets,s=".length(), line.indexOf(' ')),
                Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
    }

    private record Identity(String tag, long time) {}
}
