/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.command.kafka.ReplayOptions;
import dev.nightjar.command.shared.WhereOption;
import dev.nightjar.command.x.StreamOptions;
import dev.nightjar.command.x.Watched;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.source.twitter.TwitterApi;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** Where the tweets of a pipeline come from: the X API if {@code --credentials} names it, else a replay. */
public final class SourceOptions {
    private static final double VISIBLE_RATE = 100;

    @Mixin
    private ReplayOptions replay = new ReplayOptions();

    @Mixin
    private StreamOptions stream = new StreamOptions();

    @Mixin
    private WhereOption where = new WhereOption();

    /** Has it keep these tweets alone, unless the user says otherwise. */
    public SourceOptions keeping(TweetFilter tweets) {
        where.orElse(tweets);
        return this;
    }

    /**
     * The source.
     *
     * @param name of the pipeline, which marks the rules that it adds
     * @param rules what it asks X for, unless the user says otherwise
     * @param paced whether someone looks on: a replay is then not faster than one can read, unless told a pace
     */
    public Source source(CommandSpec spec, String name, List<String> rules, Pace paced) {
        if (!stream.isNamed()) {
            if (paced == Pace.VISIBLE && !replay.isPaced()) {
                replay.pace(VISIBLE_RATE);
            }
            return Source.of(
                    where.of(replay.source(spec.commandLine().getErr())),
                    where.filter() == null ? replay.expected() : -1);
        }
        if (replay.isNamed()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--from, --seed, --speed, --rate and --loop are of a replay, --credentials and --base-url of the X API;"
                            + " leave out the ones or the others");
        }
        return live(stream, where::of, spec, name, rules).first(replay.count());
    }

    /** The filtered stream of the X API, or what is kept of it. */
    static Source live(
            StreamOptions stream,
            UnaryOperator<TweetSourceFactory> kept,
            CommandSpec spec,
            String name,
            List<String> rules) {
        Watched watched = stream.stream();
        return new Source(
                kept.apply(watched),
                -1,
                null,
                () -> stream.ensureRules(
                        "nightjar-" + name,
                        rules,
                        TwitterApi.DEFAULT_RETRY_LIMIT,
                        spec.commandLine().getErr()),
                watched::line);
    }

    /** How fast a replay is that has been told no pace. */
    public enum Pace {
        /** As fast as it goes. */
        FULL,
        /** As people can follow. */
        VISIBLE
    }
}
