/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.command.shared.Given;
import dev.nightjar.command.shared.Home;
import dev.nightjar.source.twitter.http.Vocabulary;
import dev.nightjar.source.twitter.spending.SpendLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that reads posts of the X API: which API, in which words, and how many posts. */
final class ReadingOptions {
    @Mixin
    private XOptions x = new XOptions();

    @Option(
            names = "--vocabulary",
            paramLabel = "tweet|post",
            defaultValue = "tweet",
            description = "In which words X is asked for posts; where it refuses these, in the others. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Vocabulary vocabulary = Vocabulary.TWEET;

    @Option(names = "--max-posts", paramLabel = "N", description = "The most posts to read in this run.")
    private @Nullable Long perRun;

    @Option(
            names = "--max-posts-per-day",
            paramLabel = "N",
            description = "The most posts to read in a day (UTC), over all runs that share the spend file.")
    private @Nullable Long perDay;

    @Option(
            names = "--max-posts-per-month",
            paramLabel = "N",
            description = "The most posts to read in a month (UTC), over all runs that share the spend file.")
    private @Nullable Long perMonth;

    @Option(
            names = "--when-spent",
            paramLabel = "stop|pause",
            defaultValue = "stop",
            description = "At a limit: end, or wait for the next day or month. Default: ${DEFAULT-VALUE}.")
    private SpendLimits.WhenReached whenSpent = SpendLimits.WhenReached.STOP;

    @Option(
            names = "--spend-file",
            paramLabel = "FILE",
            description = "Where the posts of the day and the month are counted. Default: x-spend in the project's"
                    + " folder .nightjar, for X itself; none for another --base-url.")
    private @Nullable Path file;

    XOptions x() {
        return x;
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The maximum number of posts in this run; null if there is no limit. */
    @Nullable
    Long perRun() {
        return perRun;
    }

    SpendLimits limits() {
        SpendLimits.Builder limits = SpendLimits.builder().whenReached(whenSpent);
        Given.pass(perRun, limits::perRun);
        Given.pass(perDay, limits::perDay);
        Given.pass(perMonth, limits::perMonth);
        Given.pass(file == null && x.isX() ? ofX() : file, limits::file);
        return limits.build();
    }

    /** The file that counts what is read from X itself. */
    static Path ofX() {
        return Home.folder().resolve("x-spend");
    }
}
