/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import dev.nightjar.DataException;
import java.time.Instant;

/** The times that a point can have. */
final class PointTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long FIRST = Long.MIN_VALUE + 2;
    private static final long LAST = Long.MAX_VALUE - 1;

    private PointTime() {}

    /**
     * Nanoseconds since 1970.
     *
     * @throws DataException if the time is not from 1677-09-21 to 2262-04-11
     */
    static long nanos(Instant time) {
        return nanos(time.getEpochSecond(), time.getNano());
    }

    static long nanos(long seconds, long nanos) {
        try {
            long time = Math.addExact(Math.multiplyExact(seconds, NANOS_PER_SECOND), nanos);
            if (time >= FIRST && time <= LAST) {
                return time;
            }
        } catch (ArithmeticException e) {
            // reported below
        }
        throw new DataException("time-out-of-range", "A point's time is from the year 1677 to 2262");
    }

    /**
     * Milliseconds since 1970.
     *
     * @throws DataException if there are too many
     */
    static long millis(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new DataException("time-out-of-range", "A time does not fit into an integer of milliseconds", e);
        }
    }
}
