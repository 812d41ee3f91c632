/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.options.Configuration;
import dev.nightjar.source.twitter.http.PassingTime;
import dev.nightjar.source.twitter.http.TokenSource;
import dev.nightjar.source.twitter.spending.SpendGuard;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.random.RandomGenerator;

/** How the gaps of a stream are searched; only for the stream. */
public interface GapSearch {
    /** Searches with the rules that the stream has: a recent search for each. */
    static GapSearch byRules(
            Configuration stream, TokenSource tokens, SpendGuard guard, PassingTime time, RandomGenerator random) {
        return new RuleSearch(stream, tokens, guard, time, random);
    }

    /**
     * The parts that together find a gap's posts.
     *
     * @param from its beginning, inclusive
     * @param to its end, exclusive
     * @throws RetriableException if the call may work later
     * @throws FatalException if the gap cannot be searched
     */
    Deque<Part> open(Instant from, Instant to) throws InterruptedException;

    /** A part of a search, polled as a source is. */
    interface Part extends AutoCloseable {
        /** As {@link dev.nightjar.TweetSource#poll}. */
        SourceBatch poll(Duration timeout) throws InterruptedException;

        /** Whether no more will come. */
        boolean isExhausted();

        /** Whether, exhausted, it has found all. */
        boolean isComplete();

        /** The beginning of what it searches: the gap's beginning, unless no search goes back so far. */
        Instant from();

        /** Ends it. */
        @Override
        void close();
    }
}
