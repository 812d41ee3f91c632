/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.Tweet;
import dev.nightjar.command.shared.Printable;
import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Tweets for people to read, a line each. */
final class TweetTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int AUTHOR = 15;
    private static final int TEXT = 90;

    private TweetTable() {}

    static void print(List<Tweet> tweets, PrintWriter out) {
        out.printf(
                "%-19s  %-" + (AUTHOR + 1) + "s %8s  %-4s  %s%n", "written (UTC)", "author", "likes", "lang", "text");
        for (Tweet tweet : tweets) {
            out.printf(
                    Locale.ROOT,
                    "%s  %-" + (AUTHOR + 1) + "s %8s  %-4s  %s%n",
                    TIME.format(tweet.createdAt()),
                    author(tweet),
                    likes(tweet),
                    cut(tweet.lang() == null ? "" : tweet.lang(), 4),
                    cut(tweet.text(), TEXT));
        }
        out.flush();
    }

    private static String author(Tweet tweet) {
        String name = tweet.author() == null ? null : tweet.author().username();
        return name == null ? "" : '@' + cut(name, AUTHOR);
    }

    private static String likes(Tweet tweet) {
        Long likes =
                tweet.publicMetrics() == null ? null : tweet.publicMetrics().likeCount();
        return likes == null ? "" : String.format(Locale.ROOT, "%,d", likes);
    }

    private static String cut(String text, int length) {
        String line = Printable.of(text).strip();
        return line.codePointCount(0, line.length()) <= length
                ? line
                : line.substring(0, line.offsetByCodePoints(0, length - 1)) + '\u2026';
    }
}
