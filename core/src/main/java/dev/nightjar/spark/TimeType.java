/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import java.sql.Timestamp;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;

/** The Java type of a session's timestamps, as its option {@code spark.sql.datetime.java8API.enabled} says. */
enum TimeType {
    TIMESTAMP {
        @Override
        Object of(Instant time) {
            return Timestamp.from(time);
        }
    },
    INSTANT {
        @Override
        Object of(Instant time) {
            return time;
        }
    };

    abstract Object of(Instant time);

    static TimeType in(SparkSession spark) {
        return Boolean.parseBoolean(spark.conf().get("spark.sql.datetime.java8API.enabled", "false"))
                ? INSTANT
                : TIMESTAMP;
    }

    static Instant read(Object time) {
        return (Instant) plain(time);
    }

    /** A value of a row, as an instant if it is a timestamp. */
    static Object plain(Object value) {
        return value instanceof Timestamp timestamp ? timestamp.toInstant() : value;
    }
}
