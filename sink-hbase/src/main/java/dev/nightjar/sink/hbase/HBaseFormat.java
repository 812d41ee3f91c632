/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import dev.nightjar.WindowedCount;
import dev.nightjar.options.Options;
import dev.nightjar.spark.SinkFormat;
import java.util.Map;

/**
 * Spark's format {@code nightjar-hbase}, which stores tweets and counts by {@link HBaseSinkConfig#fromMap}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class HBaseFormat implements SinkFormat {
    /** For Spark. */
    public HBaseFormat() {}

    @Override
    public String shortName() {
        return "nightjar-hbase";
    }

    @Override
    public Options options() {
        return HBaseSinkConfig.OPTIONS;
    }

    @Override
    public SinkFactory<ClassifiedTweet> sink(Map<String, String> given) {
        return HBaseSinkConfig.fromMap(given);
    }

    @Override
    public SinkFactory<WindowedCount> counts(Map<String, String> given) {
        return HBaseSinkConfig.fromMap(given).counts();
    }
}
