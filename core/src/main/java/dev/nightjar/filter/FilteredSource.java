/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.filter;

import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.time.Duration;
import java.util.List;

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
        SourceBatch.Builder kept =
                SourceBatch.builder().add(new SourceBatch(List.of(), batch.deadLetters(), List.of(), batch.skipped()));
        batch.inOrder(
                tweet -> filter.reason(tweet)
                        .ifPresentOrElse(reason -> kept.skipped(reason, 1), () -> kept.tweet(tweet)),
                kept::deleted);
        return kept.build();
    }
}
