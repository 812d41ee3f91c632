/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Entity;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.json.TweetJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyntheticTweetsTest {
    private static final List<Tweet> TWEETS =
            Replays.all(ReplayConfig.synthetic().count(20_000)).tweets();

    @Test
    void twoRunsOfOneSeedAreEqualByteForByte() {
        List<Tweet> again = Replays.all(ReplayConfig.synthetic().count(20_000).batchSize(77))
                .tweets();

        assertThat(again).hasSameSizeAs(TWEETS);
        for (int i = 0; i < again.size(); i++) {
            assertThat(TweetJson.toBytes(again.get(i))).isEqualTo(TweetJson.toBytes(TWEETS.get(i)));
        }
    }

    /** The same on every machine and in every version: else two runs that are compared may not be of one input. */
    @Test
    void theTweetsOfASeedDoNotChange() {
        assertThat(dev.nightjar.Sha256.of(String.join(
                                "\n",
                                TWEETS.stream()
                                        .limit(5_000)
                                        .map(TweetJson::toJson)
                                        .toList())
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo("ed4c8ff220ba041960168c59aadefe9a9af7703e5cd2dce8f24bf66ec16115e0");
    }

    @Test
    void anotherSeedAndAnotherStartGiveOthers() {
        assertThat(texts(ReplayConfig.synthetic().seed(2).count(100)))
                .isNotEqualTo(texts(ReplayConfig.synthetic().count(100)));
        Instant start = Instant.parse("2025-06-01T00:00:00Z");
        List<Tweet> moved =
                Replays.all(ReplayConfig.synthetic().start(start).count(100)).tweets();
        assertThat(moved)
                .extracting(Tweet::text)
                .isEqualTo(texts(ReplayConfig.synthetic().count(100)));
        assertThat(moved.get(0).createdAt()).isBetween(start, start.plusSeconds(1));
    }

    @Test
    void idsAreUniqueAndHoldTheTime() {
        assertThat(TWEETS).extracting(Tweet::id).doesNotHaveDuplicates();
        assertThat(TWEETS).extracting(Tweet::createdAt).isSorted();
        assertThat(TWEETS).isSortedAccordingTo(Comparator.comparingLong(tweet -> Long.parseLong(tweet.id())));
        assertThat(TWEETS)
                .allMatch(
                        tweet -> tweet.createdAt().equals(TweetId.of(tweet.id()).time()));
    }

    @Test
    void aFewHashtagsAreFrequentAndManyAreRare() {
        Map<String, Integer> counts = new HashMap<>();
        TWEETS.forEach(tweet -> tweet.hashtags().forEach(tag -> counts.merge(tag.value(), 1, Integer::sum)));
        List<Integer> sorted =
                counts.values().stream().sorted(Comparator.reverseOrder()).toList();
        int sum = sorted.stream().mapToInt(Integer::intValue).sum();

        assertThat(counts).hasSizeGreaterThan(500);
        assertThat(sorted.stream().limit(10).mapToInt(Integer::intValue).sum()).isBetween(sum / 4, sum * 3 / 4);
        assertThat(sorted.get(0)).isGreaterThan(3 * sorted.get(9));
    }

    @Test
    void retweetsRepeatAnEarlierTextWholly() {
        Map<String, Tweet> byId = new HashMap<>();
        int retweets = 0;
        int replies = 0;
        int quotes = 0;
        for (Tweet tweet : TWEETS) {
            for (TweetReference reference : tweet.references()) {
                Tweet original = byId.get(reference.id());
                assertThat(original)
                        .as("the tweet that %s refers to", tweet.id())
                        .isNotNull();
                switch (reference.type()) {
                    case RETWEETED -> {
                        retweets++;
                        assertThat(tweet.text()).isEqualTo(original.text());
                        assertThat(tweet.hashtags()).isEqualTo(original.hashtags());
                        assertThat(original.references())
                                .extracting(TweetReference::type)
                                .doesNotContain(TweetReference.Type.RETWEETED);
                    }
                    case REPLIED_TO -> replies++;
                    case QUOTED -> quotes++;
                }
            }
            byId.put(tweet.id(), tweet);
        }
        assertThat(retweets).isBetween(3_000, 7_000);
        assertThat(replies).isBetween(500, 2_500);
        assertThat(quotes).isBetween(100, 1_000);
    }

    @Test
    void everyPlaceOfAnEntityFits() {
        int entities = 0;
        for (Tweet tweet : TWEETS) {
            for (Entity tag : tweet.hashtags()) {
                assertThat(written(tweet, tag)).isEqualTo("#" + tag.value());
                entities++;
            }
            for (Entity user : tweet.mentions()) {
                assertThat(written(tweet, user)).isEqualTo("@" + user.value());
                entities++;
            }
            for (Entity url : tweet.urls()) {
                assertThat(written(tweet, url)).startsWith("https://t.co/").doesNotContain(" ");
                assertThat(url.value()).startsWith("https://example.org/");
                entities++;
            }
        }
        assertThat(entities).isGreaterThan(10_000);
    }

    @Test
    void thereAreSeveralLanguagesManyTextsAndEmojiOfSeveralCodePoints() {
        assertThat(TWEETS.stream().map(Tweet::lang).distinct())
                .contains("en", "es", "pt", "fr", "de", "ja", "ar", "tr", "fi");
        assertThat(TWEETS.stream().filter(tweet -> "en".equals(tweet.lang())).count())
                .isBetween(12_000L, 16_500L);
        assertThat(TWEETS.stream().map(Tweet::text).distinct().count()).isGreaterThan(10_000);
        assertThat(TWEETS).anyMatch(tweet -> tweet.text().contains("\u200D"));
        assertThat(TWEETS).anyMatch(tweet -> tweet.text().contains("\n"));
        assertThat(TWEETS).noneMatch(tweet -> tweet.text().contains("%"));
        assertThat(TWEETS)
                .noneMatch(tweet -> tweet.text().isBlank() || tweet.text().length() > 280);
    }

    @Test
    void someMinutesHaveManyTimesTheTweetsOfOthers() {
        Map<Long, Integer> perSecond = new HashMap<>();
        TWEETS.forEach(tweet -> perSecond.merge(tweet.createdAt().getEpochSecond(), 1, Integer::sum));
        List<Integer> sorted = perSecond.values().stream().sorted().toList();

        assertThat(sorted.get(sorted.size() / 2)).isBetween(8, 35);
        assertThat(sorted.get(sorted.size() - 1)).isGreaterThan(80);
        assertThat(Duration.between(
                        TWEETS.get(0).createdAt(), TWEETS.get(19_999).createdAt()))
                .isBetween(Duration.ofMinutes(8), Duration.ofMinutes(30));
    }

    private static List<String> texts(ReplayConfig.Builder config) {
        List<String> texts = new ArrayList<>();
        Replays.all(config).tweets().forEach(tweet -> texts.add(tweet.text()));
        return texts;
    }

    private static String written(Tweet tweet, Entity entity) {
        String text = tweet.text();
        return text.substring(text.offsetByCodePoints(0, entity.start()), text.offsetByCodePoints(0, entity.end()));
    }
}
