/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.SinkFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

class RecordingSinkTest implements ClassifiedTweetSinkContract {
    private final RecordingSink.Factory<ClassifiedTweet> factory = RecordingSink.tweets("RecordingSinkTest");

    @BeforeEach
    void emptyTheStore() {
        factory.clear();
        factory.reject(java.util.Set.of(
                RecordingSink.key(unstorable(0).orElseThrow()),
                RecordingSink.key(unstorable(1).orElseThrow())));
    }

    @Override
    public SinkFactory<ClassifiedTweet> factory() {
        return RecordingSink.tweets("RecordingSinkTest");
    }

    @Override
    public List<ClassifiedTweet> readBack() {
        return factory.records();
    }

    @Override
    public Optional<SinkFactory<ClassifiedTweet>> unreachable() {
        return Optional.empty();
    }

    @Override
    public Optional<ClassifiedTweet> unstorable(int number) {
        return Optional.of(Tweets.classified(Tweets.tweet(-1 - number, "never stored " + number)));
    }
}
