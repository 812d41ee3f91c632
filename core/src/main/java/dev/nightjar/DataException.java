/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import org.jspecify.annotations.Nullable;

/**
 * A record is malformed and always will be: not JSON, no tweet id, too large. It costs that record alone: the caller
 * makes a {@link DeadLetter} of it and goes on.
 *
 * @since 0.1.0
 */
public final class DataException extends NightjarException {
    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * An error of one record.
     *
     * @param code a short kebab-case reason, the same for every record with this fault: {@code bad-id}
     * @param message what is wrong, without the record's content
     */
    public DataException(String code, String message) {
        this(code, message, null);
    }

    /** An error of one record with its cause; the cause's message must not contain the record's content either. */
    public DataException(String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A short kebab-case reason, the same for every record with this fault. */
    public String code() {
        return code;
    }
}
