/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The author of a tweet, as far as the source says.
 *
 * <p>Immutable.
 *
 * @param id the user's id, decimal
 * @param username the handle, without {@code @}
 * @param name the display name
 * @param followersCount how many follow the user
 * @since 0.1.0
 */
public record Author(
        @Nullable String id,
        @Nullable String username,
        @Nullable String name,
        @Nullable Long followersCount) implements Serializable {
    /** Repairs malformed Unicode as {@link Tweet#text()} says. */
    public Author {
        id = id == null ? null : WellFormed.repair(id);
        username = username == null ? null : WellFormed.repair(username);
        name = name == null ? null : WellFormed.repair(name);
    }

    /** An author with only the handle known. */
    public static Author ofUsername(String username) {
        return new Author(null, username, null, null);
    }
}
