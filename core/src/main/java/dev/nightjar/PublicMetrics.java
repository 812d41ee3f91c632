/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How often a tweet was passed on, answered and liked when the source delivered it, as far as the source says.
 *
 * <p>Immutable.
 *
 * @param retweetCount retweets
 * @param replyCount replies
 * @param likeCount likes
 * @param quoteCount quotes
 * @param impressionCount times seen
 * @param bookmarkCount bookmarks
 * @since 0.1.0
 */
public record PublicMetrics(
        @Nullable Long retweetCount,
        @Nullable Long replyCount,
        @Nullable Long likeCount,
        @Nullable Long quoteCount,
        @Nullable Long impressionCount,
        @Nullable Long bookmarkCount)
        implements Serializable {}
