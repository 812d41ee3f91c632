/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;

/**
 * A place in a source from which it can be reopened, as a short text that only that source can read: a replay offset, a
 * search cursor, the newest id seen. It may be kept anywhere a line of text can.
 *
 * <p>Immutable.
 *
 * @param token one line of at most {@value #MAX_LENGTH} characters without control characters; empty for the beginning
 * @since 0.1.0
 */
public record SourcePosition(String token) implements Serializable {
    /** The longest token, in characters. */
    public static final int MAX_LENGTH = 4096;

    /** The beginning of any source. */
    public static final SourcePosition START = new SourcePosition("");

    /** Checks the token. */
    public SourcePosition {
        if (token.length() > MAX_LENGTH || token.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "A position is one line of at most " + MAX_LENGTH + " characters without control characters");
        }
    }

    /** Whether this is {@link #START}. */
    public boolean isStart() {
        return token.isEmpty();
    }
}
