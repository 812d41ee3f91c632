/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.source.twitter.TwitterApi;
import dev.nightjar.source.twitter.spending.SpendLimits;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar usage}. */
@Command(
        name = "usage",
        description = "Says how many posts were read this month: as X counts them, and as this machine does.",
        footer = {"%nExample:%n", "  nightjar usage --credentials x.credentials"})
public final class UsageCommand extends Subcommand {
    @Mixin
    private XOptions x = new XOptions();

    @Option(
            names = "--spend-file",
            paramLabel = "FILE",
            description =
                    "Where this machine counts. Default: x-spend in the project's folder .nightjar, for X itself.")
    private @Nullable Path file;

    @Override
    public Integer call() {
        PrintWriter out = out();
        TwitterApi.Usage usage = x.api().usage();
        String cap = usage.cap() == null ? "" : String.format(Locale.ROOT, " of %,d", usage.cap());
        String reset =
                usage.resetDay() == null ? "" : "; the count begins again on day " + usage.resetDay() + " of the month";
        out.printf(Locale.ROOT, "X counts %,d%s posts this month%s%n", usage.posts(), cap, reset);
        out.println(x.searchWords());
        Path kept = file == null && x.isX() ? ReadingOptions.ofX() : file;
        if (kept != null) {
            SpendLimits.Spent spent = SpendLimits.builder().file(kept).build().spent();
            out.printf(
                    Locale.ROOT,
                    "This machine counts %,d today and %,d this month (UTC), in %s%n",
                    spent.today(),
                    spent.thisMonth(),
                    kept);
        }
        out.flush();
        return 0;
    }
}
