/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.DeadLetter;
import dev.nightjar.Tweet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of one document of the X API: a page, a frame of a stream, a notice, an error.
 *
 * <p>Immutable.
 *
 * @param tweets its tweets, in the document's order; those it only refers to are not among them
 * @param deadLetters the elements of a list of tweets that are none, each with its own part of the document
 * @param deletedIds the ids of tweets that it says were deleted or withheld, and of earlier versions of an edited one
 * @param problems the problems it reports; if there are tweets too, something that they refer to is missing
 * @param skipped how many records were passed over on purpose, by a short kebab-case reason: {@code scrub-geo},
 *     {@code limit}, {@code warning}, {@code disconnect}, {@code empty-page} and the like
 * @param notes how many tweets were read with a reservation, by a short kebab-case word: {@code time-from-id}, {@code
 *     time-disagrees-with-id} (by more than a day), {@code text-truncated} (the full text is not in the document); and
 *     how many of the deleted ids are {@code superseded-by-edit}
 * @param meta what a page says about itself; null if it says nothing
 * @since 0.1.0
 */
public record XPayload(
        List<Tweet> tweets,
        List<DeadLetter> deadLetters,
        List<String> deletedIds,
        List<XProblem> problems,
        Map<String, Long> skipped,
        Map<String, Long> notes,
        @Nullable Meta meta) {
    /** Copies the collections. */
    public XPayload {
        tweets = List.copyOf(tweets);
        deadLetters = List.copyOf(deadLetters);
        deletedIds = List.copyOf(deletedIds);
        problems = List.copyOf(problems);
        skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
        notes = Collections.unmodifiableMap(new TreeMap<>(notes));
    }

    /** Whether it is nothing but a report of problems: an error answer, or a stream's message that it ends. */
    public boolean isError() {
        return !problems.isEmpty() && tweets.isEmpty() && deadLetters.isEmpty() && deletedIds.isEmpty();
    }

    /**
     * What a page says about itself.
     *
     * <p>Immutable.
     *
     * @param resultCount how many tweets it has
     * @param newestId its newest tweet's id
     * @param oldestId its oldest tweet's id
     * @param nextToken asks for the next page; null on the last one
     * @param previousToken asks for the page before
     * @since 0.1.0
     */
    public record Meta(
            @Nullable Long resultCount,
            @Nullable String newestId,
            @Nullable String oldestId,
            @Nullable String nextToken,
            @Nullable String previousToken) {}
}
