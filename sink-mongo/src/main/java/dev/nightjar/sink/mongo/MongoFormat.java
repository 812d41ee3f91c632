/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Options;
import dev.nightjar.spark.SinkFormat;
import java.util.Map;

/**
 * Spark's format {@code nightjar-mongo}, which stores tweets and counts by {@link MongoSinkConfig#fromMap}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class MongoFormat implements SinkFormat {
    /** For Spark. */
    public MongoFormat() {}

    @Override
    public String shortName() {
        return "nightjar-mongo";
    }

    @Override
    public Options options() {
        return MongoSinkConfig.OPTIONS;
    }

    @Override
    public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
        return MongoSinkConfig.fromMap(given);
    }

    @Override
    public SinkFactory<WindowedCount> counts(Map<String, String> given) {
        return MongoSinkConfig.fromMap(given).counts();
    }
}
