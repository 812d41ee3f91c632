/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tweets as other programs leave them. */
class XShapesTest {
    private static final String ID = "1700000000000000000";
    private static final Instant TIME = Instant.parse("2023-09-08T03:33:20Z");

    @Test
    void aTweetOfSnscrapeIsRead() {
        Tweet tweet = only("""
                {"_type":"snscrape.modules.twitter.Tweet","url":"https://x.example/1","date":"2023-09-08T03:33:20+00:00",\
                "rawContent":"an owl &amp; more","renderedContent":"an owl & more","id":1700000000000000000,\
                "user":{"_type":"snscrape.modules.twitter.User","username":"five","id":5,"displayname":"Five","followersCount":3},\
                "replyCount":0,"retweetCount":1,"likeCount":2.0,"quoteCount":0,"conversationId":1700000000000000000,"lang":"en",\
                "sourceLabel":"Web","links":[{"url":"https://e.example/","tcourl":"https://t.co/1","indices":[0,2]}],\
                "retweetedTweet":null,"quotedTweet":{"id":1699999999999999999,"rawContent":"q"},"hashtags":["owls"],\
                "mentionedUsers":[{"username":"six","id":6}]}""");

        assertThat(tweet)
                .isEqualTo(Tweet.builder(ID, "an owl & more", TIME)
                        .author(new Author("5", "five", "Five", 3L))
                        .lang("en")
                        .source("Web")
                        .hashtags(List.of(Entity.of("owls")))
                        .mentions(List.of(Entity.of("six")))
                        .urls(List.of(Entity.of("https://e.example/")))
                        .publicMetrics(new PublicMetrics(1L, 0L, 2L, 0L, null, null))
                        .references(List.of(new TweetReference(TweetReference.Type.QUOTED, "1699999999999999999")))
                        .build());
    }

    @Test
    void aTweetOfTwscrapeIsRead() {
        Tweet tweet = only("""
                {"id":1700000000000000000,"id_str":"1700000000000000000","date":"2023-09-08 03:33:20+00:00",\
                "user":{"id":5,"id_str":"5","username":"five","displayname":"Five","followersCount":3},"lang":"en",\
                "rawContent":"RT @six: an ow...","replyCount":1,"retweetCount":2,"likeCount":3,"quoteCount":4,"bookmarkedCount":5,\
                "viewCount":6,"retweetedTweet":{"id_str":"1699999999999999999","rawContent":"an owl"},"_type":"snscrape.modules.twitter.Tweet"}""");

        assertThat(tweet.text()).isEqualTo("an owl");
        assertThat(tweet.createdAt()).isEqualTo(TIME);
        assertThat(tweet.publicMetrics()).isEqualTo(new PublicMetrics(2L, 1L, 3L, 4L, 6L, 5L));
        assertThat(tweet.references())
                .containsExactly(new TweetReference(TweetReference.Type.RETWEETED, "1699999999999999999"));
    }

    @Test
    void anOldTweetOfSnscrapeSaysContentAndMayLackTheRest() {
        Tweet tweet = only(
                "{\"_type\":\"snscrape.modules.twitter.Tweet\",\"content\":\"an owl\",\"id\":1700000000000000000}");

        assertThat(tweet.text()).isEqualTo("an owl");
        assertThat(tweet.author()).isNull();
        assertThat(tweet.publicMetrics()).isNull();
    }

    @Test
    void aTweetOfAnAccountArchiveIsReadWithoutAnAuthor() {
        Tweet tweet = only("""
                {"tweet":{"id":"1700000000000000000","id_str":"1700000000000000000","full_text":"#owls &amp; mice",\
                "created_at":"Fri Sep 08 03:33:20 +0000 2023","favorite_count":"3","retweet_count":"1","lang":"en",\
                "entities":{"hashtags":[{"text":"owls","indices":["0","5"]}]},"source":"<a href=\\"x\\">Web App</a>"}}""");

        assertThat(tweet)
                .isEqualTo(Tweet.builder(ID, "#owls & mice", TIME)
                        .lang("en")
                        .source("Web App")
                        .hashtags(List.of(new Entity("owls", 0, 5)))
                        .publicMetrics(new PublicMetrics(1L, null, 3L, null, null, null))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"3.0,3", "12,12", "1.2e1,12", "0.0,0", "\"3.00\",3", "-0.0,0", "9007199254740993.0,9007199254740993"})
    void aCountWithAFractionOfZerosIsTheWholeNumber(String written, long count) {
        for (String document : List.of(
                "{\"id_str\":\"" + ID + "\",\"text\":\"t\",\"favorite_count\":" + written + "}",
                "{\"id\":\"" + ID + "\",\"text\":\"t\",\"public_metrics\":{\"like_count\":" + written + "}}",
                "{\"id\":\"" + ID + "\",\"rawContent\":\"t\",\"likeCount\":" + written + "}")) {
            assertThat(only(document).publicMetrics())
                    .as(document)
                    .satisfies(metrics -> assertThat(metrics == null ? null : metrics.likeCount())
                            .isEqualTo(count));
        }
        if (!written.startsWith("\"")) {
            assertThat(TweetJson.fromBytes(("{\"id\":\"" + ID + "\",\"text\":\"t\",\"public_metrics\":{\"like_count\":"
                                            + written + "}}")
                                    .getBytes(UTF_8))
                            .publicMetrics())
                    .satisfies(metrics -> assertThat(metrics == null ? null : metrics.likeCount())
                            .isEqualTo(count));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.5", "\"many\"", "1e30", "true", "{}"})
    void aCountThatIsNoWholeNumberIsAbsentAndNoted(String written) {
        XPayload payload = XJson.read(
                ("{\"id_str\":\"" + ID + "\",\"text\":\"t\",\"favorite_count\":" + written + ",\"retweet_count\":1}")
                        .getBytes(UTF_8),
                "o");

        assertThat(payload.tweets().get(0).publicMetrics())
                .isEqualTo(new PublicMetrics(1L, null, null, null, null, null));
        assertThat(payload.notes()).containsEntry("count-not-whole", 1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-09-08T03:33:20Z",
                "2023-09-08 03:33:20+00:00",
                "2023-09-08T03:33:20+0000",
                "2023-09-08 03:33:20 UTC",
                "2023-09-07 20:33:20 -0700",
                "2023-09-08T12:33:20.000+09",
                "Fri Sep 8 03:33:20 +0000 2023",
                "Fri Sep 08 12:33:20 +0900 2023",
                "Thu Sep 07 20:33:20 PDT 2023",
                "Fri, 08 Sep 2023 03:33:20 +0000",
                "Fri, 8 Sep 2023 03:33:20 GMT"
            })
    void timesAreReadInTheFormsInWhichTheyAreWritten(String text) {
        assertThat(XJson.time(text)).isEqualTo(TIME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-09-08T03:33:20",
                "2023-02-30 03:33:20Z",
                "Fri Sep 08 03:33:20 XYZ 2023",
                "08/09/2023",
                "",
                "1694144000"
            })
    void aTimeThatMayMeanSeveralIsNone(String text) {
        assertThat(XJson.time(text)).isNull();
    }

    @Test
    void anIdIsMadeByARuleAndIsTheSameEachTime() {
        IdRule rule = IdRule.parse("text, created_at");
        String id = rule.id("an owl", TIME, null);

        assertThat(id).isEqualTo(rule.id("an owl", TIME, Author.ofUsername("five")));
        assertThat(TweetId.of(id).time()).isEqualTo(TIME);
        assertThat(id).isNotEqualTo(rule.id("an owl!", TIME, null));
        assertThat(IdRule.parse("author").id("a", TIME, Author.ofUsername("five")))
                .isEqualTo(IdRule.parse("author").id("b", TIME, Author.ofUsername("five")));
        Instant old = Instant.parse("2009-04-06T22:19:45Z");
        assertThat(TweetId.of(rule.id("an owl", old, null)).time()).isNull();
        assertThat(TweetId.of(rule.id("an owl", Instant.parse("2100-01-01T00:00:00Z"), null))
                        .toString())
                .isNotEmpty();
    }

    @Test
    void aRuleGivesAnIdOnlyWhereThereIsNone() {
        byte[] without = "{\"text\":\"an owl\",\"created_at\":\"2023-09-08T03:33:20Z\"}".getBytes(UTF_8);
        IdRule rule = IdRule.parse("text,created_at");

        assertThat(XJson.read(without, "o", rule).tweets())
                .extracting(Tweet::id)
                .containsExactly(rule.id("an owl", TIME, null));
        assertThat(XJson.read(("{\"id\":\"5\"," + new String(without, UTF_8).substring(1)).getBytes(UTF_8), "o", rule)
                        .tweets())
                .extracting(Tweet::id)
                .containsExactly("5");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> XJson.read(without, "o"))
                .withMessage("The field 'id' is missing");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> XJson.read("{\"text\":\"an owl\"}".getBytes(UTF_8), "o", rule))
                .withMessageContaining("neither an id nor a time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "txt", "text,", "text;author"})
    void aRuleOfAnythingElseIsRefused(String text) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> IdRule.parse(text))
                .withMessageContaining("text, created_at and author");
    }

    @Test
    void notesOfOtherKindsStay() {
        assertThat(XJson.read(("{\"id\":\"" + ID + "\",\"text\":\"t\"}").getBytes(UTF_8), "o")
                        .notes())
                .isEqualTo(Map.of("time-from-id", 1L));
    }

    private static Tweet only(String document) {
        XPayload payload = XJson.read(document.getBytes(UTF_8), "o");
        assertThat(payload.tweets()).hasSize(1);
        assertThat(payload.notes()).doesNotContainKey("count-not-whole");
        return payload.tweets().get(0);
    }
}
