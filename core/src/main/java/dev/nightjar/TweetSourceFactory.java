/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

/**
 * Opens a {@link TweetSource}, at its beginning or where an earlier one stopped; see {@link Factory} for what an
 * implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface TweetSourceFactory extends Factory<TweetSource> {
    /** Opens the source at its beginning: {@code open(SourcePosition.START)}. */
    @Override
    default TweetSource open() {
        return open(SourcePosition.START);
    }

    /**
     * Opens the source so that its first tweet is the one after {@code position}.
     *
     * @param position a {@link TweetSource#position()} of a source that an equal factory opened, or
     *     {@link SourcePosition#START}
     * @throws FatalException as {@link #open()}; a {@link ConfigException} if the position is not one of such a source
     * @throws RetriableException if the same call may work later
     */
    TweetSource open(SourcePosition position);
}
