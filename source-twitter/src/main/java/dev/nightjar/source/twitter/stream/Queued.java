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
    /** A line of the stream, or the beginning of one that is too long. */
    final class Frame implements Queued {
        private final FrameReader.Line line;
        private final Instant at;

        Frame(FrameReader.Line line, Instant at) {
            this.line = line;
            this.at = at;
        }

        /** The line's bytes themselves, no copy. */
        byte[] bytes() {
            return line.bytes();
        }

        boolean isWhole() {
            return line.isWhole();
        }

        /** When it came. */
        Instant at() {
            return at;
        }
    }

    /** Posts that a search for a gap has found, a page at most. */
    record Found(SourceBatch batch) implements Queued {}

    /** A gap was found; what comes after it was written after the gap. */
    record Gap(Interval interval) implements Queued {}

    /** A gap was filled: what it had has come. */
    record Filled(Interval interval) implements Queued {}
}
