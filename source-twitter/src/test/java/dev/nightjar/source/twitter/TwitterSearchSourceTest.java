/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.TweetSourceFactory;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.testkit.TweetSourceContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A search keeps what every source promises. */
class TwitterSearchSourceTest implements TweetSourceContract {
    private final FakeX x = FakeX.start();

    @AfterEach
    void stop() {
        x.close();
    }

    @Override
    public TweetSourceFactory factory() {
        if (x.posts().isEmpty()) {
            Instant now = Instant.now();
            for (int i = 0; i < 47; i++) {
                Instant at = now.minusSeconds(3600 - i);
                x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), "an owl, number " + i, at));
            }
        }
        return search("owl").build();
    }

    @Override
    public int batchSize() {
        return 10;
    }

    @Override
    public Optional<TweetSourceFactory> silent() {
        return Optional.of(search("silence").pollInterval(Duration.ofHours(1)).build());
    }

    @Test
    void theSimulatorHasMoreThanThreePages() {
        factory();
        assertThat(x.posts()).hasSize(47);
    }

    private TwitterSearchConfig.Builder search(String query) {
        return TwitterSearchConfig.builder(
                        TwitterCredentials.bearer(Credential.literal(x.bearerToken())), TweetQuery.raw(query))
                .pageSize(10)
                .baseUrl(x.uri());
    }
}
