/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source that ends after so many tweets of another. When the last batch has more of them, its position is the one
 * before that batch: a later run may repeat tweets, and misses none.
 *
 * @param source the other
 * @param count how many tweets
 */
public record FirstTweets(TweetSourceFactory source, long count) implements TweetSourceFactory {
    @Override
    public TweetSource open(SourcePosition position) {
        TweetSource live = source.open(position);
        return new TweetSource() {
            private long left = count;
            private @Nullable SourcePosition beforeCut;

            @Override
            public SourceBatch poll(Duration timeout) throws InterruptedException {
                if (left == 0) {
                    return SourceBatch.empty();
                }
                SourcePosition before = live.position();
                SourceBatch batch = live.poll(timeout);
                List<Tweet> tweets = batch.tweets();
                if (tweets.size() > left) {
                    tweets = tweets.subList(0, Math.toIntExact(left));
                    beforeCut = before;
                }
                left -= tweets.size();
                return new SourceBatch(
                        tweets, batch.deadLetters(), batch.deletedIds(), batch.skipped(), batch.tweetsBefore());
            }

            @Override
            public boolean isExhausted() {
                return left == 0 || live.isExhausted();
            }

            @Override
            public SourcePosition position() {
                return beforeCut == null ? live.position() : beforeCut;
            }

            @Override
            public void close() {
                live.close();
            }
        };
    }
}
