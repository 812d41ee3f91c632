/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import dev.nightjar.source.replay.JdbcReplayConfig;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a replay from a database. */
final class JdbcOptions {
    private static final long MADE_UP = 2_000;
    private static final double VISIBLE_RATE = 100;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description =
                    "Your database: jdbc:mariadb://host/twitter, of MySQL too. Without it, one is made in the state"
                            + " folder, with made-up tweets; one in twenty comes late, one in twenty comes twice.")
    private @Nullable String url;

    @Option(names = "--jdbc-user", paramLabel = "NAME", description = "Who logs in.")
    private @Nullable String user;

    @Option(
            names = "--jdbc-password",
            paramLabel = "SECRET",
            converter = Password.class,
            description = "env:NAME, file:PATH or the password itself.")
    private @Nullable Credential password;

    @Option(names = "--table", paramLabel = "NAME", description = "A table, a view or a SELECT. Default: tweets.")
    private @Nullable String table;

    @Option(
            names = "--columns",
            paramLabel = "PAIRS",
            description = "Which column holds what: id=nr,text=body,time=posted. Default: those of tweets.sql.")
    private @Nullable String columns;

    @Option(
            names = "--hashtags",
            paramLabel = "NAME",
            description = "A table or a SELECT of tweet_id and hashtag, or none. Default for the table tweets: those of"
                    + " hashtags by tweet_hashtags.")
    private @Nullable String hashtags;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many tweets. Default: all, or " + MADE_UP + " made-up ones.")
    private @Nullable Long count;

    @Option(names = "--seed", paramLabel = "N", description = "Which tweets are made up, and which pauses.")
    private @Nullable Long seed;

    @Option(names = "--page-size", paramLabel = "N", description = "Rows that one query returns. Default: 500.")
    private @Nullable Integer pageSize;

    @Option(
            names = "--pause",
            paramLabel = "TIME",
            description = "Wait between pages: 5s, or 5s..15s for one at random.")
    private @Nullable String pause;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many tweets a second.")
    private @Nullable Double rate;

    /** Whether the user asks for a database: all but {@code --count} is about one. */
    boolean isNamed() {
        return Stream.of(url, user, password, table, columns, hashtags, seed, pageSize, pause, rate)
                .anyMatch(Objects::nonNull);
    }

    /** How many tweets the user asks for, null if not said. */
    @Nullable
    Long count() {
        return count;
    }

    /** The source; it makes the database first if there is none. */
    Source source(Path folder, SourceOptions.Pace pace) {
        if (count != null && count < 1) {
            throw new ConfigException("The option 'count' is " + count + ", not at least 1");
        }
        long made = count == null ? MADE_UP : count;
        long seeded = seed == null ? 1 : seed;
        JdbcReplayConfig.Builder replay = url == null ? MadeUpDatabase.replay(folder) : JdbcReplayConfig.builder(url);
        set(user, replay::user);
        set(password, replay::password);
        set(table, replay::table);
        set(columns, replay::columns);
        set(hashtags, replay::hashtags);
        set(url == null ? null : count, replay::count);
        set(pageSize, replay::pageSize);
        set(pause, replay::pause);
        replay.seed(seeded);
        set(
                rate == null && pause == null && pace == SourceOptions.Pace.VISIBLE
                        ? Double.valueOf(VISIBLE_RATE)
                        : rate,
                replay::maxRate);
        JdbcReplayConfig config = replay.build();
        return url == null
                ? new Source(config, made, null, () -> MadeUpDatabase.make(folder, seeded, made), null)
                : new Source(
                        config,
                        count == null ? -1 : count,
                        null,
                        () -> config.open().close(),
                        null);
    }

    private static <T> void set(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    /** Reads a password. */
    static final class Password implements picocli.CommandLine.ITypeConverter<Credential> {
        @Override
        public Credential convert(String text) {
            return Credential.parse(text);
        }
    }
}
