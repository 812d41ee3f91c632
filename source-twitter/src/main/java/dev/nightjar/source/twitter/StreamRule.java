/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A rule of the filtered stream: each post that it finds is delivered, with the rule's tag. X keeps the rules of an
 * application; two of them never have the same value.
 *
 * <p>Immutable.
 *
 * @param id as X gave it; null for a rule that is not added yet
 * @param value the query
 * @param tag the mark on the posts that the rule finds; null for none
 * @since 0.1.0
 */
public record StreamRule(
        @Nullable String id, String value, @Nullable String tag) implements Serializable {
    /**
     * Strips the value; an empty tag is none.
     *
     * @throws ConfigException if the value is blank or not one line
     */
    public StreamRule {
        value = value.strip();
        if (value.isEmpty() || value.chars().anyMatch(Character::isISOControl)) {
            throw new ConfigException("A rule is one line that is not blank");
        }
        tag = tag == null || tag.isEmpty() ? null : tag;
    }

    /** A rule of the pay-per-use plan, to be added. */
    public static StreamRule of(TweetQuery query, @Nullable String tag) {
        return new StreamRule(null, query.forStream(), tag);
    }

    /** A rule to be added, as written. */
    public static StreamRule of(String value, @Nullable String tag) {
        return of(TweetQuery.raw(value), tag);
    }

    boolean sameAs(StreamRule other) {
        return value.equals(other.value) && java.util.Objects.equals(tag, other.tag);
    }
}
