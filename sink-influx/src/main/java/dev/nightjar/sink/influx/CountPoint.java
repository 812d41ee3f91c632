/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.WindowedCount;
import java.time.Duration;

/**
 * A windowed count as a point at the window's beginning. The tags are its metric, its key and the window's length,
 * because they identify it and charts group by them; the count is a field.
 */
record CountPoint(String measurement) {
    /** Metric, window and key. Neither a metric nor a time has a slash in it, so no two counts share a key. */
    static String key(WindowedCount count) {
        return count.metric() + '/' + count.windowStart() + '/' + count.windowEnd() + '/' + count.key();
    }

    String line(WindowedCount count) {
        long start = PointTime.nanos(count.windowStart());
        return new LineBuilder(measurement)
                .tag("key", count.key())
                .tag("metric", count.metric())
                .tag(
                        "window",
                        Duration.between(count.windowStart(), count.windowEnd()).toString())
                .integer("count", count.count())
                .at(start);
    }
}
