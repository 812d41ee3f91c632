/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.ClassifiedTweet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Stored tweets that are found by their time, too, in a time that does not grow with the store.
 *
 * @since 0.1.0
 */
public interface StoredTweetsByTime extends StoredTweets {
    /**
     * The first tweets of a span of time by their time.
     *
     * @param from the earliest time of a tweet
     * @param until the time that all are before
     * @param most how many at most
     */
    List<ClassifiedTweet> first(Instant from, Instant until, int most);

    /** Tweets of a span of time, in no particular order: all of them, or so many that are spread over it if it has more. */
    default List<ClassifiedTweet> between(Instant from, Instant until, int most) {
        List<ClassifiedTweet> all = first(from, until, most + 1);
        if (all.size() <= most) {
            return all;
        }
        int slices = 8;
        Duration slice = Duration.between(from, until).dividedBy(slices);
        List<ClassifiedTweet> spread = new ArrayList<>();
        for (int i = 0; i < slices; i++) {
            Instant begin = from.plus(slice.multipliedBy(i));
            spread.addAll(first(begin, i < slices - 1 ? begin.plus(slice) : until, most / slices));
        }
        return spread;
    }
}
