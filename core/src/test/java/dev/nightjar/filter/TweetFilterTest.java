/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.Entity;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Serialized;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TweetFilterTest {
    private static final Tweet ENGLISH = Tweet.builder("1", "An owl", Instant.EPOCH)
            .lang("en")
            .author(new Author(null, "Strix", null, 50L))
            .hashtags(List.of(new Entity("Birds", -1, -1)))
            .publicMetrics(new PublicMetrics(3L, null, 100L, null, null, null))
            .build();
    private static final Tweet RETWEET = Tweet.builder("2", " ", Instant.EPOCH)
            .references(List.of(
                    new TweetReference(TweetReference.Type.RETWEETED, "1"),
                    new TweetReference(TweetReference.Type.REPLIED_TO, "1")))
            .build();

    @ParameterizedTest
    @CsvSource({
        "original, true, false",
        "retweet, false, true",
        "reply, false, true",
        "quote, false, false",
        "text, true, false",
        "lang:EN, true, false",
        "from:strix, true, false",
        "hashtag:birds, true, false",
        "min_likes:100, true, false",
        "min_likes:101, false, false",
        "-min_likes:101, true, true",
        "min_retweets:3, true, false",
        "min_followers:51, false, false",
        "original lang:en min_likes:100, true, false",
        "original lang:de OR retweet, false, true",
        "original (lang:de OR lang:en), true, false",
        "-(original lang:en), false, true",
    })
    void itKeepsWhatItSays(String text, boolean english, boolean retweet) {
        TweetFilter filter = TweetFilter.parse(text);
        assertThat(filter.matches(ENGLISH)).isEqualTo(english);
        assertThat(filter.matches(RETWEET)).isEqualTo(retweet);
        assertThat(filter.reason(ENGLISH).isEmpty()).isEqualTo(english);
        assertThat(TweetFilter.parse(filter.toString())).as("%s", filter).isEqualTo(filter);
    }

    @Test
    void itIsPutTogetherAndReadBackAsTheSame() {
        TweetFilter filter = TweetFilter.originals()
                .and(TweetFilter.lang("en").or(TweetFilter.lang("de")).negate())
                .or(TweetFilter.hasText().and(TweetFilter.minLikes(5).and(TweetFilter.originals())));
        assertThat(filter).hasToString("original -(lang:en OR lang:de) OR text (min_likes:5 original)");
        assertThat(TweetFilter.parse(filter.toString())).isEqualTo(filter).hasSameHashCodeAs(filter);
        assertThat(Serialized.copyOf(filter)).isEqualTo(filter);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orginal | There is no condition 'orginal' on tweets; did you mean 'original'?",
                "min_like:3 | did you mean 'min_likes:'?",
                "lang | did you mean 'lang:'?",
                "min_likes:many | 'min_likes:many' is no condition on tweets; give it as 'min_likes:100'",
                "original:yes | did you mean 'original'?",
                "(original | The condition '(original' lacks a ')'",
                "original) | has a ')' too many",
                "OR original | lacks a word before 'OR'",
                "original OR | lacks a word",
            })
    void whatIsNoConditionIsRefused(String text, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> TweetFilter.parse(text))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "()", "-"})
    void nothingIsNoConditionEither(String text) {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> TweetFilter.parse(text));
    }

    @Test
    void aSourceGivesWhatIsKeptCountsTheRestAndItsPositionGoesOn() throws Exception {
        TweetSourceFactory kept = TweetFilter.parse("original -lang:de").of(new Three());
        assertThat(kept).isEqualTo(TweetFilter.parse("original -lang:de").of(new Three()));
        try (TweetSource source = kept.open()) {
            SourceBatch batch = source.poll(Duration.ZERO);
            assertThat(batch.tweets()).containsExactly(ENGLISH);
            assertThat(batch.skipped()).isEqualTo(Map.of("not-original", 1L, "lang-de", 1L, "keep-alive", 2L));
            assertThat(batch.deletedIds()).containsExactly("9");
            assertThat(source.position()).isEqualTo(new SourcePosition("after"));
            assertThat(source.isExhausted()).isTrue();
        }
    }

    /** A source of one batch. */
    private record Three() implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            return new TweetSource() {
                private SourcePosition at = position;

                @Override
                public SourceBatch poll(Duration timeout) {
                    at = new SourcePosition("after");
                    return SourceBatch.builder()
                            .tweet(ENGLISH)
                            .tweet(RETWEET)
                            .tweet(Tweet.builder("3", "Eule", Instant.EPOCH)
                                    .lang("de")
                                    .build())
                            .deleted("9")
                            .skipped("keep-alive", 2)
                            .build();
                }

                @Override
                public boolean isExhausted() {
                    return at.equals(new SourcePosition("after"));
                }

                @Override
                public SourcePosition position() {
                    return at;
                }

                @Override
                public void close() {}
            };
        }
    }
}
