/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A post at {@link FakeX}. Hashtags, mentions and links are found in its text. A text of more than 280 characters is a
 * long post: its text is cut and its full text is a note.
 *
 * <p>Immutable.
 *
 * @param id its id, a snowflake
 * @param text its whole text, not escaped
 * @param createdAt when it was written
 * @param username who wrote it; the author's id and name are made from it
 * @param lang its language
 * @param likes how many like it
 * @param reference the tweet that it refers to, null if none
 */
public record FakePost(
        String id,
        String text,
        Instant createdAt,
        String username,
        String lang,
        long likes,
        @Nullable Reference reference) {
    private static final long EPOCH = 1_288_834_974_657L;
    private static final Pattern ENTITY = Pattern.compile("(?<![\\w&])[#@]\\w+|https?://\\S+");

    /** An English post of nobody special. */
    public static FakePost of(String id, String text, Instant createdAt) {
        return new FakePost(id, text, createdAt, "strix", "en", 0, null);
    }

    /** The same post by another author. */
    public FakePost by(String author) {
        return new FakePost(id, text, createdAt, author, lang, likes, reference);
    }

    /** The same post in another language. */
    public FakePost in(String language) {
        return new FakePost(id, text, createdAt, username, language, likes, reference);
    }

    /** The same post with so many likes. */
    public FakePost likedBy(long people) {
        return new FakePost(id, text, createdAt, username, lang, people, reference);
    }

    /** A post that passes another on: its text is that of the other, after {@code RT @username:}, cut. */
    public static FakePost retweet(String id, FakePost of, String username, Instant at) {
        return new FakePost(
                id, "RT @" + of.username + ": " + of.text, at, username, of.lang, 0, new Reference("retweeted", of));
    }

    /** A post that quotes another. */
    public static FakePost quote(String id, String text, FakePost of, String username, Instant at) {
        return new FakePost(id, text, at, username, "en", 0, new Reference("quoted", of));
    }

    /** A post that answers another. */
    public static FakePost reply(String id, String text, FakePost to, String username, Instant at) {
        return new FakePost(id, text, at, username, "en", 0, new Reference("replied_to", to));
    }

    /** The first id of a millisecond. */
    public static long firstId(Instant at) {
        return (at.toEpochMilli() - EPOCH) << 22;
    }

    long number() {
        return Long.parseLong(id);
    }

    String authorId() {
        return Long.toString(1_000_000_000L + (username.hashCode() & 0x3fffffff));
    }

    boolean isRetweet() {
        return reference != null && reference.type.equals("retweeted");
    }

    /** The parts of a text that mean something: {@code #word}, {@code @name} and links. */
    static List<String> entities(String text) {
        List<String> entities = new ArrayList<>();
        Matcher matcher = ENTITY.matcher(text);
        while (matcher.find()) {
            entities.add(matcher.group());
        }
        return entities;
    }

    static Pattern entityPattern() {
        return ENTITY;
    }

    /**
     * What a post refers to.
     *
     * <p>Immutable.
     *
     * @param type {@code retweeted}, {@code quoted} or {@code replied_to}
     * @param post the other post
     */
    public record Reference(String type, FakePost post) {}
}
