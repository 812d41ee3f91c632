/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Tweet;
import dev.nightjar.WireName;
import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tweets for people to read, a line each. */
public final class TweetTable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final int AUTHOR = 15;
    private static final int TEXT = 90;

    private TweetTable() {}

    /** Prints tweets under a heading. */
    public static void print(List<Tweet> tweets, PrintWriter out) {
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

    /** One tweet, and what classifiers said of it. */
    public static String line(ClassifiedTweet classified) {
        Tweet tweet = classified.tweet();
        String answers = classified.classifications().entrySet().stream()
                .map(answer -> answer.getKey() + ' ' + verdict(answer.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s  %-" + (AUTHOR + 1) + "s  %s%s",
                TIME.format(tweet.createdAt()),
                author(tweet),
                cut(tweet.text(), TEXT),
                answers.isEmpty() ? "" : "  [" + answers + ']');
    }

    private static String verdict(Classification answer) {
        return answer instanceof Classification.Rejected rejected
                ? "no answer, " + WireName.kebab(rejected.reason())
                : answer.top()
                        .map(best -> String.format(Locale.ROOT, "%s %.2f", best.label(), best.score()))
                        .orElse("no answer");
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
