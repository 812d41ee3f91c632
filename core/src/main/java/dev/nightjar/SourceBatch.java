/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

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
 * @param tweetsBefore how many of the tweets came before each of the deletions, since a tweet that comes after its
 *     deletion is there again
 * @since 0.1.0
 */
public record SourceBatch(
        List<Tweet> tweets,
        List<DeadLetter> deadLetters,
        List<String> deletedIds,
        Map<String, Long> skipped,
        List<Integer> tweetsBefore) {
    private static final SourceBatch EMPTY = of(List.of());

    /** Copies the collections. */
    public SourceBatch {
        tweets = List.copyOf(tweets);
        deadLetters = List.copyOf(deadLetters);
        deletedIds = List.copyOf(deletedIds);
        skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
        tweetsBefore = List.copyOf(tweetsBefore);
        if (tweetsBefore.size() != deletedIds.size()) {
            throw new IllegalArgumentException(
                    "There are " + deletedIds.size() + " deletions, and places for " + tweetsBefore.size());
        }
    }

    /** A batch whose deletions came after its tweets. */
    public SourceBatch(
            List<Tweet> tweets, List<DeadLetter> deadLetters, List<String> deletedIds, Map<String, Long> skipped) {
        this(tweets, deadLetters, deletedIds, skipped, Collections.nCopies(deletedIds.size(), tweets.size()));
    }

    /** A batch of nothing. */
    public static SourceBatch empty() {
        return EMPTY;
    }

    /** A batch of tweets alone. */
    public static SourceBatch of(List<Tweet> tweets) {
        return new SourceBatch(tweets, List.of(), List.of(), Map.of());
    }

    /** Begins a batch. */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether the source read nothing at all, not even a record to skip. */
    public boolean isEmpty() {
        return tweets.isEmpty() && deadLetters.isEmpty() && deletedIds.isEmpty() && skipped.isEmpty();
    }

    /** Passes on the tweets and the ids of the deleted ones in the order in which they came. */
    public void inOrder(Consumer<Tweet> tweet, Consumer<String> deletedId) {
        int passed = 0;
        for (int i = 0; i < deletedIds.size(); i++) {
            while (passed < Math.min(tweetsBefore.get(i), tweets.size())) {
                tweet.accept(tweets.get(passed++));
            }
            deletedId.accept(deletedIds.get(i));
        }
        tweets.subList(passed, tweets.size()).forEach(tweet);
    }

    /** How many records were passed over, over all reasons. */
    public long skippedCount() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Collects the records of a {@link SourceBatch}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder {
        private final List<Tweet> tweets = new ArrayList<>();
        private final List<DeadLetter> deadLetters = new ArrayList<>();
        private final List<String> deletedIds = new ArrayList<>();
        private final List<Integer> tweetsBefore = new ArrayList<>();
        private final Map<String, Long> skipped = new TreeMap<>();

        private Builder() {}

        /** Adds a tweet. */
        public Builder tweet(Tweet tweet) {
            tweets.add(tweet);
            return this;
        }

        /** Adds a record that could not be read as a tweet. */
        public Builder deadLetter(DeadLetter letter) {
            deadLetters.add(letter);
            return this;
        }

        /** Adds the id of a tweet that was deleted. */
        public Builder deleted(String id) {
            deletedIds.add(id);
            tweetsBefore.add(tweets.size());
            return this;
        }

        /** Counts records that were passed over; does not count none. */
        public Builder skipped(String reason, long count) {
            if (count > 0) {
                skipped.merge(reason, count, Long::sum);
            }
            return this;
        }

        /** Adds all that is in another batch. */
        public Builder add(SourceBatch batch) {
            batch.inOrder(this::tweet, this::deleted);
            deadLetters.addAll(batch.deadLetters);
            batch.skipped.forEach(this::skipped);
            return this;
        }

        /** A batch of everything added so far. */
        public SourceBatch build() {
            return new SourceBatch(tweets, deadLetters, deletedIds, skipped, tweetsBefore);
        }
    }
}
