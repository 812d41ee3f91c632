/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A tweet with one classification per named classifier, for example {@code emotion} and {@code sentiment}. It holds no
 * clock time of its own, so that classifying a tweet again with the same models gives an equal record.
 *
 * <p>Immutable.
 *
 * @param tweet the tweet
 * @param classifications by the classifier's name, sorted; a name is a lower-case letter followed by letters, digits or
 *     underscores, at most 40 characters, so that it can be a column or field in any store
 * @since 0.1.0
 */
public record ClassifiedTweet(Tweet tweet, SortedMap<String, Classification> classifications) implements Serializable {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    /** Copies the map and checks the names. */
    public ClassifiedTweet {
        java.util.Objects.requireNonNull(tweet, "tweet");
        TreeMap<String, Classification> byName = new TreeMap<>(); // not the given map's order, which may be any
        classifications.forEach((name, classification) -> byName.put(
                checkName(name),
                java.util.Objects.requireNonNull(classification, () -> "The classification '" + name + "' is null")));
        classifications = Collections.unmodifiableSortedMap(byName);
    }

    /** A tweet with the given classifications. */
    public static ClassifiedTweet of(Tweet tweet, Map<String, Classification> classifications) {
        return new ClassifiedTweet(tweet, new TreeMap<>(classifications));
    }

    /**
     * Returns the name of a classifier if it is one.
     *
     * @throws IllegalArgumentException if it is not a lower-case letter and up to 39 letters, digits and underscores
     */
    public static String checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "The classifier name '" + name
                            + "' is not a lower-case letter followed by lower-case letters, digits and underscores, 40 at most");
        }
        return name;
    }
}
