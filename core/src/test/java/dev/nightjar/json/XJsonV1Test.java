/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Author;
import dev.nightjar.DeadLetter;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.TweetReference.Type;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API v1.1: what its streams, its timelines and its search gave, as archives hold it. */
class XJsonV1Test {
    @Test
    void aTweetOfTheStreamIsReadWhole() {
        Tweet tweet = only("""
                {"created_at":"Wed Oct 10 20:19:24 +0000 2018","id":1050118621198921700,"id_str":"1050118621198921728",
                 "text":"@ida &lt;b&gt; #tea https://t.co/x","display_text_range":[5,20],"truncated":false,
                 "source":"<a href=\\"https://example.org\\" rel=\\"nofollow\\">Kettle &amp; Co</a>",
                 "in_reply_to_status_id":1050118600000000000,"in_reply_to_status_id_str":"1050118600000000001",
                 "in_reply_to_user_id":6,"user":{"id":5,"id_str":"5","name":"Five","screen_name":"five",
                 "followers_count":12,"friends_count":3,"favourites_count":1,"statuses_count":9},
                 "geo":null,"coordinates":null,"place":null,"is_quote_status":false,"quote_count":1,"reply_count":2,
                 "retweet_count":3,"favorite_count":4,"entities":{"hashtags":[{"text":"tea","indices":[15,19]}],
                   "urls":[{"url":"https://t.co/x","expanded_url":"https://example.org/","indices":[20,34]}],
                   "user_mentions":[{"screen_name":"ida","name":"Ida","id":6,"id_str":"6","indices":[0,4]}],"symbols":[]},
                 "filter_level":"low","lang":"en","matching_rules":[{"tag":null,"id":7,"id_str":"7"}],
                 "timestamp_ms":"1539202764123"}
                """);

        assertThat(tweet)
                .isEqualTo(Tweet.builder(
                                "1050118621198921728",
                                "@ida <b> #tea https://t.co/x",
                                Instant.parse("2018-10-10T20:19:24.123Z"))
                        .lang("en")
                        .author(new Author("5", "five", "Five", 12L))
                        .hashtags(List.of(new Entity("tea", 9, 13)))
                        .mentions(List.of(new Entity("ida", 0, 4)))
                        .urls(List.of(new Entity("https://example.org/", 14, 28)))
                        .publicMetrics(new PublicMetrics(3L, 2L, 4L, 1L, null, null))
                        .references(List.of(new TweetReference(Type.REPLIED_TO, "1050118600000000001")))
                        .matchingRuleTags(List.of("7"))
                        .source("Kettle & Co")
                        .build());
    }

    @Test
    void millisecondsOfAnotherSecondAreNotBelieved() {
        assertThat(only("""
                {"created_at":"Wed Oct 10 20:19:24 +0000 2018","id_str":"1050118621198921728","text":"a","user":{},
                 "timestamp_ms":"1539202765123"}
                """).createdAt()).isEqualTo(Instant.parse("2018-10-10T20:19:24Z"));
    }

    @Test
    void theExtendedTweetIsTheFullTextOfTheStream() {
        Tweet tweet = only("""
                {"id_str":"1050118621198921728","text":"cut\u2026 https://t.co/x","truncated":true,"user":{},
                 "entities":{"urls":[{"url":"https://t.co/x","indices":[5,19]}]},
                 "extended_tweet":{"full_text":"not cut, but long #all","display_text_range":[0,22],
                   "entities":{"hashtags":[{"text":"all","indices":[18,22]}],"urls":[]}}}
                """);

        assertThat(tweet.text()).isEqualTo("not cut, but long #all");
        assertThat(tweet.hashtags()).containsExactly(new Entity("all", 18, 22));
        assertThat(tweet.urls()).isEmpty();
    }

    @Test
    void fullTextIsTheFullTextOfTheExtendedMode() {
        assertThat(
                        only("{\"id_str\":\"1050118621198921728\",\"full_text\":\"all of it\",\"truncated\":false,\"user\":{}}")
                                .text())
                .isEqualTo("all of it");
    }

    @Test
    void aCutTextIsKeptWhereNoOtherIsAndNoted() {
        XPayload payload = read("{\"id_str\":\"1050118621198921728\",\"text\":\"cut\u2026\",\"truncated\":true}");

        assertThat(payload.tweets()).singleElement().extracting(Tweet::text).isEqualTo("cut\u2026");
        assertThat(payload.notes()).containsEntry("text-truncated", 1L);
    }

    @Test
    void aRetweetTakesTheFullTextOfTheTweetItPassesOnInEachMode() {
        List<String> originals = List.of(
                "\"text\":\"cut\u2026\",\"truncated\":true,\"extended_tweet\":{\"full_text\":\"whole #all\","
                        + "\"entities\":{\"hashtags\":[{\"text\":\"all\",\"indices\":[6,10]}]}}",
                "\"full_text\":\"whole #all\",\"entities\":{\"hashtags\":[{\"text\":\"all\",\"indices\":[6,10]}]}",
                "\"text\":\"whole #all\",\"entities\":{\"hashtags\":[{\"text\":\"all\",\"indices\":[6,10]}]}");
        for (String original : originals) {
            Tweet tweet =
                    only("{\"id_str\":\"1050118621198921728\",\"text\":\"RT @ida: who\u2026\",\"truncated\":false,"
                            + "\"quoted_status_id_str\":\"78\",\"entities\":{\"user_mentions\":[{\"screen_name\":\"ida\",\"indices\":[3,7]}]},"
                            + "\"retweeted_status\":{\"id_str\":\"77\",\"quoted_status\":{\"id_str\":\"78\",\"text\":\"q\"},"
                            + original
                            + "}}");

            assertThat(tweet.text()).isEqualTo("whole #all");
            assertThat(tweet.hashtags()).containsExactly(new Entity("all", 6, 10));
            assertThat(tweet.mentions()).isEmpty();
            assertThat(tweet.references()).containsExactly(new TweetReference(Type.RETWEETED, "77"));
        }
    }

    @Test
    void aQuoteKeepsItsOwnTextAndNamesTheOther() {
        Tweet tweet = only("""
                {"id_str":"1050118621198921728","text":"look","user":{},"is_quote_status":true,
                 "quoted_status":{"id_str":"78","text":"cut\u2026","truncated":true,"extended_tweet":{"full_text":"whole"}}}
                """);

        assertThat(tweet.text()).isEqualTo("look");
        assertThat(tweet.references()).containsExactly(new TweetReference(Type.QUOTED, "78"));
    }

    @Test
    void aFrameOf2009HasNoTextIdNoLanguageAndNoEntities() {
        Tweet tweet = only("""
                {"created_at":"Tue Jul 07 22:30:23 +0000 2009","id":2525024021,"text":"hello","source":"web","truncated":false,
                 "in_reply_to_status_id":null,"user":{"id":14,"screen_name":"old","followers_count":1}}
                """);

        assertThat(tweet)
                .isEqualTo(Tweet.builder("2525024021", "hello", Instant.parse("2009-07-07T22:30:23Z"))
                        .author(new Author("14", "old", null, 1L))
                        .source("web")
                        .build());
    }

    @Test
    void timelinesAndSearchResultsAreLists() {
        String one = "{\"id_str\":\"1050118621198921728\",\"text\":\"one\"}";
        String two = "{\"id_str\":\"1050118621198921729\",\"full_text\":\"two\"}";
        for (String list : List.of(
                "[" + one + ",\n" + two + "]",
                "{\"statuses\":[" + one + "," + two + "],\"search_metadata\":{\"count\":2}}")) {
            assertThat(read(list).tweets()).extracting(Tweet::text).containsExactly("one", "two");
        }
    }

    @Test
    void anImpossibleDateIsNotBentIntoAnother() {
        XPayload payload =
                read("[{\"id\":20,\"text\":\"t\",\"user\":{},\"created_at\":\"Mon Feb 30 00:00:00 +0000 2009\"},"
                        + "{\"id\":20,\"text\":\"t\",\"user\":{},\"created_at\":\"Mon Feb 01 00:00:00 +0000 2009\"}]");

        assertThat(payload.tweets()).isEmpty();
        assertThat(payload.deadLetters()).extracting(DeadLetter::code).containsExactly("bad-time", "bad-time");
    }

    private static XPayload read(String json) {
        return XJson.read(json.getBytes(UTF_8), "here");
    }

    private static Tweet only(String json) {
        XPayload payload = read(json);
        assertThat(payload.tweets()).hasSize(1);
        return payload.tweets().get(0);
    }
}
