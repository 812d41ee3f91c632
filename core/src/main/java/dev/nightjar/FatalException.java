/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import org.jspecify.annotations.Nullable;

/**
 * Calling again does not help, and the cause is not a single record: a server gives an unknown answer, too many records
 * are dead letters, a consumer group excludes its member, or Nightjar itself has a bug. The caller stops, and a person
 * looks. If it is known what must be changed, it is a {@link ConfigException}.
 *
 * @since 0.1.0
 */
public sealed class FatalException extends NightjarException permits ConfigException {
    private static final long serialVersionUID = 1L;

    /** An error without a cause. */
    public FatalException(String message) {
        this(message, null);
    }

    /** An error with a message and, where there is one, its cause. */
    public FatalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
