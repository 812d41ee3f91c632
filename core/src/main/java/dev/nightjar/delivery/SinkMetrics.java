/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one sink of a delivery has done. A batch that is delivered again is counted again, other than in a {@link Ledger}.
 *
 * <p>Immutable.
 *
 * @param stored how many records it has acknowledged
 * @param refused how many records it has refused, or failed on
 * @param retried how many attempts to write to it or to erase from it failed in a way that may pass
 * @param millis how many milliseconds lay between a record's time in its topic and the acknowledgement, to three digits,
 *     and of how many records, over the last one or two minutes; records without a time are not in it
 * @since 0.1.0
 */
public record SinkMetrics(long stored, long refused, long retried, SortedMap<Long, Long> millis)
        implements Serializable {
    /** Copies the map. */
    public SinkMetrics {
        millis = Collections.unmodifiableSortedMap(new TreeMap<>(millis));
    }

    /**
     * What so many of the records did not exceed, in milliseconds from topic to store.
     *
     * @param share {@code 0.95} for 95 of 100
     * @return empty if nothing was stored lately
     */
    public OptionalLong latencyMillis(double share) {
        double most = share * timed();
        long passed = 0;
        for (Map.Entry<Long, Long> entry : millis.entrySet()) {
            passed += entry.getValue();
            if (passed >= most) {
                return OptionalLong.of(entry.getKey());
            }
        }
        return OptionalLong.empty();
    }

    /** Of how many records the time is known. */
    long timed() {
        return millis.values().stream().mapToLong(Long::longValue).sum();
    }
}
