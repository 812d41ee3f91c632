/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.command.shared.Home;
import dev.nightjar.source.twitter.spending.SpendLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many posts may be read. */
final class SpendOptions {
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

    /** The maximum number of posts in this run; null if there is no limit. */
    @Nullable
    Long perRun() {
        return perRun;
    }

    SpendLimits limits(XOptions x) {
        SpendLimits.Builder limits = SpendLimits.builder().whenReached(whenSpent);
        if (perRun != null) {
            limits.perRun(perRun);
        }
        if (perDay != null) {
            limits.perDay(perDay);
        }
        if (perMonth != null) {
            limits.perMonth(perMonth);
        }
        Path kept = file == null && x.isX() ? ofX() : file;
        if (kept != null) {
            limits.file(kept);
        }
        return limits.build();
    }

    /** The file that counts what is read from X itself. */
    static Path ofX() {
        return Home.folder().resolve("x-spend");
    }
}
