/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

/**
 * In which words X is asked to write; both are read. If X refuses the words of a request, it is asked once more in the
 * others, and in those from then on.
 *
 * @since 0.1.0
 */
public enum Vocabulary {
    /** The words of 2020: {@code tweet.fields}, {@code note_tweet}, {@code retweet_count}. */
    TWEET,
    /** The words of 2026: {@code post.fields}, {@code note_post}, {@code repost_count}. */
    POST
}
