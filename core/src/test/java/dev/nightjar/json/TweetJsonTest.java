/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TweetJsonTest {
    private static final Instant NOON = Instant.parse("2024-02-29T12:00:00.5Z");

    @Test
    void theKeysComeInOneOrderAndInTheWordsOfTheApi() {
        Tweet tweet = Tweet.builder("1763194561024000000", "Hi @ann, \"#tea\" at https://t.co/x \uD83C\uDF75", NOON)
                .lang("en")
                .author(new Author("7", "bob", "Bob B.", 9L))
                .hashtags(List.of(new Entity("tea", 10, 14)))
                .mentions(List.of(new Entity("ann", 3, 7)))
                .urls(List.of(Entity.of("https://example.org/tea")))
                .publicMetrics(new PublicMetrics(1L, null, 3L, null, null, 6L))
                .references(List.of(new TweetReference(TweetReference.Type.REPLIED_TO, "5")))
                .matchingRuleTags(List.of("drinks"))
                .source("Web")
                .build();

        assertThat(TweetJson.toJson(tweet))
                .isEqualTo(
                        "{\"id\":\"1763194561024000000\",\"text\":\"Hi @ann, \\\"#tea\\\" at https://t.co/x \uD83C\uDF75\","
                                + "\"created_at\":\"2024-02-29T12:00:00.500Z\",\"lang\":\"en\","
                                + "\"author\":{\"id\":\"7\",\"username\":\"bob\",\"name\":\"Bob B.\","
                                + "\"public_metrics\":{\"followers_count\":9}},"
                                + "\"entities\":{\"hashtags\":[{\"start\":10,\"end\":14,\"tag\":\"tea\"}],"
                                + "\"mentions\":[{\"start\":3,\"end\":7,\"username\":\"ann\"}],"
                                + "\"urls\":[{\"expanded_url\":\"https://example.org/tea\"}]},"
                                + "\"public_metrics\":{\"retweet_count\":1,\"like_count\":3,\"bookmark_count\":6},"
                                + "\"referenced_tweets\":[{\"type\":\"replied_to\",\"id\":\"5\"}],"
                                + "\"matching_rules\":[{\"tag\":\"drinks\"}],\"source\":\"Web\"}");
    }

    @Test
    void whatIsNullOrEmptyIsAbsent() {
        assertThat(TweetJson.toJson(Tweet.builder("1", "", NOON).build()))
                .isEqualTo("{\"id\":\"1\",\"text\":\"\",\"created_at\":\"2024-02-29T12:00:00.500Z\"}");
    }

    @Test
    void anyTweetComesBackEqualFromOneLine() {
        for (int seed = 0; seed < 2000; seed++) {
            Tweet tweet = new RandomTweets(seed).tweet();

            byte[] json = TweetJson.toBytes(tweet);

            assertThat(TweetJson.fromBytes(json)).as("seed %d", seed).isEqualTo(tweet);
            assertThat(new String(json, UTF_8))
                    .isEqualTo(TweetJson.toJson(tweet))
                    .doesNotContain("\n")
                    .doesNotContain("\r");
        }
    }

    @Test
    void unknownKeysAreIgnored() {
        assertThat(read("{\"new\":{\"a\":[1,{\"b\":null}]},\"id\":\"1\",\"text\":\"t\","
                        + "\"created_at\":\"2024-02-29T12:00:00.5Z\",\"lang\":null}"))
                .isEqualTo(Tweet.builder("1", "t", NOON).build());
    }

    @Test
    void anIdWrittenAsANumberKeepsItsDigits() {
        assertThat(read("{\"id\":9007199254740993,\"text\":\"\",\"created_at\":\"2024-02-29T12:00:00Z\"}")
                        .id())
                .isEqualTo("9007199254740993");
    }

    @Test
    void aMissingTimeIsTakenFromTheId() {
        assertThat(read("{\"id\":\"1763194561024000000\",\"text\":\"\"}").createdAt())
                .isEqualTo(TweetId.of("1763194561024000000").time())
                .isBetween(Instant.parse("2024-02-29T00:00:00Z"), Instant.parse("2024-03-01T23:59:59Z"));
    }

    @Test
    void aTimeInAnotherOffsetIsTurnedIntoUtc() {
        assertThat(read("{\"id\":\"1\",\"text\":\"\",\"created_at\":\"2024-02-29T04:00:00.5-08:00\"}")
                        .createdAt())
                .isEqualTo(NOON);
    }

    @Test
    void theLongestTextOfFourByteCharactersPasses() {
        Tweet tweet = Tweet.builder("1", "\uD83C\uDF75".repeat(Tweet.MAX_TEXT_LENGTH), NOON)
                .build();

        assertThat(TweetJson.fromBytes(TweetJson.toBytes(tweet))).isEqualTo(tweet);
    }

    @Test
    void whatIsJustWithinALimitPasses() {
        String tweet = "{\"id\":\"1763194561024000000\",\"text\":\"t\",\"x\":%s}";
        int rest =
                TweetJson.MAX_BYTES - tweet.formatted("[\"\",\"\",\"\",\"\"]").length();
        String quarter = "x".repeat(rest / 4);
        String largest = "[\"%1$s\",\"%1$s\",\"%1$s\",\"%1$s%2$s\"]".formatted(quarter, "x".repeat(rest % 4));

        for (String value :
                List.of("[".repeat(63) + "]".repeat(63), "1".repeat(32), "{\"" + "n".repeat(256) + "\":1}", largest)) {
            assertThat(read(tweet.formatted(value)).text()).isEqualTo("t");
        }
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(tweet.formatted(largest) + " "))
                .withMessage("The document has 262145 bytes, more than 262144");
    }

    @Test
    void whatIsJustBeyondALimitIsRefused() {
        for (String value : List.of(
                "[".repeat(64) + "]".repeat(64), "1".repeat(33), "{\"" + "n".repeat(257) + "\":1}", longString())) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> read("{\"id\":\"1763194561024000000\",\"text\":\"t\",\"x\":%s}".formatted(value)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("json-limit"));
        }
    }

    private static String longString() {
        return '"' + "x".repeat(TweetJson.MAX_STRING_LENGTH + 1) + '"';
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "missing-field | {}",
                "missing-field | {\"id\":\"1\",\"text\":\"t\"}",
                "missing-field | {\"id\":\"1763194561024000000\"}",
                "bad-id        | {\"id\":true,\"text\":\"t\"}",
                "bad-id        | {\"id\":1e3,\"text\":\"t\"}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":5}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":\"t\",\"entities\":[]}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":\"t\",\"entities\":{\"urls\":[\"x\"]}}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":\"t\",\"public_metrics\":{\"like_count\":1.5}}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":\"t\",\"created_at\":1709208000}",
                "bad-field     | {\"id\":\"1763194561024000000\",\"text\":\"t\",\"referenced_tweets\":[{\"type\":\"x\",\"id\":\"1\"}]}",
                "bad-time      | {\"id\":\"1\",\"text\":\"t\",\"created_at\":\"2024-02-29T12:00:00\"}",
                "bad-time      | {\"id\":\"1\",\"text\":\"t\",\"created_at\":\"2023-02-29T12:00:00Z\"}",
                "bad-time      | {\"id\":\"1\",\"text\":\"t\",\"created_at\":\"+10000-01-01T00:00:00Z\"}",
            })
    void whatIsNoTweetIsRefusedWithACode(String code, String json) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aMessageNeverQuotesTheDocument() {
        for (String json : List.of(
                "{\"text\":\"s3cret\"",
                "{s3cret}",
                "s3cret",
                "{\"text\":s3cret}",
                "{\"id\":\"s3cret\",\"text\":\"\"}")) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> read(json))
                    .satisfies(e -> assertThat(e).hasNoCause().hasMessageNotContaining("s3cret"));
        }
    }

    @Test
    void whatCouldNotBeReadAgainIsNotWritten() {
        Tweet tooLarge = Tweet.builder("1", "", NOON)
                .hashtags(Collections.nCopies(10_000, new Entity("tag", 1, 2)))
                .build();
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TweetJson.toBytes(tooLarge))
                .withMessageContaining("more than 262144")
                .satisfies(e -> assertThat(e.code()).isEqualTo("document-too-large"));

        Tweet tooLate = Tweet.builder("1", "", Instant.MAX).build();
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TweetJson.toBytes(tooLate))
                .satisfies(e -> assertThat(e.code()).isEqualTo("bad-time"));
    }

    private static Tweet read(String json) {
        return TweetJson.fromBytes(json.getBytes(UTF_8));
    }
}
