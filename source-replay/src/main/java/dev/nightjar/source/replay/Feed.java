/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.SourcePosition;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records in a fixed order, each with the place just after it.
 *
 * <p>Confined to one thread.
 */
interface Feed extends Closeable {
    /** The next record; null at the end, for ever. */
    @Nullable
    Placed next() throws IOException;

    /** How long at least to wait before the record that was read last. */
    default Duration pause() {
        return Duration.ZERO;
    }

    /** The recorded time at which the replay begins; null for that of the first tweet. */
    @Nullable
    Instant begin();

    /** Opens a feed at a position. */
    @FunctionalInterface
    interface Opener {
        Feed open(SourcePosition position) throws IOException;
    }

    /** A record and the place just after it. */
    record Placed(FeedItem item, Place place) {}

    /** A place between two records, from which a feed can be opened. */
    interface Place {
        /** The place as the token of a {@link dev.nightjar.SourcePosition}. */
        String token();
    }
}
