/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.ConfigException;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A source of given tweets, for tests of pipelines. Its position is the number of tweets returned.
 *
 * <p>Confined to one thread; only close() may be called from another.
 *
 * @since 0.1.0
 */
public final class InMemorySource implements TweetSource {
    private final Object lock = new Object();
    private final Factory factory;
    private int next;
    private boolean closed;

    private InMemorySource(Factory factory, int next) {
        this.factory = factory;
        this.next = next;
    }

    /** A source that is exhausted after these tweets, at most ten a poll. */
    public static Factory of(List<Tweet> tweets) {
        return new Factory(tweets, 10, End.EXHAUSTED);
    }

    @Override
    public SourceBatch poll(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lock) {
            checkOpen();
            int end = Math.min(next + factory.batchSize(), factory.tweets().size());
            if (next < end) {
                List<Tweet> tweets = factory.tweets().subList(next, end);
                next = end;
                return SourceBatch.of(tweets);
            }
            while (factory.end() == End.SILENT && System.nanoTime() < deadline) {
                lock.wait(Math.max(
                        1, Duration.ofNanos(deadline - System.nanoTime()).toMillis()));
                checkOpen();
            }
            return SourceBatch.empty();
        }
    }

    @Override
    public boolean isExhausted() {
        synchronized (lock) {
            return factory.end() == End.EXHAUSTED && next == factory.tweets().size();
        }
    }

    @Override
    public SourcePosition position() {
        synchronized (lock) {
            return next == 0 ? SourcePosition.START : new SourcePosition("tweet-" + next);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("The source is closed");
        }
    }

    /**
     * What a source does after its last tweet.
     *
     * @since 0.1.0
     */
    public enum End {
        /** It is exhausted. */
        EXHAUSTED,
        /** It goes on without ever having another. */
        SILENT
    }

    /**
     * Opens an {@link InMemorySource}.
     *
     * <p>Immutable.
     *
     * @param tweets the tweets
     * @param batchSize how many one poll returns at most
     * @param end what comes after the last
     * @since 0.1.0
     */
    public record Factory(List<Tweet> tweets, int batchSize, End end) implements TweetSourceFactory {
        /** Copies the tweets. */
        public Factory {
            tweets = List.copyOf(tweets);
            Objects.requireNonNull(end, "end");
            if (batchSize < 1) {
                throw new IllegalArgumentException("The batch size " + batchSize + " is less than 1");
            }
        }

        /** The same with another batch size. */
        public Factory batchSize(int value) {
            return new Factory(tweets, value, end);
        }

        /** The same with another end. */
        public Factory end(End value) {
            return new Factory(tweets, batchSize, value);
        }

        @Override
        public TweetSource open(SourcePosition position) {
            if (position.isStart()) {
                return new InMemorySource(this, 0);
            }
            for (int next = 1; next <= tweets.size(); next++) {
                if (position.token().equals("tweet-" + next)) {
                    return new InMemorySource(this, next);
                }
            }
            throw new ConfigException("The position '" + position.token() + "' is none of a source of " + tweets.size()
                    + " tweets; begin at the start");
        }

        @Override
        public String toString() {
            return "InMemorySource of " + tweets.size() + " tweets, " + batchSize + " a poll, then " + end;
        }
    }
}
