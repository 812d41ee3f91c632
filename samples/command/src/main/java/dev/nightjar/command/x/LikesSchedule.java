/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.source.twitter.TwitterSearchConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The same search again and again, each with another minimum of likes. A post that an earlier one of these searches gave
 * is skipped, as {@code seen-before}.
 *
 * @param search without a minimum of likes
 * @param minLikes the minimum of the first search
 * @param change what is added to it for each further one, until it would be negative
 * @param polls how many searches there are at most
 * @param interval from the beginning of a search to that of the next
 * @param text what it is, without what may change from one run to the next
 */
record LikesSchedule(TwitterSearchConfig search, long minLikes, long change, int polls, Duration interval, String text)
        implements TweetSourceFactory {
    @Override
    public TweetSource open(SourcePosition position) {
        return new Polls(position);
    }

    @Override
    public String toString() {
        return text;
    }

    private final class Polls implements TweetSource {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final Set<String> seen = new HashSet<>();
        private int poll;
        private long due = System.nanoTime();
        private SourcePosition inner = SourcePosition.START;
        private volatile @Nullable TweetSource current;

        /** A position is the number of the poll and, behind a space, the position in it. */
        Polls(SourcePosition position) {
            if (!position.isStart()) {
                int space = position.token().indexOf(' ');
                poll = Integer.parseInt(position.token().substring(0, space));
                inner = new SourcePosition(position.token().substring(space + 1));
            }
        }

        private long threshold() {
            return minLikes + poll * change;
        }

        @Override
        public SourceBatch poll(Duration timeout) throws InterruptedException {
            TweetSource source = current;
            if (source == null) {
                long nanos = Math.min(due - System.nanoTime(), timeout.toNanos());
                if (closed.await(Math.max(0, nanos), TimeUnit.NANOSECONDS)) {
                    throw new IllegalStateException("The source is closed");
                }
                if (isExhausted() || due > System.nanoTime()) {
                    return SourceBatch.empty();
                }
                source = search.toBuilder().minLikes(threshold()).build().open(inner);
                current = source;
                due = System.nanoTime() + interval.toNanos();
            }
            SourceBatch batch = unseen(source.poll(timeout));
            inner = source.position();
            if (source.isExhausted()) {
                source.close();
                current = null;
                inner = SourcePosition.START;
                poll++;
            }
            return batch;
        }

        private SourceBatch unseen(SourceBatch batch) {
            SourceBatch.Builder unseen = SourceBatch.builder();
            batch.skipped().forEach(unseen::skipped);
            batch.deadLetters().forEach(unseen::deadLetter);
            batch.inOrder(
                    tweet -> {
                        if (seen.add(tweet.id())) {
                            unseen.tweet(tweet);
                        } else {
                            unseen.skipped("seen-before", 1);
                        }
                    },
                    unseen::deleted);
            return unseen.build();
        }

        @Override
        public boolean isExhausted() {
            return current == null && (poll >= polls || threshold() < 0);
        }

        @Override
        public SourcePosition position() {
            return new SourcePosition(poll + " " + inner.token());
        }

        @Override
        public void close() {
            closed.countDown();
            TweetSource source = current;
            if (source != null) {
                source.close();
            }
        }
    }
}
