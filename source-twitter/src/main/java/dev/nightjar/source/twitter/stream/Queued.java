/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.SourceBatch;
import dev.nightjar.source.twitter.stream.GapLedger.Interval;
import java.time.Instant;

/** One of what waits for the poll. */
sealed interface Queued {
    /** A line of the stream, or the beginning of an overlong one. */
    final class Frame implements Queued {
        private final byte[] bytes;
        private final boolean whole;
        private final Instant at;

        Frame(byte[] bytes, boolean whole, Instant at) {
            this.bytes = bytes;
            this.whole = whole;
            this.at = at;
        }

        /** The bytes themselves, no copy; none for an empty line. */
        byte[] bytes() {
            return bytes;
        }

        boolean isWhole() {
            return whole;
        }

        /** When it came. */
        Instant at() {
            return at;
        }
    }

    /** Posts that a search for a gap has found, a page at most. */
    record Found(SourceBatch batch) implements Queued {}

    /** A gap was found; what follows in the queue was written after it. */
    record Gap(Interval interval) implements Queued {}

    /** A gap was filled: its posts have arrived. */
    record Filled(Interval interval) implements Queued {}
}
