/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.ConfigException;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Given;
import dev.nightjar.source.twitter.TweetQuery;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.TwitterSearchConfig;
import dev.nightjar.source.twitter.TwitterSearchConfig.Archive;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a search by a word, dates and likes, and the search. */
public final class ArchiveOptions {
    private static final Duration RECENT = Duration.ofDays(7);

    @Option(
            names = "--query",
            defaultValue = "superbowl",
            description = "As X writes it: words, #tags, from:, OR, -, groups. Default: ${DEFAULT-VALUE}.")
    private String query = "";

    @Option(
            names = "--start",
            paramLabel = "TIME",
            converter = SearchCommand.Time.class,
            description =
                    "The oldest posts, inclusive: 2023-02-12T23:30:00Z, or a date for its beginning in UTC. More than"
                            + " seven days ago, the whole archive is searched. Default: the last seven days, or of the API on this"
                            + " machine 2023-02-12.")
    private @Nullable Instant start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            converter = SearchCommand.Time.class,
            description = "The newest posts, exclusive. Default: now, or of the API on this machine 2023-02-14.")
    private @Nullable Instant end;

    @Option(
            names = "--min-likes",
            paramLabel = "N",
            defaultValue = "0",
            description = "Only posts that so many like, in the first search. Default: ${DEFAULT-VALUE}.")
    private long minLikes;

    @Option(
            names = "--change",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "What each further search adds to --min-likes: -100 lowers it each time, until it would be negative,"
                            + " 100 raises it. What an earlier search gave is charged again, but not published again. Default:"
                            + " ${DEFAULT-VALUE}.")
    private long change;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "From one search to the next. Default: ${DEFAULT-VALUE}.")
    private Duration interval = Duration.ZERO;

    @Option(
            names = "--polls",
            paramLabel = "N",
            description = "How many searches there are. Default: 1 without --change, else 10.")
    private @Nullable Integer polls;

    @Option(
            names = "--lang",
            paramLabel = "CODE",
            defaultValue = "en",
            description = "Only posts in this language; 'any' for all. Default: ${DEFAULT-VALUE}.")
    private String lang = "";

    @Mixin
    private ReadingOptions reading = new ReadingOptions();

    /** Whether the user names an X API. */
    public boolean isNamed() {
        return reading.x().isNamed();
    }

    /** The search, of the API that the user names. */
    public TweetSourceFactory search() {
        // Refuses credentials that cannot be read, before anything is started.
        Objects.requireNonNull(reading.x().api());
        return search(reading.x().credentials(), start, end);
    }

    /** The search of a simulator. */
    public TweetSourceFactory search(TwitterCredentials credentials, URI simulator) {
        reading.x().use(simulator); // else its posts would count as read from X
        return search(
                credentials,
                start != null ? start : TwitterSearchConfig.time("2023-02-12"),
                end != null || start != null ? end : TwitterSearchConfig.time("2023-02-14"));
    }

    private TweetSourceFactory search(TwitterCredentials credentials, @Nullable Instant from, @Nullable Instant to) {
        TwitterSearchConfig.Builder search = TwitterSearchConfig.builder(credentials, TweetQuery.raw(query))
                .archive(from != null && from.isBefore(Instant.now().minus(RECENT)) ? Archive.FULL : Archive.RECENT)
                .spend(reading.limits())
                .vocabulary(reading.vocabulary())
                .baseUrl(reading.x().baseUrl());
        Given.pass(from, search::startTime);
        Given.pass(to, search::endTime);
        if (!lang.equals("any")) {
            search.lang(lang);
        }
        int searches = polls != null ? polls : change == 0 ? 1 : 10;
        if (searches < 1) {
            throw new ConfigException("The option 'polls' is " + searches + ", not at least 1");
        }
        if (minLikes < 0) {
            throw new ConfigException("The option 'min-likes' is " + minLikes + ", not at least 0");
        }
        String text = String.join(
                " ",
                query,
                String.valueOf(from),
                String.valueOf(to),
                lang,
                minLikes + "+" + searches + "*" + change,
                interval.toString());
        return new LikesSchedule(search.build(), minLikes, change, searches, interval, text);
    }
}
