/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.shared.Given;
import dev.nightjar.source.replay.ReplayConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which tweets are replayed, and how fast. */
public final class ReplayOptions {
    private static final long MADE_UP = 2_000;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description =
                    "Your own tweets: JSON of the X API v2 or v1.1, of twarc, of snscrape, of an account archive or of nightjar,"
                            + " in lines, lists or pages, or CSV; compressed or not. Without it, tweets are made up.")
    private @Nullable Path file;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "x, nightjar, sentiment140 or csv; recognised by itself if not given.")
    private @Nullable String format;

    @Option(
            names = "--columns",
            paramLabel = "PAIRS",
            description = "Which column of a CSV file holds what, by name or number: id=tweet_id,text=content,time=3.")
    private @Nullable String columns;

    @Option(
            names = "--id-from",
            paramLabel = "FIELDS",
            description =
                    "Make an id for tweets that have none, from some of text, created_at, author; else they are refused.")
    private @Nullable String idFrom;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many tweets. Default: all of the file, or " + MADE_UP + " made-up ones.")
    private @Nullable Long count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Which tweets are made up; the same seed, the same tweets.")
    private @Nullable Long seed;

    @Option(names = "--speed", paramLabel = "X", description = "Seconds of recorded time in a second; 1 is as it was.")
    private @Nullable Double speed;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many tweets a second.")
    private @Nullable Double rate;

    @Option(names = "--loop", description = "Replay the file again and again, under new ids.")
    private boolean loop;

    /** Whether the user has set a pace. */
    public boolean isPaced() {
        return speed != null || rate != null;
    }

    /** Sets a pace that the user has not. */
    public void pace(double tweetsPerSecond) {
        rate = tweetsPerSecond;
    }

    /** Whether the user asks for a replay: all but {@code --count} is about one. */
    public boolean isNamed() {
        return file != null || seed != null || loop || isPaced();
    }

    /** How many tweets the user asks for, null if not said. */
    public @Nullable Long count() {
        return count;
    }

    /** How many tweets there will be, -1 if that is not known. */
    public long expected() {
        if (count != null) {
            return count;
        }
        return file == null ? MADE_UP : -1;
    }

    /** The source; what its file was taken for is said first. */
    public TweetSourceFactory source(PrintWriter err) {
        ReplayConfig.Builder replay =
                file == null ? ReplayConfig.synthetic() : ReplayConfig.file(file.toAbsolutePath());
        Given.pass(format, name -> replay.format(name.toLowerCase(Locale.ROOT)));
        Given.pass(columns, replay::columns);
        Given.pass(idFrom, replay::idFrom);
        Given.pass(seed, replay::seed);
        Given.pass(speed, replay::speed);
        Given.pass(rate, replay::maxRate);
        if (loop) {
            replay.loop();
        }
        if (file == null || count != null) {
            replay.count(expected());
        }
        ReplayConfig config = replay.build();
        if (file != null) {
            err.println(config.describe());
            err.flush();
        }
        return config;
    }
}
