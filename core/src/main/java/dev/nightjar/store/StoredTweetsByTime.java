/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.ClassifiedTweet;
import java.time.Instant;
import java.util.List;

/**
 * Stored tweets that are found by their time, too, in a time that does not grow with the store.
 *
 * @since 0.1.0
 */
public interface StoredTweetsByTime extends StoredTweets {
    /**
     * Tweets of a span of time, in no particular order: all of them, or so many that are spread over it if it has more.
     *
     * @param from the earliest time of a tweet
     * @param until the time that all are before
     * @param most how many at most
     */
    List<ClassifiedTweet> between(Instant from, Instant until, int most);
}
