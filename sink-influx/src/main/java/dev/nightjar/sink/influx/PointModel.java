/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.WindowedCount;
import java.util.function.Function;

/**
 * How a record becomes a point: its identifying key and its line. In the line, tags and time follow from the key alone,
 * and everything that may change is a field.
 *
 * @param line throws {@link dev.nightjar.DataException} for a record that no point can hold
 */
record PointModel<T>(Function<T, String> key, Function<T, String> line) {
    static PointModel<ClassifiedTweet> tweets(TweetPoint point) {
        return new PointModel<>(record -> record.tweet().id(), point::line);
    }

    static PointModel<WindowedCount> counts(CountPoint point) {
        return new PointModel<>(CountPoint::key, point::line);
    }
}
