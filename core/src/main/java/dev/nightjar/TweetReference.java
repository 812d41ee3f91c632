/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;

/**
 * Another tweet that a tweet refers to.
 *
 * <p>Immutable.
 *
 * @param type how it refers to it
 * @param id the other tweet's id, in the form of {@link Tweet#id()}
 * @since 0.1.0
 */
public record TweetReference(Type type, String id) implements Serializable {
    /** Checks the id. */
    public TweetReference {
        java.util.Objects.requireNonNull(type, "type");
        TweetId.of(id);
    }

    /**
     * How one tweet refers to another, in the words of the X API v2.
     *
     * @since 0.1.0
     */
    public enum Type {
        /** It passes the other one on. */
        RETWEETED,
        /** It passes the other one on with words of its own. */
        QUOTED,
        /** It answers the other one. */
        REPLIED_TO
    }
}
