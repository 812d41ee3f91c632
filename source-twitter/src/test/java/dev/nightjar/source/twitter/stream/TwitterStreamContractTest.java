/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourcePosition;
import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.stream.TwitterStreamConfig.GapFill;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.testkit.TweetSourceContract;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A filtered stream keeps what every source promises. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwitterStreamContractTest implements TweetSourceContract {
    private static final int LARGEST_BATCH = 500;
    private static final int POSTS = 1_700;

    /** Not in the factory, which can be sent to another machine. */
    private static FakeX x;

    @BeforeEach
    void start() {
        x = FakeX.start();
    }

    @AfterEach
    void stop() {
        x.close();
    }

    /** Its sources have three polls full in their queue when they are opened. */
    @Override
    public TweetSourceFactory factory() {
        return stream(POSTS);
    }

    /** The posts of a poll, and the keep-alive with which the simulator begins a stream: it is counted, not kept. */
    @Override
    public int batchSize() {
        return LARGEST_BATCH + 1;
    }

    @Override
    public Optional<TweetSourceFactory> silent() {
        return Optional.of(stream(0));
    }

    @Override
    public boolean isFinite() {
        return false;
    }

    @Test
    void aPollOfAFullQueueIsFull() throws Exception {
        try (TweetSource source = factory().open()) {
            assertThat(source.poll(Duration.ZERO).tweets()).hasSize(LARGEST_BATCH);
        }
    }

    private TweetSourceFactory stream(int posts) {
        if (x.rules().isEmpty()) {
            x.addRule("owl", null);
        }
        TwitterStreamConfig config = TwitterStreamConfig.builder(Credential.literal(x.bearerToken()))
                .baseUrl(x.uri())
                .gapFill(GapFill.NONE)
                .build();
        return new Opening(config, posts);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Opens a stream when X counts no other one any more, and waits until so many posts are in its queue. */
    private record Opening(TwitterStreamConfig config, int posts) implements TweetSourceFactory {
        @Override
        public TweetSource open(SourcePosition position) {
            await(() -> x.openStreams() == 0);
            TwitterStreamSource source = config.open(position);
            for (int i = 0; i < posts; i++) {
                x.publish("an owl, number " + i);
            }
            await(() -> source.status().waiting() == posts);
            return source;
        }
    }
}
