/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.TweetSourceFactory;
import java.util.List;
import java.util.Optional;

class InMemorySourceTest implements TweetSourceContract {
    @Override
    public TweetSourceFactory factory() {
        return InMemorySource.of(Tweets.tweets(45));
    }

    @Override
    public int batchSize() {
        return 10;
    }

    @Override
    public Optional<TweetSourceFactory> silent() {
        return Optional.of(InMemorySource.of(List.of()).end(InMemorySource.End.SILENT));
    }
}
