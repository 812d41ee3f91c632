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
import dev.nightjar.DeadLetter;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.TweetReference.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XJsonTest {
    private static final String TWEET_WORDS_FRAME = """
            {"data":{"attachments":{},"author_id":"2244994945","created_at":"2026-09-01T06:30:00.123Z",
              "edit_history_tweet_ids":["2094674112008949761"],
              "entities":{"hashtags":[{"start":11,"end":16,"tag":"rain"}],
                "mentions":[{"start":0,"end":4,"username":"ida"},{"start":5,"end":10,"username":"otto","id":"12"}],
                "urls":[{"start":31,"end":54,"url":"https://t.co/q1w2e3r4t5","expanded_url":null,"status":"200"}],
                "annotations":[{"start":11,"end":14,"probability":0.5,"type":"Other","normalized_text":"rain"}]},
              "geo":{},"id":"2094674112008949761","lang":"en","possibly_sensitive":false,
              "public_metrics":{"retweet_count":1,"reply_count":2,"like_count":3,"quote_count":4,
                "bookmark_count":5,"impression_count":6},
              "referenced_tweets":[{"type":"quoted","id":"2072920000000000000"},
                {"type":"replied_to","id":"2072910000000000000"}],
              "source":"Web","text":"@ida @otto #rain &amp; thunder https://t.co/q1w2e3r4t5"},
             "includes":{"users":[{"id":"2244994945","name":"Una","username":"una_at_sea",
                "public_metrics":{"followers_count":70,"following_count":1,"tweet_count":2,"listed_count":3}}]},
             "errors":[{"resource_id":"2072920000000000000","resource_type":"tweet","parameter":"referenced_tweets.id",
                "title":"Not Found Error","detail":"Could not find tweet.",
                "type":"https://api.twitter.com/2/problems/resource-not-found"}],
             "matching_rules":[{"id":"1166916266197536768","tag":"weather"},{"id":1166916266197536769},
                {"id":"1166916266197536770","tag":""}]}
            """;

    @Test
    void aFrameInTweetWordsIsReadWhole() {
        XPayload payload = read(TWEET_WORDS_FRAME);

        Tweet expected = Tweet.builder(
                        "2094674112008949761",
                        "@ida @otto #rain & thunder https://t.co/q1w2e3r4t5",
                        Instant.parse("2026-09-01T06:30:00.123Z"))
                .lang("en")
                .author(new Author("2244994945", "una_at_sea", "Una", 70L))
                .hashtags(List.of(new Entity("rain", 11, 16)))
                .mentions(List.of(new Entity("ida", 0, 4), new Entity("otto", 5, 10)))
                .urls(List.of(new Entity("https://t.co/q1w2e3r4t5", 27, 50)))
                .publicMetrics(new PublicMetrics(1L, 2L, 3L, 4L, 6L, 5L))
                .references(List.of(
                        new TweetReference(Type.QUOTED, "2072920000000000000"),
                        new TweetReference(Type.REPLIED_TO, "2072910000000000000")))
                .matchingRuleTags(List.of("weather", "1166916266197536769", "1166916266197536770"))
                .source("Web")
                .build();
        assertThat(payload.tweets()).containsExactly(expected);
        assertThat(payload.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo("resource-not-found");
            assertThat(problem.title()).isEqualTo("Not Found Error");
            assertThat(problem.detail()).isEqualTo("Could not find tweet.");
            assertThat(problem.member("resource_id")).isEqualTo("2072920000000000000");
            assertThat(problem.toString()).doesNotContain("2072920000000000000");
        });
        assertThat(payload.isError()).isFalse();
        assertThat(payload.deadLetters()).isEmpty();
        assertThat(payload.skipped()).isEmpty();
        assertThat(payload.notes()).isEmpty();
    }

    @Test
    void postWordsGiveTheSameTweetAsTweetWords() {
        String postWords = TWEET_WORDS_FRAME
                .replace("referenced_tweets\":", "referenced_posts\":")
                .replace("edit_history_tweet_ids", "edit_history_post_ids")
                .replace("retweet_count", "repost_count")
                .replace("\"tweet_count\"", "\"post_count\"");

        assertThat(postWords).isNotEqualTo(TWEET_WORDS_FRAME);
        assertThat(read(postWords).tweets()).isEqualTo(read(TWEET_WORDS_FRAME).tweets());
    }

    @ParameterizedTest
    @CsvSource({
        "referenced_tweets, tweets, note_tweet, retweeted",
        "referenced_posts, posts, note_post, retweeted",
        "referenced_posts, posts, note_post, reposted"
    })
    void aRetweetTakesTheFullTextAndTheEntitiesOfTheTweetItPassesOn(
            String referenced, String included, String note, String type) {
        Tweet tweet = only(read("""
                {"data":{"id":"2094674112008949761","author_id":"5","text":"RT @ida: This post is so long that it was c\u2026",
                   "entities":{"mentions":[{"start":3,"end":7,"username":"ida"}]},"%1$s":[{"type":"%4$s","id":"77"}]},
                 "includes":{"%2$s":[{"id":"76","text":"not this one"},
                   {"id":"77","text":"This post is so long that it was cut https://t.co/a",
                    "entities":{"urls":[{"start":37,"end":51,"url":"https://t.co/a"}]},
                    "%3$s":{"text":"This post is so long that it was cut in the middle #long &lt;3",
                      "entities":{"hashtags":[{"start":51,"end":56,"tag":"long"}]}}}]}}
                """.formatted(referenced, included, note, type)));

        assertThat(tweet.text()).isEqualTo("This post is so long that it was cut in the middle #long <3");
        assertThat(tweet.hashtags()).containsExactly(new Entity("long", 51, 56));
        assertThat(tweet.mentions()).isEmpty();
        assertThat(tweet.urls()).isEmpty();
        assertThat(tweet.author()).isEqualTo(new Author("5", null, null, null));
        assertThat(tweet.references()).containsExactly(new TweetReference(Type.RETWEETED, "77"));
    }

    @Test
    void aRetweetWhoseOriginalIsGoneKeepsItsOwnTextAndIsNoted() {
        XPayload payload = read("""
                {"data":{"id":"2094674112008949761","text":"RT @ida: cut\u2026","referenced_tweets":[{"type":"retweeted","id":"77"}]},
                 "errors":[{"title":"Authorization Error","type":"https://api.x.com/2/problems/not-authorized-for-resource"}]}
                """);

        assertThat(only(payload).text()).isEqualTo("RT @ida: cut\u2026");
        assertThat(payload.notes()).containsEntry("text-truncated", 1L);
    }

    @Test
    void aQuoteKeepsItsOwnText() {
        assertThat(only(read("""
                                {"data":{"id":"2094674112008949761","text":"see this","referenced_tweets":[{"type":"quoted","id":"77"}]},
                                 "includes":{"tweets":[{"id":"77","text":"quoted"}]}}
                                """)).text()).isEqualTo("see this");
    }

    @ParameterizedTest
    @ValueSource(strings = {"note_tweet", "note_post"})
    void theNoteIsTheFullText(String note) {
        Tweet tweet = only(read("""
                {"id":"2094674112008949761","text":"The beginning\u2026 #a","entities":{"hashtags":[{"start":15,"end":17,"tag":"a"}]},
                 "%s":{"text":"The beginning and &amp; the end #a #b",
                   "entities":{"hashtags":[{"start":32,"end":34,"tag":"a"},{"start":35,"end":37,"tag":"b"}]}}}
                """.formatted(note)));

        assertThat(tweet.text()).isEqualTo("The beginning and & the end #a #b");
        assertThat(tweet.hashtags()).containsExactly(new Entity("a", 28, 30), new Entity("b", 31, 33));
    }

    @Test
    void aNoteWithoutEntitiesTakesThoseOfTheCutTextWithoutTheirPlaces() {
        assertThat(only(read("""
                                {"id":"2094674112008949761","text":"#a\u2026","entities":{"hashtags":[{"start":0,"end":2,"tag":"a"}]},
                                 "note_tweet":{"text":"Long #a"}}
                                """)).hashtags()).containsExactly(Entity.of("a"));
    }

    @Test
    void placesCountCodePointsAndMoveWithTheDecodedText() {
        Tweet tweet = only(read("""
                {"id":"2094674112008949761","text":"\uD83C\uDF27\uFE0F&lt;&gt;\uD83C\uDF08 #one &amp;amp; #two\\u0000 #three",
                 "entities":{"hashtags":[{"start":12,"end":16,"tag":"one"},{"start":27,"end":31,"tag":"two"},
                   {"start":33,"end":39,"tag":"three"},{"start":2,"end":6,"tag":"angle"},{"start":3,"end":7,"tag":"inside"},
                   {"start":33,"end":40,"tag":"beyond"},{"start":9,"end":3,"tag":"backwards"},
                   {"start":-1,"end":3,"tag":"negative"},{"start":"x","end":null,"tag":"odd"},{"tag":"none"},
                   {"start":0,"end":1},7,{"start":1e99,"end":5,"tag":"huge"}]}}
                """));

        assertThat(tweet.text()).isEqualTo("\uD83C\uDF27\uFE0F<>\uD83C\uDF08 #one &amp; #two #three");
        assertThat(tweet.hashtags())
                .startsWith(
                        new Entity("one", 6, 10),
                        new Entity("two", 17, 21),
                        new Entity("three", 22, 28),
                        new Entity("angle", 2, 3))
                .endsWith(
                        Entity.of("beyond"),
                        Entity.of("backwards"),
                        Entity.of("negative"),
                        Entity.of("odd"),
                        Entity.of("none"),
                        Entity.of("huge"))
                .hasSize(11);
        for (Entity entity : tweet.hashtags().subList(0, 3)) {
            assertThat(tweet.text()
                            .substring(
                                    tweet.text().offsetByCodePoints(0, entity.start()),
                                    tweet.text().offsetByCodePoints(0, entity.end())))
                    .isEqualTo("#" + entity.value());
        }
    }

    @Test
    void aPageIsReadInItsOrderAndOneBadTweetCostsItselfAlone() {
        String bad = "{\"id\":\"2072920339459391402\",\"id\":\"2072920339459391403\",\"text\":\"\u00FC twice\"}";
        XPayload payload =
                read("\uFEFF{\"data\":[{\"id\":\"2072920339459391404\",\"text\":\"four\",\"author_id\":\"5\"},\n"
                        + "{\"id\":\"x\",\"text\":\"no id\"}, " + bad
                        + ",{\"id\":\"2072920339459391401\",\"text\":\"one\",\"author_id\":\"6\"},\"text\"],"
                        + "\"includes\":{\"users\":[{\"id\":\"5\",\"username\":\"five\"},{\"id\":\"6\",\"id\":\"6\",\"username\":\"six\"}]},"
                        + "\"meta\":{\"newest_id\":\"2072920339459391404\",\"oldest_id\":\"2072920339459391401\","
                        + "\"result_count\":5,\"next_token\":\"b26v\"},\"__twarc\":{\"version\":\"2.14.0\"}}");

        assertThat(payload.tweets()).extracting(Tweet::text).containsExactly("four", "one");
        assertThat(payload.tweets())
                .extracting(Tweet::author)
                .containsExactly(new Author("5", "five", null, null), new Author("6", null, null, null));
        assertThat(payload.deadLetters())
                .extracting(DeadLetter::code, DeadLetter::origin, letter -> new String(letter.original(), UTF_8))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("bad-id", "here#1", "{\"id\":\"x\",\"text\":\"no id\"}"),
                        org.assertj.core.groups.Tuple.tuple("duplicate-key", "here#2", bad),
                        org.assertj.core.groups.Tuple.tuple("not-an-object", "here#4", "text"));
        assertThat(payload.meta())
                .isEqualTo(new XPayload.Meta(5L, "2072920339459391404", "2072920339459391401", "b26v", null));
    }

    @Test
    void aPageOfNothingHasItsMetaAndIsCounted() {
        XPayload payload = read("{\"meta\":{\"result_count\":0}}");

        assertThat(payload.meta()).isEqualTo(new XPayload.Meta(0L, null, null, null, null));
        assertThat(payload.skipped()).containsExactly(Map.entry("empty-page", 1L));
        assertThat(read("[]").skipped()).containsExactly(Map.entry("empty-page", 1L));
        assertThat(read("{\"statuses\":[],\"search_metadata\":{}}").skipped()).containsOnlyKeys("empty-page");
    }

    @Test
    void aTweetFlattenedByTwarcIsReadFromItselfAlone() {
        Tweet tweet = only(read("""
                {"id":"2094674112008949761","text":"RT @ida: cut\u2026","author_id":"5","created_at":"2026-09-01T06:30:00.000Z",
                 "author":{"id":"5","username":"five","name":"Five","public_metrics":{"followers_count":9}},
                 "in_reply_to_user":{"id":"6","username":"six"},
                 "referenced_tweets":[{"type":"retweeted","id":"77","text":"The whole of it #all","author":{"username":"ida"},
                   "entities":{"hashtags":[{"start":16,"end":20,"tag":"all"}]}}],
                 "matching_rules":[{"id":"1","tag":"t"}],"__twarc":{"url":"https://api.twitter.com/2/"}}
                """));

        assertThat(tweet.text()).isEqualTo("The whole of it #all");
        assertThat(tweet.hashtags()).containsExactly(new Entity("all", 16, 20));
        assertThat(tweet.author()).isEqualTo(new Author("5", "five", "Five", 9L));
        assertThat(tweet.matchingRuleTags()).containsExactly("t");
    }

    @Test
    void aTimeMayBeMissingOddOrFarFromTheId() {
        XPayload payload = read("""
                [{"id":"2094674112008949761","text":"missing"},
                 {"id":"2094674112008949761","text":"odd","created_at":"yesterday"},
                 {"id":"2094674112008949761","text":"impossible","created_at":"2026-02-30T00:00:00Z"},
                 {"id":"2094674112008949761","text":"number","created_at":1788244200},
                 {"id":"2094674112008949761","text":"far","created_at":"2020-01-01T00:00:00Z"},
                 {"id":"20","text":"old","created_at":"2006-03-21T20:50:14+00:00"},
                 {"id":"20","text":"old and odd","created_at":"yesterday"},
                 {"id":"20","text":"old and missing"}]
                """);

        Instant fromId = TweetId.of("2094674112008949761").time();
        assertThat(payload.tweets())
                .extracting(Tweet::createdAt)
                .containsExactly(
                        fromId,
                        fromId,
                        fromId,
                        fromId,
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Instant.parse("2006-03-21T20:50:14Z"));
        assertThat(payload.notes())
                .containsOnly(Map.entry("time-from-id", 4L), Map.entry("time-disagrees-with-id", 1L));
        assertThat(payload.deadLetters()).extracting(DeadLetter::code).containsExactly("bad-time", "missing-field");
    }

    @Test
    void nullsStandForMissingParts() {
        assertThat(only(read("""
                        {"data":{"id":"2094674112008949761","text":"t","lang":null,"author_id":null,"entities":null,
                          "public_metrics":null,"referenced_tweets":null,"note_tweet":null,"source":null,"created_at":null},
                         "includes":null,"errors":null,"matching_rules":null}
                        """)))
                .isEqualTo(Tweet.builder(
                                "2094674112008949761",
                                "t",
                                TweetId.of("2094674112008949761").time())
                        .build());
    }

    @Test
    void partsOfAnotherTypeStandForMissingParts() {
        assertThat(only(read("""
                        {"data":{"id":2094674112008949761,"text":"t","lang":5,"author_id":{},"entities":[1],
                          "public_metrics":"many","referenced_tweets":{"a":1},"note_tweet":"n","source":[],"created_at":[]},
                         "includes":[],"errors":"none","matching_rules":5}
                        """)))
                .isEqualTo(Tweet.builder(
                                "2094674112008949761",
                                "t",
                                TweetId.of("2094674112008949761").time())
                        .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperationalDisconnect\","
                        + "\"detail\":\"gone\",\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}]}",
                "{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperationalDisconnect\","
                        + "\"detail\":\"gone\",\"type\":\"https://api.twitter.com/2/problems/operational-disconnect\"}"
            })
    void aDisconnectionIsAProblemWithAndWithoutItsWrapper(String json) {
        XPayload payload = read(json);

        assertThat(payload.isError()).isTrue();
        assertThat(payload.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo("operational-disconnect");
            assertThat(problem.disconnectType()).isEqualTo("UpstreamOperationalDisconnect");
            assertThat(problem.detail()).isEqualTo("gone");
        });
    }

    @Test
    void errorsAreProblemsInBothVersions() {
        XProblem connection = read("{\"title\":\"ConnectionException\",\"detail\":\"full\","
                        + "\"connection_issue\":\"TooManyConnections\",\"type\":\"https://api.twitter.com/2/problems/streaming-connection\"}")
                .problems()
                .get(0);
        assertThat(connection.connectionIssue()).isEqualTo("TooManyConnections");
        assertThat(connection.status()).isNull();

        XProblem blank =
                read("{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}")
                        .problems()
                        .get(0);
        assertThat(blank.kind()).isNull();
        assertThat(blank.status()).isEqualTo(401);

        XProblem old = read("{\"errors\":[{\"code\":88,\"message\":\"Rate limit exceeded\"}]}")
                .problems()
                .get(0);
        assertThat(old.code()).isEqualTo(88);
        assertThat(old.detail()).isEqualTo("Rate limit exceeded");
    }

    @Test
    void anEditTakesThePlaceOfAllEarlierVersionsAndTheNewestStays() {
        XPayload edit = read("{\"data\":{\"tweet_edit\":{\"tweet\":{\"id\":\"1001\",\"author_id\":\"3\"},"
                + "\"event_at\":\"2026-01-01T00:00:00Z\",\"initial_tweet_id\":\"999\","
                + "\"edit_tweet_ids\":[\"999\",\"1000\",\"1001\"]}}}");
        assertThat(edit.deletedIds()).containsExactly("999", "1000");
        assertThat(edit.notes()).containsExactly(Map.entry("superseded-by-edit", 2L));
        assertThat(edit.skipped()).isEmpty();
        assertThat(read("{\"data\":{\"post_edit\":{\"post\":{\"id\":\"999\"},\"initial_post_id\":\"999\","
                                + "\"edit_post_ids\":[999,1000]}}}")
                        .deletedIds())
                .as("whichever version the event names, and numerically")
                .containsExactly("999");
        XPayload alone = read("{\"data\":{\"tweet_edit\":{\"tweet\":{\"id\":\"7\"},\"edit_tweet_ids\":[\"7\"]}}}");
        assertThat(alone.deletedIds()).isEmpty();
        assertThat(alone.skipped()).containsExactly(Map.entry("compliance-event", 1L));
    }

    @Test
    void noticesAreDeletionsOrCountedSkips() {
        assertThat(
                        read("{\"delete\":{\"status\":{\"id\":1234567890123456800,\"id_str\":\"1234567890123456789\",\"user_id\":3}}}")
                                .deletedIds())
                .containsExactly("1234567890123456789");
        assertThat(read("{\"status_withheld\":{\"id\":1234,\"user_id\":3,\"withheld_in_countries\":[\"XY\"]}}")
                        .deletedIds())
                .containsExactly("1234");
        assertThat(
                        read("{\"data\":{\"delete\":{\"tweet\":{\"id\":\"1234\",\"author_id\":\"3\"},\"event_at\":\"2026-01-01T00:00:00Z\"}}}")
                                .deletedIds())
                .containsExactly("1234");
        assertThat(read("{\"data\":{\"withheld\":{\"post\":{\"id\":\"1234\"}}}}")
                        .deletedIds())
                .containsExactly("1234");
        assertThat(
                        read("{\"id\":\"1234\",\"action\":\"delete\",\"created_at\":\"2013-06-04T16:25:04+00:00\",\"reason\":\"deleted\"}")
                                .deletedIds())
                .containsExactly("1234");
        Map<String, String> skips = Map.of(
                "{\"delete\":{\"favorite\":{\"tweet_id\":1}}}", "delete-other",
                "{\"scrub_geo\":{\"user_id\":1,\"up_to_status_id\":2}}", "scrub-geo",
                "{\"limit\":{\"track\":7}}", "limit",
                "{\"warning\":{\"code\":\"FALLING_BEHIND\"}}", "warning",
                "{\"disconnect\":{\"code\":4}}", "disconnect",
                "{\"data\":{\"undrop\":{\"tweet\":{\"id\":\"1\"}}}}", "compliance-event",
                "{\"info\":{\"message\":\"Replay Request Completed\",\"activity_count\":5}}", "info",
                "[{\"type\":\"connection_metadata\",\"connection_id\":\"1\"}]", "info");
        skips.forEach((json, reason) -> {
            XPayload payload = read(json);
            assertThat(payload.skipped()).as(json).containsExactly(Map.entry(reason, 1L));
            assertThat(payload.tweets()).isEmpty();
        });
    }

    @Test
    void manySmallValuesAreRefused() {
        String values = "[" + "1,".repeat(2_000_000) + "1]";

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read("{\"data\":" + values + "}"))
                .withMessageEndingWith(" 2000000 tokens");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "unsupported-shape | {\"id\":\"tag:search.twitter.com,2005:1\",\"objectType\":\"activity\",\"verb\":\"post\",\"postedTime\":\"2015\",\"body\":\"b\"}",
                "unsupported-shape | {\"data\":{\"user\":{\"result\":{\"__typename\":\"User\"}}}}",
                "unsupported-shape | {\"data\":{\"tweetResult\":{\"result\":{\"rest_id\":\"1\"}}}}",
                "unsupported-shape | {\"__typename\":\"Tweet\",\"rest_id\":\"1\",\"legacy\":{\"full_text\":\"t\"}}",
                "unsupported-shape | {\"rest_id\":\"1\",\"legacy\":{\"full_text\":\"t\"}}",
                "not-a-tweet       | {}",
                "not-a-tweet       | {\"data\":{}}",
                "not-a-tweet       | {\"data\":5}",
                "not-a-tweet       | {\"hello\":\"world\"}",
                "not-a-tweet       | {\"id\":\"1\"}",
                "missing-field     | {\"text\":\"t\"}",
                "missing-field     | {\"data\":{\"id\":\"2094674112008949761\"}}",
                "duplicate-key     | {\"data\":{\"id\":\"2094674112008949761\",\"text\":\"t\",\"entities\":{\"urls\":[{\"a\":1,\"a\":2}]}}}",
                "duplicate-key     | {\"data\":[],\"data\":[]}",
                "not-an-object     | \"text\"",
            })
    void whatIsNoneOfTheseIsRefusedWithACode(String code, String json) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static XPayload read(String json) {
        return XJson.read(json.getBytes(UTF_8), "here");
    }

    private static Tweet only(XPayload payload) {
        assertThat(payload.tweets()).hasSize(1);
        assertThat(payload.deadLetters()).isEmpty();
        return payload.tweets().get(0);
    }
}
