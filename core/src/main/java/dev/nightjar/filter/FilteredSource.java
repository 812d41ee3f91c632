/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.filter;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tweets of a source that a filter keeps. */
record FilteredSource(TweetSourceFactory source, TweetFilter filter) implements TweetSourceFactory {
    @Override
    public TweetSource open(SourcePosition position) {
        TweetSource all = source.open(position);
        return new TweetSource() {
            @Override
            public SourceBatch poll(Duration timeout) throws InterruptedException {
                return kept(all.poll(timeout));
            }

            @Override
            public boolean isExhausted() {
                return all.isExhausted();
            }

            @Override
            public SourcePosition position() {
                return all.position();
            }

            @Override
            public void close() {
                all.close();
            }
        };
    }

    private SourceBatch kept(SourceBatch batch) {
        SourceBatch.Builder kept = SourceBatch.builder()
                .add(new SourceBatch(List.of(), batch.deadLetters(), batch.deletedIds(), batch.skipped()));
        for (Tweet tweet : batch.tweets()) {
            Optional<String> reason = filter.reason(tweet);
            if (reason.isPresent()) {
                kept.skipped(reason.get(), 1);
            } else {
                kept.tweet(tweet);
            }
        }
        return kept.build();
    }
}
