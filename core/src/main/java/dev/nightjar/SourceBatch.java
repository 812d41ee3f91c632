/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one {@linkplain TweetSource#poll poll} of a source returned. Everything that the source read is in it, so that
 * nothing can be lost without being counted: read = tweets + dead letters + deletions + skipped.
 *
 * <p>Immutable.
 *
 * @param tweets the tweets, in the source's order
 * @param deadLetters the records that could not be read as a tweet, with their bytes
 * @param deletedIds the ids of tweets that the source says were deleted, withheld or superseded by an edit
 * @param skipped how many records were passed over on purpose, by a short kebab-case reason such as {@code keep-alive}
 * @since 0.1.0
 */
public record SourceBatch(
        List<Tweet> tweets, List<DeadLetter> deadLetters, List<String> deletedIds, Map<String, Long> skipped) {
    private static final SourceBatch EMPTY = of(List.of());

    /** Copies the collections. */
    public SourceBatch {
        tweets = List.copyOf(tweets);
        deadLetters = List.copyOf(deadLetters);
        deletedIds = List.copyOf(deletedIds);
        skipped = java.util.Collections.unmodifiableMap(new TreeMap<>(skipped));
    }

    /** A batch of nothing. */
    public static SourceBatch empty() {
        return EMPTY;
    }

    /** A batch of tweets alone. */
    public static SourceBatch of(List<Tweet> tweets) {
        return new SourceBatch(tweets, List.of(), List.of(), Map.of());
    }

    /** Whether the source read nothing at all, not even a record to skip. */
    public boolean isEmpty() {
        return tweets.isEmpty() && deadLetters.isEmpty() && deletedIds.isEmpty() && skipped.isEmpty();
    }

    /** How many records were passed over, over all reasons. */
    public long skippedCount() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }
}
