/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.store;

import dev.nightjar.ClassifiedTweet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a store of classified tweets holds, read back: for a page, a report or a proof that nothing is missing. It may
 * be read while a sink writes to it.
 *
 * <p>Every method throws a {@link dev.nightjar.RetriableException} if the store does not answer for the moment.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface StoredTweets extends AutoCloseable {
    /** What {@link #labelCounts()} calls an answer without a label. */
    String NO_LABEL = "(no label)";

    /** Those of some ids that it holds a tweet of. */
    Set<String> ids(Set<String> among);

    /** How many tweets it holds. */
    long count();

    /**
     * How many tweets each label has, by classifier; a tweet that a classifier has no label for counts under
     * {@value #NO_LABEL}.
     */
    Map<String, Map<String, Long>> labelCounts();

    /** The newest tweets by id, the newest first. */
    List<ClassifiedTweet> newest(int limit);

    /** Gives every tweet to an action, in no particular order. */
    void forEach(Consumer<ClassifiedTweet> action);

    /** Frees its resources; closing again does nothing. */
    @Override
    void close();
}
