/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.filter;

import dev.nightjar.Author;
import dev.nightjar.ConfigException;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetReference;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tweets to keep, by what is known of them; what a tweet's source does not say is not known, and a tweet then has
 * no such quality. It has a text form, in the manner of X's queries, that {@link #parse} reads and {@link #toString}
 * writes: {@code original lang:en -hashtag:ad (min_likes:100 OR from:nightjar)}.
 *
 * <ul>
 *   <li>{@code original}: refers to no other tweet. {@code retweet}, {@code quote}, {@code reply}: refers to one so
 *   <li>{@code text}: has more in its text than white space
 *   <li>{@code lang:en}, {@code from:name}, {@code hashtag:word}: in any case of letters
 *   <li>{@code min_likes:N}, {@code min_retweets:N}, {@code min_followers:N}
 *   <li>words one after another all hold; {@code OR} binds less; {@code -} is what does not hold
 * </ul>
 *
 * <p>Immutable. Equal when the text forms are.
 *
 * @since 0.1.0
 */
public final class TweetFilter implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Node node;

    TweetFilter(Node node) {
        this.node = node;
    }

    /**
     * Reads the text form.
     *
     * @throws ConfigException if it is none: it says which word is not known, and which one may be meant
     */
    public static TweetFilter parse(String text) {
        return new TweetFilter(new TweetFilterParser(text).parse());
    }

    /** Tweets that are no retweets, quotes or replies. */
    public static TweetFilter originals() {
        return is(Word.ORIGINAL, "");
    }

    /** Tweets whose text has more than white space. */
    public static TweetFilter hasText() {
        return is(Word.TEXT, "");
    }

    /** Tweets in a language, as {@link Tweet#lang()} names it. */
    public static TweetFilter lang(String code) {
        return is(Word.LANG, code);
    }

    /** Tweets that at least so many like. */
    public static TweetFilter minLikes(long likes) {
        return is(Word.MIN_LIKES, Long.toString(likes));
    }

    private static TweetFilter is(Word word, String value) {
        return new TweetFilter(new Is(word, word.check(value)));
    }

    /** Tweets that both keep. */
    public TweetFilter and(TweetFilter other) {
        return new TweetFilter(new Both(node, other.node));
    }

    /** Tweets that one of the two keeps, or both. */
    public TweetFilter or(TweetFilter other) {
        return new TweetFilter(new Either(node, other.node));
    }

    /** Tweets that this one does not keep. */
    public TweetFilter negate() {
        return new TweetFilter(new Not(node));
    }

    /** Whether it keeps a tweet. */
    public boolean matches(Tweet tweet) {
        return node.matches(tweet);
    }

    /**
     * Why it does not keep a tweet, as a short kebab-case reason by which such tweets are counted, {@code
     * not-original} or {@code not-lang-en}; empty if it keeps it.
     */
    public Optional<String> reason(Tweet tweet) {
        return matches(tweet) ? Optional.empty() : Optional.of(node.reason(tweet));
    }

    /**
     * A source of the tweets that it keeps of another; those it does not keep are counted as skipped, by their reason,
     * and the source's position goes on over them.
     */
    public TweetSourceFactory of(TweetSourceFactory source) {
        return new FilteredSource(source, this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TweetFilter that && node.equals(that.node);
    }

    @Override
    public int hashCode() {
        return node.hashCode();
    }

    /** Its text form. */
    @Override
    public String toString() {
        return node.toString();
    }

    /** The words of the text form. */
    enum Word {
        ORIGINAL,
        RETWEET,
        QUOTE,
        REPLY,
        TEXT,
        LANG,
        FROM,
        HASHTAG,
        MIN_LIKES,
        MIN_RETWEETS,
        MIN_FOLLOWERS;

        private static final List<Word> PLAIN = List.of(ORIGINAL, RETWEET, QUOTE, REPLY, TEXT);

        /** As it is written before its value. */
        String text() {
            return PLAIN.contains(this) ? WireName.of(this) : WireName.of(this) + ':';
        }

        private boolean isCount() {
            return compareTo(MIN_LIKES) >= 0;
        }

        /** The value in one form; refuses one that does not go with the word. */
        String check(String value) {
            boolean good = PLAIN.contains(this)
                    ? value.isEmpty()
                    : isCount() ? value.matches("\\d{1,18}") : value.matches("[^\\s()]+");
            if (!good) {
                throw new ConfigException("'" + text() + value + "' is no condition on tweets; give it as '"
                        + (PLAIN.contains(this) ? text() : text() + (isCount() ? "100" : "en")) + "'");
            }
            return isCount() ? Long.toString(Long.parseLong(value)) : value.toLowerCase(Locale.ROOT);
        }

        boolean holds(Tweet tweet, String value) {
            Author author = tweet.author();
            PublicMetrics metrics = tweet.publicMetrics();
            return switch (this) {
                case ORIGINAL -> tweet.references().isEmpty();
                case RETWEET -> refers(tweet, TweetReference.Type.RETWEETED);
                case QUOTE -> refers(tweet, TweetReference.Type.QUOTED);
                case REPLY -> refers(tweet, TweetReference.Type.REPLIED_TO);
                case TEXT -> !tweet.text().isBlank();
                case LANG -> value.equalsIgnoreCase(tweet.lang());
                case FROM -> author != null && value.equalsIgnoreCase(author.username());
                case HASHTAG ->
                    tweet.hashtags().stream()
                            .anyMatch(tag -> value.equals(tag.value().toLowerCase(Locale.ROOT)));
                case MIN_LIKES -> metrics != null && reaches(metrics.likeCount(), value);
                case MIN_RETWEETS -> metrics != null && reaches(metrics.retweetCount(), value);
                case MIN_FOLLOWERS -> author != null && reaches(author.followersCount(), value);
            };
        }

        private static boolean refers(Tweet tweet, TweetReference.Type type) {
            return tweet.references().stream().anyMatch(reference -> reference.type() == type);
        }

        private static boolean reaches(@Nullable Long count, String least) {
            return count != null && count >= Long.parseLong(least);
        }
    }

    /** A condition; its text form has brackets where they are needed. */
    sealed interface Node extends Serializable {
        boolean matches(Tweet tweet);

        /** Why it does not match a tweet. */
        default String reason(Tweet tweet) {
            return "filtered";
        }
    }

    record Is(Word word, String value) implements Node {
        @Override
        public boolean matches(Tweet tweet) {
            return word.holds(tweet, value);
        }

        @Override
        public String reason(Tweet tweet) {
            return "not-" + name();
        }

        private String name() {
            return toString().replaceAll("[_:]", "-");
        }

        @Override
        public String toString() {
            return word.text() + value;
        }
    }

    record Not(Node node) implements Node {
        @Override
        public boolean matches(Tweet tweet) {
            return !node.matches(tweet);
        }

        @Override
        public String reason(Tweet tweet) {
            return node instanceof Is is ? is.name() : "filtered";
        }

        @Override
        public String toString() {
            return node instanceof Is ? "-" + node : "-(" + node + ')';
        }
    }

    record Both(Node first, Node second) implements Node {
        @Override
        public boolean matches(Tweet tweet) {
            return first.matches(tweet) && second.matches(tweet);
        }

        @Override
        public String reason(Tweet tweet) {
            return (first.matches(tweet) ? second : first).reason(tweet);
        }

        @Override
        public String toString() {
            String last = second instanceof Both || second instanceof Either ? "(" + second + ')' : second.toString();
            return (first instanceof Either ? "(" + first + ')' : first.toString()) + ' ' + last;
        }
    }

    record Either(Node first, Node second) implements Node {
        @Override
        public boolean matches(Tweet tweet) {
            return first.matches(tweet) || second.matches(tweet);
        }

        @Override
        public String toString() {
            return first + " OR " + (second instanceof Either ? "(" + second + ')' : second);
        }
    }
}
