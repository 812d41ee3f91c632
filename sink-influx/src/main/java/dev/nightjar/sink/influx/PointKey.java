/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * What identifies a point that has one tag.
 *
 * @param time the nanoseconds since 1970
 */
record PointKey(String measurement, String tag, String value, long time) {
    OffsetDateTime dateTime() {
        return Instant.ofEpochSecond(0, time).atOffset(ZoneOffset.UTC);
    }

    /** As the delete endpoint of InfluxDB reads it, which looks at the measurement and the tags alone. */
    String predicate() {
        return "_measurement=" + quoted(measurement) + " AND " + tag + '=' + quoted(value);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
