/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import org.jspecify.annotations.Nullable;

/**
 * The base of the errors that Nightjar throws. Each subtype says what the caller can do next; no message contains a
 * secret, a tweet's text or a record's content.
 *
 * @since 0.1.0
 */
public abstract class NightjarException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with a message and, where there is one, its cause. */
    protected NightjarException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The message; never null. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
