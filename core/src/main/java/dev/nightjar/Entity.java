/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;

/**
 * A hashtag, mention or link, and where it stands in the tweet's text.
 *
 * <p>Immutable.
 *
 * @param value the hashtag without {@code #}, the username without {@code @}, or the link in its expanded form when
 *     known
 * @param start its first place in the text, in Unicode code points (as the X API counts); -1 if not known
 * @param end the place after its last, in Unicode code points; -1 if not known
 * @since 0.1.0
 */
public record Entity(String value, int start, int end) implements Serializable {
    /** Repairs malformed Unicode and turns a span that cannot be one into -1, -1: sources are known to give such. */
    public Entity {
        value = WellFormed.repair(value);
        if (start < 0 || end < start) {
            start = -1;
            end = -1;
        }
    }

    /** An entity whose place is not known. */
    public static Entity of(String value) {
        return new Entity(value, -1, -1);
    }
}
