/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import java.time.Instant;

/**
 * The ids and times between which a file's tweets are: how far a further pass must move them, so that no id comes twice and
 * time goes on.
 *
 * <p>Immutable.
 *
 * @param lowestId the lowest id
 * @param highestId the highest id; lower than the lowest while there is none
 * @param earliest the earliest time, in milliseconds since 1970
 * @param latest the latest time, in milliseconds since 1970
 */
record Span(long lowestId, long highestId, long earliest, long latest) {
    static final Span NONE = new Span(Long.MAX_VALUE, 0, Long.MAX_VALUE, Long.MIN_VALUE);

    Span with(Tweet tweet) {
        long id = Long.parseLong(tweet.id());
        long time = tweet.createdAt().toEpochMilli();
        boolean inside = lowestId <= id && id <= highestId && earliest <= time && time <= latest;
        return inside
                ? this
                : new Span(
                        Math.min(lowestId, id),
                        Math.max(highestId, id),
                        Math.min(earliest, time),
                        Math.max(latest, time));
    }

    boolean isEmpty() {
        return highestId < lowestId;
    }

    /** By how many milliseconds a pass moves the tweets of the pass before. */
    long shiftMillis() {
        return Math.max(((highestId - lowestId) >> TweetId.SEQUENCE_BITS) + 1, latest - earliest + 1);
    }

    /** Whether the highest id can be moved so far. */
    boolean canShift(long passes) {
        long room = (Long.MAX_VALUE - highestId) >> TweetId.SEQUENCE_BITS;
        return passes <= room / shiftMillis();
    }

    Tweet shift(Tweet tweet, long passes) {
        Instant createdAt = tweet.createdAt().plusMillis(passes * shiftMillis());
        return Tweet.builder(shift(tweet.id(), passes), tweet.text(), createdAt)
                .like(tweet)
                .build();
    }

    /** An id moved along with the tweets; one that would leave the range of ids stays. */
    String shift(String id, long passes) {
        long number = Long.parseLong(id);
        long moved = number + ((passes * shiftMillis()) << TweetId.SEQUENCE_BITS);
        return moved < number ? id : Long.toString(moved);
    }
}
