/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Writes posts: the same for the same seed and number, except ids and times. */
final class PostMaker {
    private static final List<String> NAMES =
            List.of("strix", "bubo", "tyto", "asio", "otus", "ninox", "athene", "glaux", "ketupa", "surnia");
    private static final List<String> SUBJECTS = List.of(
            "A nightjar on the gravel road",
            "The barn owl in the old mill",
            "Our football team",
            "The new tram line",
            "My neighbour's violin",
            "This soup \uD83C\uDF5C",
            "The first frost",
            "Potus",
            "Biden",
            "The Superbowl crowd",
            "A slow train to the coast",
            "The library cat \uD83D\uDC08");
    private static final List<String> VERBS = List.of(
            "made my whole week",
            "was louder than I thought",
            "is nowhere to be seen",
            "deserves a better headline",
            "went on until midnight",
            "left me speechless \uD83D\uDE36\u200D\uD83C\uDF2B\uFE0F",
            "cost more than it should",
            "is back, and I am happy",
            "was a letdown",
            "surprised everyone here");
    private static final List<String> ENDS = List.of(
            "",
            " #birds",
            " \uD83E\uDD89 #nightwatch",
            " https://example.org/a?b=1&c=2",
            " <3",
            " @bubo look at this",
            " & that is all",
            "\nMore tomorrow.",
            " #\u732B",
            "!!");
    private static final List<String> LANGS = List.of("en", "en", "en", "en", "es", "pt", "in", "und");
    private static final int LONG_POST = 900;

    private final long seed;
    private @Nullable FakePost last;

    PostMaker(long seed) {
        this.seed = seed;
    }

    /**
     * The next post.
     *
     * @param number its number, which with the seed decides what it says
     * @param wanted words from the rules, one of which goes into every second post
     */
    FakePost next(long number, String id, Instant at, List<String> wanted) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        String username = pick(NAMES, random);
        StringBuilder text =
                new StringBuilder(pick(SUBJECTS, random)).append(' ').append(pick(VERBS, random));
        if (!wanted.isEmpty() && random.nextInt(2) == 0) {
            String word = pick(wanted, random);
            if (word.startsWith("from:")) {
                username = word.substring("from:".length());
            } else {
                text.append(", ").append(word);
            }
        }
        text.append(pick(ENDS, random));
        if (random.nextInt(50) == 0) {
            List<String> lines = new ArrayList<>();
            while (text.length() < LONG_POST) {
                lines.add(pick(SUBJECTS, random) + ' ' + pick(VERBS, random) + ". ");
                text.append(' ').append(lines.get(lines.size() - 1));
            }
        }
        long likes = (long) Math.exp(random.nextDouble() * 9);
        FakePost post = new FakePost(id, text.toString(), at, username, pick(LANGS, random), likes, null);
        FakePost other = last;
        if (other != null && random.nextInt(10) == 0) {
            return random.nextBoolean()
                    ? FakePost.retweet(id, other, username, at)
                    : FakePost.quote(id, text.toString(), other, username, at);
        }
        last = post;
        return post;
    }

    private static String pick(List<String> from, SplittableRandom random) {
        return from.get(random.nextInt(from.size()));
    }
}
