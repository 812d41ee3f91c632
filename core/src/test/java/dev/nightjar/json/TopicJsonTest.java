/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.Tweets;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TopicJsonTest {
    private static final String POST =
            "{\"id\":\"1745000000000000001\",\"text\":\"Owls &amp; larks\",\"author_id\":\"7\","
                    + "\"created_at\":\"2024-01-10T10:00:00.000Z\",\"edit_history_tweet_ids\":[\"1745000000000000001\"]}";

    static List<Tweet> tweets() {
        return Tweets.tweets(50);
    }

    @ParameterizedTest
    @MethodSource("tweets")
    void whatNightjarWroteIsReadAsItIsWithHeadersAndWithout(Tweet tweet) {
        byte[] value = TweetJson.toBytes(tweet);
        assertThat(read(value).tweets()).containsExactly(tweet);
        assertThat(TopicJson.read(
                                value,
                                name -> name.equals(JsonForm.CONTENT_TYPE_HEADER)
                                        ? JsonForm.TWEET.contentType().getBytes(UTF_8)
                                        : null,
                                "t-0-0")
                        .tweets())
                .containsExactly(tweet);
    }

    @Test
    void aFrameOfTheStreamHasItsAuthorAndItsRule() {
        Tweet tweet = one("{\"data\":" + POST
                + ",\"includes\":{\"users\":[{\"id\":\"7\",\"username\":\"strix\",\"name\":\"Strix\"}]},"
                + "\"matching_rules\":[{\"id\":\"1\",\"tag\":\"birds\"}]}");
        assertThat(tweet.text()).isEqualTo("Owls & larks");
        assertThat(Objects.requireNonNull(tweet.author()).username()).isEqualTo("strix");
        assertThat(tweet.matchingRuleTags()).containsExactly("birds");
    }

    @Test
    void aSinglePostAndOneOfV1AreRead() {
        assertThat(one(POST).text()).isEqualTo("Owls & larks");
        Tweet old = one("{\"created_at\":\"Wed Oct 10 20:19:24 +0000 2018\",\"id\":1050118621198921700,"
                + "\"id_str\":\"1050118621198921728\",\"text\":\"To make room\u2026\",\"truncated\":true,"
                + "\"extended_tweet\":{\"full_text\":\"To make room for more\"},"
                + "\"user\":{\"id_str\":\"6253282\",\"screen_name\":\"twitterapi\"}}");
        assertThat(old.id()).isEqualTo("1050118621198921728");
        assertThat(old.text()).isEqualTo("To make room for more");
        assertThat(Objects.requireNonNull(old.author()).username()).isEqualTo("twitterapi");
    }

    @Test
    void aPageIsAllOfItsTweetsAndABadOneIsADeadLetterOfItsOwnBytes() {
        SourceBatch page = read("{\"data\":[" + POST + ",{\"id\":\"x\",\"text\":\"no id\"},"
                + POST.replace("0001\"", "0002\"") + "],\"meta\":{\"result_count\":3}}");
        assertThat(page.tweets()).extracting(Tweet::id).containsExactly("1745000000000000001", "1745000000000000002");
        assertThat(page.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.DECODE);
            assertThat(letter.code()).isEqualTo("bad-id");
            assertThat(letter.origin()).isEqualTo("t-0-0#1");
            assertThat(new String(letter.original(), UTF_8)).isEqualTo("{\"id\":\"x\",\"text\":\"no id\"}");
        });
    }

    @Test
    void noticesAreDeletionsOrSkipped() {
        assertThat(read("{\"delete\":{\"status\":{\"id\":1234,\"id_str\":\"1234\"}}}")
                        .deletedIds())
                .containsExactly("1234");
        assertThat(read("{\"data\":{\"delete\":{\"tweet\":{\"id\":\"5\",\"author_id\":\"7\"}}}}")
                        .deletedIds())
                .containsExactly("5");
        assertThat(read("{\"limit\":{\"track\":17}}").skipped()).isEqualTo(Map.of("limit", 1L));
        assertThat(read("{\"meta\":{\"result_count\":0}}").skipped()).isEqualTo(Map.of("empty-page", 1L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "What a game!                                                   | plain-text",
                "1745000000000000001,What a game!                               | plain-text",
                "true                                                           | plain-text",
                "\"{\\\"id\\\":\\\"1\\\"}\"                                     | json-in-a-string",
                "{\"schema\":{\"type\":\"string\"},\"payload\":\"What a game!\"} | connect-envelope",
                "{\"schema\":null,\"payload\":{\"id\":\"1\",\"text\":\"a\"}}    | connect-envelope",
                "{\"before\":null,\"after\":{\"id\":1},\"op\":\"c\",\"source\":{}} | change-event",
                "{\"errors\":[{\"title\":\"Not Found Error\"}]}                 | x-error",
                "{\"verb\":\"post\",\"postedTime\":\"2012\",\"body\":\"a\"}     | unsupported-shape",
                "{\"rating\":5}                                                 | not-a-tweet",
                "{\"id\":\"1\",\"text\":                                        | bad-json",
                "{\"id\":\"x\",\"text\":\"a\"}                                  | bad-id"
            })
    void whatIsNoTweetHasAReasonOfItsOwn(String value, String code) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(value))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void avroIsNamedWithTheIdOfItsSchemaAndOtherBytesAreNotText() {
        ByteArrayOutputStream avro = new ByteArrayOutputStream();
        avro.writeBytes(new byte[] {0, 0, 0, 1, 7});
        avro.writeBytes("\u0026What a game!".getBytes(UTF_8));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(avro.toByteArray()))
                .withMessageContaining("(263)")
                .satisfies(e -> assertThat(e.code()).isEqualTo("avro-wire-format"));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5}))
                .satisfies(e -> assertThat(e.code()).isEqualTo("bad-utf8"));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(new byte[0]))
                .satisfies(e -> assertThat(e.code()).isEqualTo("empty-document"));
    }

    private static Tweet one(String value) {
        SourceBatch batch = read(value);
        assertThat(batch.tweets()).hasSize(1);
        return batch.tweets().get(0);
    }

    private static SourceBatch read(String value) {
        return read(value.getBytes(UTF_8));
    }

    private static SourceBatch read(byte[] value) {
        return TopicJson.read(value, name -> null, "t-0-0");
    }
}
