/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Options;
import dev.nightjar.spark.SinkFormat;
import java.util.Map;

/**
 * Spark's format {@code nightjar-influx}, which stores tweets and counts by {@link InfluxSinkConfig#fromMap}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class InfluxFormat implements SinkFormat {
    /** For Spark. */
    public InfluxFormat() {}

    @Override
    public String shortName() {
        return "nightjar-influx";
    }

    @Override
    public Options options() {
        return InfluxSinkConfig.OPTIONS;
    }

    @Override
    public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
        return InfluxSinkConfig.fromMap(given);
    }

    @Override
    public SinkFactory<WindowedCount> counts(Map<String, String> given) {
        return InfluxSinkConfig.fromMap(given).counts();
    }
}
