/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static dev.nightjar.source.twitter.TweetQuery.allOf;
import static dev.nightjar.source.twitter.TweetQuery.anyOf;
import static dev.nightjar.source.twitter.TweetQuery.cashtag;
import static dev.nightjar.source.twitter.TweetQuery.from;
import static dev.nightjar.source.twitter.TweetQuery.has;
import static dev.nightjar.source.twitter.TweetQuery.hashtag;
import static dev.nightjar.source.twitter.TweetQuery.lang;
import static dev.nightjar.source.twitter.TweetQuery.mention;
import static dev.nightjar.source.twitter.TweetQuery.minLikes;
import static dev.nightjar.source.twitter.TweetQuery.phrase;
import static dev.nightjar.source.twitter.TweetQuery.raw;
import static dev.nightjar.source.twitter.TweetQuery.retweet;
import static dev.nightjar.source.twitter.TweetQuery.sample;
import static dev.nightjar.source.twitter.TweetQuery.term;
import static dev.nightjar.source.twitter.TweetQuery.to;
import static dev.nightjar.source.twitter.TweetQuery.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.source.twitter.TweetQuery.Content;
import dev.nightjar.source.twitter.TweetQuery.PostType;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TweetQueryTest {
    @Test
    void partsAreWrittenAsTheApiReadsThem() {
        assertThat(allOf(
                                anyOf(term("potus"), hashtag("#biden"), phrase("golden state")),
                                lang("EN"),
                                retweet().negated())
                        .forStream())
                .isEqualTo("(potus OR #biden OR \"golden state\") lang:en -is:retweet");
        assertThat(allOf(from("@NASA"), to("esa"), mention("jaxa_en"), cashtag("$BRK.B"), url("nasa.gov"), sample(10))
                        .forStream())
                .isEqualTo("from:NASA to:esa @jaxa_en $BRK.B url:\"nasa.gov\" sample:10");
        assertThat(allOf(term("owl"), has(Content.VIDEO_LINK), TweetQuery.is(PostType.QUOTE), minLikes(500))
                        .forSearch(512))
                .isEqualTo("owl has:video_link is:quote min_likes:500");
        assertThat(anyOf(allOf(term("a"), term("b")), anyOf(term("c"), term("d")))
                        .forStream())
                .isEqualTo("(a b) OR c OR d");
        assertThat(allOf(raw("one OR two"), lang("de")).forStream()).isEqualTo("(one OR two) lang:de");
        assertThat(term("🦉").forStream()).isEqualTo("🦉");
    }

    @Test
    void aWordThatWouldBeReadOtherwiseIsQuoted() {
        assertThat(List.of(term("OR"), term("and"), term("-1"), term("#x")))
                .extracting(TweetQuery::forStream)
                .containsExactly("\"OR\"", "\"and\"", "\"-1\"", "\"#x\"");
    }

    @Test
    void aGroupIsNotNegated() {
        TweetQuery group = anyOf(term("a"), term("b"));
        refused(group::negated, "negate each of its parts");
        refused(() -> raw("a b").negated(), "cannot be negated");
        refused(() -> term("a").negated().negated(), "negated already");
        assertThat(allOf(term("c"), term("a").negated(), term("b").negated()).forStream())
                .isEqualTo("c -a -b");
    }

    @Test
    void whatNeedsAnotherPartIsNotAloneInAnyBranch() {
        List<TweetQuery> alone = List.of(
                lang("en"),
                has(Content.IMAGES),
                retweet(),
                sample(5),
                allOf(lang("en"), has(Content.LINKS)),
                anyOf(term("a"), lang("en")),
                allOf(retweet().negated(), lang("en")));
        assertThat(alone).allSatisfy(query -> refused(query::forStream, "no part that can stand alone"));
        assertThat(allOf(term("a"), anyOf(has(Content.IMAGES), has(Content.LINKS)))
                        .forStream())
                .isEqualTo("a (has:images OR has:links)");
    }

    @Test
    void whatIsPurelyNegativeIsRefused() {
        refused(() -> term("a").negated().forStream(), "no part that can stand alone");
        refused(() -> allOf(term("a").negated(), hashtag("b").negated()).forSearch(512), "no part");
        refused(() -> anyOf(term("c"), term("a").negated()).forStream(), "no part");
    }

    @Test
    void theLengthIsThatOfThePlan() {
        String fits = "é".repeat(1024);
        assertThat(term(fits).forStream()).isEqualTo(fits);
        refused(() -> term(fits + 'e').forStream(), "1025 characters, more than the 1024");
        assertThat(term(fits + 'e').forStream(2048)).hasSize(1025);
        refused(() -> raw("x".repeat(513)).forSearch(512), "513 characters");
        assertThat(term("🦉".repeat(1024)).forStream()).as("code points").hasSize(2048);
    }

    @Test
    void anOperatorOfTheOtherPlaceIsRefused() {
        refused(() -> allOf(term("a"), minLikes(5)).forStream(), "does not know 'min_likes:5'");
        refused(() -> allOf(term("a"), sample(5)).forSearch(512), "does not know 'sample:5'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nba min_faves:100", "(nba -min_retweets:5)", "MIN_FAVES:1 a"})
    void whatOnlyTheSiteKnowsIsRefusedWithAHint(String query) {
        refused(() -> raw(query), "min_likes:");
    }

    @Test
    void aQuotedOrOtherMinFavesIsNoOperator() {
        assertThat(raw("\"min_faves:3\"").forStream()).isEqualTo("\"min_faves:3\"");
        assertThat(raw("url:min_faves:3").forStream()).isEqualTo("url:min_faves:3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "", "a(b", "say\"it", "lang:en", "line\nbreak"})
    void aTermIsOneWord(String word) {
        refused(() -> term(word), "not one word");
    }

    @Test
    void whatIsNoTagUserOrLanguageIsRefused() {
        refused(() -> hashtag("#2026"), "hashtag");
        refused(() -> hashtag("a b"), "hashtag");
        refused(() -> cashtag("$TOOLONGER"), "ticker");
        refused(() -> from("not a user"), "neither a name nor an id");
        refused(() -> lang("english"), "language");
        refused(() -> phrase("with \" in it"), "quotation mark");
        refused(() -> sample(0), "1 to 100");
        refused(() -> raw(" \n"), "not blank");
        refused(() -> anyOf(List.of()), "needs a part");
        assertThat(hashtag("пример_2").forStream()).isEqualTo("#пример_2");
        assertThat(lang("zh-TW").toString()).isEqualTo("lang:zh-tw");
    }

    private static void refused(Supplier<?> building, String why) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(building::get)
                .withMessageContaining(why);
    }
}
