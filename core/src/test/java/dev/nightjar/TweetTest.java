/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TweetTest {
    private static final Instant TIME = Instant.parse("2024-05-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(strings = {"1", "20", "9007199254740993", "1234567890123456789", "9223372036854775807"})
    void anIdIsKeptDigitForDigit(String id) {
        assertThat(TweetId.of(id)).hasToString(id);
        assertThat(Tweet.builder(id, "", TIME).build().id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "+1",
                "007",
                "9223372036854775808",
                "9999999999999999999",
                "12345678901234567890",
                "1e3",
                "1.0",
                "0x1f",
                " 123 ",
                "123\n",
                "\uff11\uff12\uff13",
                "\u0661\u0662\u0663",
                "{\"$ne\":null}",
                "null"
            })
    void whatIsNoIdIsRefusedWithoutBeingShown(String id) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Tweet.builder(id, "text", TIME).build())
                .satisfies(refused -> assertThat(refused.code()).isEqualTo("bad-id"))
                .withMessageContaining("a text of " + id.length() + " characters");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> TweetId.of(id));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> new TweetReference(TweetReference.Type.QUOTED, id));
    }

    @Test
    void aTextMayHaveTwentyFiveThousandCodePoints() {
        String ascii = "a".repeat(25_000);
        String emoji = "\ud83e\udd89".repeat(25_000);
        assertThat(Tweet.builder("1", ascii, TIME).build().text()).isEqualTo(ascii);
        assertThat(Tweet.builder("1", emoji, TIME).build().text()).isEqualTo(emoji);
        for (String tooLong : List.of(ascii + 'a', emoji + 'a', emoji + "\ud83e\udd89")) {
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> Tweet.builder("77", tooLong, TIME).build())
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo("text-too-long"))
                    .withMessage("The text of tweet 77 has 25001 code points, more than 25000");
        }
    }

    @Test
    void theLengthOfATextIsThatAfterItsRepair() {
        assertThat(Tweet.builder("1", "\u0000".repeat(9) + "a".repeat(25_000), TIME)
                        .build()
                        .text())
                .hasSize(25_000);
    }

    @ParameterizedTest
    @CsvSource({
        "a\\ud83d, a\\ufffd",
        "\\ud83dz, \\ufffdz",
        "\\ude00a, \\ufffda",
        "\\ude00\\ud83d, \\ufffd\\ufffd",
        "\\ud83d\\ud83d\\ude00, \\ufffd\\ud83d\\ude00",
        "\\ud83d\\ude00\\ude00, \\ud83d\\ude00\\ufffd",
        "a\\u0000b\\u0000, ab",
        "\\u0000, ''",
        "\\ud83d\\u0000\\ude00, \\ufffd\\ufffd",
        "\\ufffe\\uffff\\ue000\\u2028, \\ufffe\\uffff\\ue000\\u2028"
    })
    void malformedUnicodeIsRepaired(String escaped, String repaired) {
        String text = unescaped(escaped);
        Tweet tweet = Tweet.builder("1", text, TIME)
                .lang(text)
                .source(text)
                .author(new Author(text, text, text, null))
                .hashtags(List.of(Entity.of(text)))
                .matchingRuleTags(List.of(text))
                .build();
        String expected = unescaped(repaired);
        assertThat(tweet.text()).isEqualTo(expected);
        assertThat(tweet.lang()).isEqualTo(expected);
        assertThat(tweet.source()).isEqualTo(expected);
        assertThat(tweet.author()).isEqualTo(new Author(expected, expected, expected, null));
        assertThat(tweet.hashtags()).containsExactly(Entity.of(expected));
        assertThat(tweet.matchingRuleTags()).containsExactly(expected);
    }

    @Test
    void wellFormedTextsAreKeptAsTheyAre() {
        for (String text : Tweets.storableTexts()) {
            assertThat(Tweet.builder("1", text, TIME).build().text()).isSameAs(text);
        }
    }

    @Test
    void aTimeIsCutToTheMillisecond() {
        Tweet tweet = Tweet.builder("1", "", TIME.plusNanos(1_999_999)).build();
        assertThat(tweet.createdAt()).isEqualTo(TIME.plusMillis(1));
    }

    @Test
    void whatASourceDoesNotSayIsNullOrEmpty() {
        Tweet tweet = Tweet.builder("1", "", TIME).build();
        assertThat(tweet.lang()).isNull();
        assertThat(tweet.author()).isNull();
        assertThat(tweet.publicMetrics()).isNull();
        assertThat(tweet.source()).isNull();
        assertThat(tweet.hashtags()).isEmpty();
        assertThat(tweet.mentions()).isEmpty();
        assertThat(tweet.urls()).isEmpty();
        assertThat(tweet.references()).isEmpty();
        assertThat(tweet.matchingRuleTags()).isEmpty();
    }

    @Test
    void theListsAreCopies() {
        List<Entity> hashtags = new ArrayList<>(List.of(Entity.of("a")));
        Tweet tweet = Tweet.builder("1", "#a", TIME).hashtags(hashtags).build();
        hashtags.clear();
        assertThat(tweet.hashtags()).containsExactly(Entity.of("a"));
        assertThat(tweet.hashtags()).isUnmodifiable();
    }

    @Test
    void nullIsRefusedWhereItIsGiven() {
        assertThatNullPointerException()
                .isThrownBy(() -> Tweet.builder(null, "", TIME))
                .withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> Tweet.builder("1", null, TIME))
                .withMessage("text");
        assertThatNullPointerException()
                .isThrownBy(() -> Tweet.builder("1", "", null))
                .withMessage("createdAt");
    }

    @Test
    void aCopyByJavaSerializationIsEqual() {
        assertThat(Serialized.copyOf(Tweets.rich())).isEqualTo(Tweets.rich()).hasSameHashCodeAs(Tweets.rich());
        assertThat(Serialized.copyOf(Tweets.classified(Tweets.rich()))).isEqualTo(Tweets.classified(Tweets.rich()));
    }

    // The second id and its time are the example of https://en.wikipedia.org/wiki/Snowflake_ID.
    @ParameterizedTest
    @CsvSource({
        "29700859247, 2010-11-04T01:43:01.738Z",
        "1541815603606036480, 2022-06-28T16:07:40.105Z",
        "9223372036854775807, 2080-07-10T17:30:30.208Z"
    })
    void aSnowflakeHoldsItsTime(String id, Instant time) {
        assertThat(TweetId.of(id).time()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "1000000000", "29700859246"})
    void anIdFromBeforeSnowflakesHoldsNoTime(String id) {
        assertThat(TweetId.of(id).time()).isNull();
    }

    @Test
    void theLowestIdOfAMillisecondHoldsIt() {
        assertThat(new TweetId(TweetId.lowest(TIME)).time()).isEqualTo(TIME);
        assertThat(new TweetId(TweetId.lowest(TIME) - 1).time()).isEqualTo(TIME.minusMillis(1));
        assertThat(TweetId.lowest(Instant.EPOCH)).isNegative();
        assertThat(new TweetId(20).timestamp()).isEqualTo(TweetId.EPOCH);
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> new TweetId(0));
    }

    @Test
    void theTimeOfWhatIsNoIdIsAFault() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> TweetId.of("-29700859247").time());
    }

    private static String unescaped(String text) {
        StringBuilder unescaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\u", i)) {
                unescaped.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
                i += 5;
            } else {
                unescaped.append(text.charAt(i));
            }
        }
        return unescaped.toString();
    }
}
