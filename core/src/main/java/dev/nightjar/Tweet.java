/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tweet, in the words of the X API v2. Whatever a source leaves out is null or empty, never invented.
 *
 * <p>Use {@link #builder}; components may be appended in later versions.
 *
 * <p>Immutable.
 *
 * @param id a {@link TweetId} in decimal digits: 1 to 19, without leading zeros and at most {@link Long#MAX_VALUE}
 * @param text the full text, even where the source cuts it, with HTML entities decoded once; at most
 *     {@value #MAX_TEXT_LENGTH} code points, empty for a tweet that has only media. The text of a retweet is that of
 *     the tweet it passes on, when the source has it. U+0000 is removed and a lone surrogate becomes U+FFFD, here and
 *     in every other text of a tweet
 * @param createdAt when it was written, to the millisecond
 * @param lang the language as the source says it, such as {@code en} or {@code und}; not a strict BCP 47 tag
 * @param author who wrote it
 * @param hashtags its hashtags
 * @param mentions the users it names
 * @param urls its links
 * @param publicMetrics how often it was passed on, answered and liked
 * @param references the tweets it refers to
 * @param matchingRuleTags the tags of the stream rules that it matched; a rule without a tag gives its id
 * @param source the application it was written with
 * @since 0.1.0
 */
public record Tweet(
        String id,
        String text,
        Instant createdAt,
        @Nullable String lang,
        @Nullable Author author,
        List<Entity> hashtags,
        List<Entity> mentions,
        List<Entity> urls,
        @Nullable PublicMetrics publicMetrics,
        List<TweetReference> references,
        List<String> matchingRuleTags,
        @Nullable String source)
        implements Serializable {
    /** The longest text, in Unicode code points: that of the longest post the platform takes. */
    public static final int MAX_TEXT_LENGTH = 25_000;

    /**
     * Checks and copies the components.
     *
     * @throws DataException if the id or the text is not as described
     */
    public Tweet {
        TweetId.of(id);
        text = WellFormed.repair(text);
        if (text.length() > MAX_TEXT_LENGTH && text.codePointCount(0, text.length()) > MAX_TEXT_LENGTH) {
            throw new DataException(
                    "text-too-long",
                    "The text of tweet " + id + " has " + text.codePointCount(0, text.length())
                            + " code points, more than " + MAX_TEXT_LENGTH);
        }
        createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
        lang = lang == null ? null : WellFormed.repair(lang);
        hashtags = List.copyOf(hashtags);
        mentions = List.copyOf(mentions);
        urls = List.copyOf(urls);
        references = List.copyOf(references);
        matchingRuleTags = matchingRuleTags.stream().map(WellFormed::repair).toList();
        source = source == null ? null : WellFormed.repair(source);
    }

    /**
     * Begins a tweet.
     *
     * @param id as {@link #id()}; checked by {@link Builder#build()}
     * @param text as {@link #text()}
     * @param createdAt as {@link #createdAt()}; see {@link TweetId#time()} where the source has no time
     */
    public static Builder builder(String id, String text, Instant createdAt) {
        return new Builder(id, text, createdAt);
    }

    /**
     * Collects the parts of a {@link Tweet}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final String id;
        private final String text;
        private final Instant createdAt;
        private @Nullable String lang;
        private @Nullable Author author;
        private List<Entity> hashtags = List.of();
        private List<Entity> mentions = List.of();
        private List<Entity> urls = List.of();
        private @Nullable PublicMetrics publicMetrics;
        private List<TweetReference> references = List.of();
        private List<String> matchingRuleTags = List.of();
        private @Nullable String source;

        private Builder(String id, String text, Instant createdAt) {
            this.id = Objects.requireNonNull(id, "id");
            this.text = Objects.requireNonNull(text, "text");
            this.createdAt = Objects.requireNonNull(createdAt, "createdAt");
        }

        /** Sets {@link Tweet#lang()}. */
        public Builder lang(@Nullable String value) {
            lang = value;
            return this;
        }

        /** Sets {@link Tweet#author()}. */
        public Builder author(@Nullable Author value) {
            author = value;
            return this;
        }

        /** Sets {@link Tweet#hashtags()}. */
        public Builder hashtags(List<Entity> value) {
            hashtags = value;
            return this;
        }

        /** Sets {@link Tweet#mentions()}. */
        public Builder mentions(List<Entity> value) {
            mentions = value;
            return this;
        }

        /** Sets {@link Tweet#urls()}. */
        public Builder urls(List<Entity> value) {
            urls = value;
            return this;
        }

        /** Sets {@link Tweet#publicMetrics()}. */
        public Builder publicMetrics(@Nullable PublicMetrics value) {
            publicMetrics = value;
            return this;
        }

        /** Sets {@link Tweet#references()}. */
        public Builder references(List<TweetReference> value) {
            references = value;
            return this;
        }

        /** Sets {@link Tweet#matchingRuleTags()}. */
        public Builder matchingRuleTags(List<String> value) {
            matchingRuleTags = value;
            return this;
        }

        /** Sets {@link Tweet#source()}. */
        public Builder source(@Nullable String value) {
            source = value;
            return this;
        }

        /** Sets all that is not set when a tweet is begun as another tweet has it. */
        public Builder like(Tweet other) {
            lang = other.lang;
            author = other.author;
            hashtags = other.hashtags;
            mentions = other.mentions;
            urls = other.urls;
            publicMetrics = other.publicMetrics;
            references = other.references;
            matchingRuleTags = other.matchingRuleTags;
            source = other.source;
            return this;
        }

        /**
         * The tweet.
         *
         * @throws DataException if the id or the text is not as {@link Tweet} describes
         */
        public Tweet build() {
            return new Tweet(
                    id,
                    text,
                    createdAt,
                    lang,
                    author,
                    hashtags,
                    mentions,
                    urls,
                    publicMetrics,
                    references,
                    matchingRuleTags,
                    source);
        }
    }
}
