/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.NightjarException;

/**
 * X refuses a request for a reason that waiting does not cure. It is the cause of the {@link
 * dev.nightjar.FatalException} (mostly a {@link dev.nightjar.ConfigException}) that a caller gets, and tells one reason
 * from another.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TwitterRefusedException extends NightjarException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final Reason reason;
    private final boolean forWords;

    TwitterRefusedException(int status, Reason reason, String message, boolean forWords) {
        super(message, null);
        this.status = status;
        this.reason = reason;
        this.forWords = forWords;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Why X refuses. */
    public Reason reason() {
        return reason;
    }

    /** As {@link Refusal#forWords()}. */
    boolean isForWords() {
        return forWords;
    }

    /**
     * Why X refuses.
     *
     * @since 0.1.0
     */
    public enum Reason {
        /** The request itself is wrong: a parameter, the query, a rule. */
        BAD_REQUEST,
        /** The token, or the key and secret, are not known. */
        UNAUTHORIZED,
        /** The credits of the account are used up. */
        CREDITS_USED_UP,
        /** The application is not allowed to do this, or its account is suspended. */
        FORBIDDEN,
        /** The application has no stream rule. */
        NO_RULES,
        /** The account has read all the posts it may read in its period. */
        USAGE_CAP,
        /** Anything else. */
        OTHER
    }
}
