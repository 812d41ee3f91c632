/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.WindowedCount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifiedTweetJsonTest {
    private static final Tweet TWEET =
            Tweet.builder("1", "t", Instant.parse("2024-02-29T12:00:00Z")).build();
    private static final Classification SCORED = new Classification.Scored(
            "m@0123456789ab", List.of(new ScoredLabel("joy", 0.75), new ScoredLabel("anger", 0.25)), true);
    private static final Classification REJECTED =
            new Classification.Rejected("lr@0123456789ab", Classification.Reason.TOO_LARGE);

    @Test
    void theClassificationsFollowTheTweet() {
        assertThat(ClassifiedTweetJson.toJson(
                        ClassifiedTweet.of(TWEET, Map.of("sentiment", REJECTED, "emotion", SCORED))))
                .isEqualTo(
                        "{\"id\":\"1\",\"text\":\"t\",\"created_at\":\"2024-02-29T12:00:00.000Z\",\"classifications\":{"
                                + "\"emotion\":{\"model\":\"m@0123456789ab\",\"scores\":[{\"label\":\"joy\",\"score\":0.75},"
                                + "{\"label\":\"anger\",\"score\":0.25}],\"truncated\":true},"
                                + "\"sentiment\":{\"model\":\"lr@0123456789ab\",\"rejected\":\"too_large\"}}}");
    }

    @Test
    void anyClassifiedTweetComesBackEqual() {
        for (int seed = 0; seed < 1000; seed++) {
            ClassifiedTweet tweet = new RandomTweets(seed).classified();

            byte[] json = ClassifiedTweetJson.toBytes(tweet);

            assertThat(ClassifiedTweetJson.fromBytes(json)).as("seed %d", seed).isEqualTo(tweet);
            assertThat(ClassifiedTweetJson.toJson(tweet)).isEqualTo(new String(json, UTF_8));
        }
    }

    @Test
    void readAsATweetItIsTheTweetAlone() {
        assertThat(TweetJson.fromBytes(ClassifiedTweetJson.toBytes(ClassifiedTweet.of(TWEET, Map.of("a", SCORED)))))
                .isEqualTo(TWEET);
    }

    @Test
    void anyClassificationComesBackEqual() {
        for (int seed = 0; seed < 100; seed++) {
            Classification classification = new RandomTweets(seed).classification();

            byte[] json = ClassificationJson.toBytes(classification);

            assertThat(ClassificationJson.fromBytes(json)).as("seed %d", seed).isEqualTo(classification);
            assertThat(ClassificationJson.toJson(classification)).isEqualTo(new String(json, UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"scores\":[{\"label\":\"a\",\"score\":1}]}",
                "{\"model\":\"m\"}",
                "{\"model\":\"m\",\"scores\":[]}",
                "{\"model\":\"m\",\"scores\":[{\"label\":\"a\"}]}",
                "{\"model\":\"m\",\"scores\":[{\"label\":\"a\",\"score\":\"1\"}]}",
                "{\"model\":\"m\",\"scores\":[{\"label\":\"a\",\"score\":1.5}]}",
                "{\"model\":\"m\",\"scores\":[{\"label\":\"a\",\"score\":-1}]}",
                "{\"model\":\"m\",\"scores\":[{\"label\":\"a\",\"score\":1e999999999}]}",
                "{\"model\":\" \",\"rejected\":\"blank\"}",
                "{\"model\":\"m\",\"rejected\":\"BLANK\"}",
            })
    void whatIsNoClassificationIsRefused(String json) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> ClassificationJson.fromBytes(json.getBytes(UTF_8)))
                .satisfies(e -> assertThat(e.code()).isIn("missing-field", "bad-field"));
    }

    @Test
    void aKeyThatNamesNoClassifierIsRefused() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> ClassifiedTweetJson.fromBytes(
                        ("{\"id\":\"1\",\"text\":\"t\",\"created_at\":\"2024-02-29T12:00:00Z\",\"classifications\":"
                                        + "{\"$where\":{\"model\":\"m\",\"rejected\":\"blank\"}}}")
                                .getBytes(UTF_8)))
                .withMessage("The field 'classifications' has a key that names no classifier");
    }

    @Test
    void aCountComesBackEqual() {
        WindowedCount count = new WindowedCount(
                "hashtag",
                "caf\u00E9 \uD83C\uDF75",
                Instant.parse("2024-02-29T12:00:00Z"),
                Instant.parse("2024-02-29T12:01:00Z"),
                Long.MAX_VALUE);

        assertThat(WindowedCountJson.toJson(count))
                .isEqualTo("{\"metric\":\"hashtag\",\"key\":\"caf\u00E9 \uD83C\uDF75\","
                        + "\"window_start\":\"2024-02-29T12:00:00.000Z\",\"window_end\":\"2024-02-29T12:01:00.000Z\","
                        + "\"count\":9223372036854775807}");
        assertThat(WindowedCountJson.fromBytes(WindowedCountJson.toBytes(count)))
                .isEqualTo(count);
    }

    @Test
    void aCountOfAnEmptyWindowIsRefused() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> WindowedCountJson.fromBytes(("{\"metric\":\"hashtag\",\"key\":\"a\","
                                + "\"window_start\":\"2024-02-29T12:00:00Z\",\"window_end\":\"2024-02-29T12:00:00Z\",\"count\":1}")
                        .getBytes(UTF_8)))
                .withMessageContaining("is empty");
    }
}
