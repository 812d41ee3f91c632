/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples.sqlite;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.options.Options;
import dev.nightjar.spark.SinkFormat;
import java.util.Map;

/** The SQLite file as a format of Spark's: {@code df.write.format("sqlite").option("file", "tweets.db")}. */
public final class SqliteFormat implements SinkFormat {
    @Override
    public String shortName() {
        return "sqlite";
    }

    @Override
    public Options options() {
        return SqliteSinkConfig.OPTIONS;
    }

    @Override
    public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
        return SqliteSinkConfig.fromMap(given);
    }
}
