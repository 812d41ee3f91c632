/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples.sqlite;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import dev.nightjar.store.KeyedSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Where a sink keeps classified tweets: in a SQLite file. */
public final class SqliteSinkConfig extends Configuration implements SinkFactory<ClassifiedTweet> {
    static final Options OPTIONS = Options.of("sink-sqlite");
    static final Option<Path> FILE =
            OPTIONS.add(Option.path("file").required().means("the database, made if it is missing"));
    static final Option<Duration> TIMEOUT =
            OPTIONS.add(Option.duration("timeout", Duration.ofMillis(1), Duration.ofDays(1))
                    .defaultTo(Duration.ofSeconds(10))
                    .means("how long to wait while another process writes to the file"));

    private static final long serialVersionUID = 1L;
    private static final int REQUEST_ENTRIES = 1_000;
    private static final long REQUEST_BYTES = 16 * 1024 * 1024;

    private SqliteSinkConfig(Builder builder) {
        super(builder);
    }

    /** Begins a configuration for a file. */
    public static Builder builder(Path file) {
        return new Builder().set(FILE, file.toAbsolutePath());
    }

    /** Reads the options by their keys. */
    public static SqliteSinkConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    /** Where the tweets are. */
    public Path file() {
        return get(FILE);
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    @Override
    public Sink<ClassifiedTweet> open() {
        return KeyedSink.erasable(SqliteStore.open(get(FILE), get(TIMEOUT)), REQUEST_ENTRIES, REQUEST_BYTES);
    }

    /** Collects the options of a {@link SqliteSinkConfig}. */
    public static final class Builder extends Configuration.Builder<SqliteSinkConfig, Builder> {
        private Builder() {
            super(OPTIONS, SqliteSinkConfig::new);
        }

        /** How long to wait while another process writes to the file; 10 seconds unless set. */
        public Builder timeout(Duration value) {
            return set(TIMEOUT, value);
        }
    }
}
