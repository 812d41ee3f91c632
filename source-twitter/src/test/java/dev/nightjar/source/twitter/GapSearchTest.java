/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Credential;
import dev.nightjar.SourceBatch;
import dev.nightjar.SourcePosition;
import dev.nightjar.Tweet;
import dev.nightjar.source.twitter.testkit.FakePost;
import dev.nightjar.source.twitter.testkit.FakeX;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gaps are searched by the rules, over sockets and by threads as they are. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GapSearchTest {
    private static final int PAGE = 100;

    private final FakeX x = FakeX.start();
    private final Instant now = Instant.now();
    private final List<Tweet> tweets = new ArrayList<>();
    private @Nullable TwitterStreamSource source;

    @AfterEach
    void stop() {
        if (source != null) {
            source.close();
        }
        x.close();
    }

    @Test
    void closingEndsASearchThatIsUnderWayAndReadsNoMore() throws Exception {
        x.addRule("owl", "birds");
        posts(5_000);
        TwitterStreamSource stream = open(config(), gap(now.minusSeconds(5_100), now.minusSeconds(60)));
        await(() -> tweets.size() >= 3 * PAGE);
        stream.close();
        long read = x.postsRead();
        assertThat(threads("nightjar-x-gaps")).isEmpty();
        assertThat(x.postsRead()).as("a page may be under way").isBetween(read, read + PAGE);
    }

    @Test
    void aSearchReadsNoPageMoreWhileNobodyTakesTheOneThatItHas() throws Exception {
        x.addRule("owl", "birds");
        posts(1_000);
        TwitterStreamSource stream =
                open(config().queueCapacity(10), gap(now.minusSeconds(1_100), now.minusSeconds(60)));
        while (x.postsRead() == 0) {
            LockSupport.parkNanos(5_000_000);
        }
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() < end) {
            assertThat(x.postsRead()).isLessThanOrEqualTo(PAGE);
            assertThat(stream.status().waiting()).isLessThanOrEqualTo(PAGE);
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(stream.status().waiting()).isEqualTo(PAGE);
        while (tweets.size() < 1_000) {
            assertThat(poll().tweets()).hasSizeLessThanOrEqualTo(PAGE);
        }
        assertThat(tweets).extracting(Tweet::id).doesNotHaveDuplicates();
        await(() -> !stream.position().token().contains("gaps=" + now.minusSeconds(1_100).toEpochMilli()));
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && thread.getName().equals(name))
                .toList();
    }

    /** So many posts, one a second, the last a minute and a half ago. */
    private void posts(int count) {
        for (int i = count; i > 0; i--) {
            Instant at = now.minusSeconds(90 + i);
            x.publish(FakePost.of(Long.toString(FakePost.firstId(at)), "owl " + i, at));
        }
    }

    /** A position with a gap that is to be filled. */
    private SourcePosition gap(Instant from, Instant to) {
        return new SourcePosition("newest-id=0 until=" + now.toEpochMilli() + " gaps=" + from.toEpochMilli() + '-'
                + to.toEpochMilli());
    }

    private TwitterStreamConfig.Builder config() {
        return TwitterStreamConfig.builder(Credential.literal(x.bearerToken())).baseUrl(x.uri());
    }

    private TwitterStreamSource open(TwitterStreamConfig.Builder config, SourcePosition position) {
        TwitterStreamSource opened = config.build().open(position);
        source = opened;
        return opened;
    }

    private SourceBatch poll() throws InterruptedException {
        SourceBatch batch = source.poll(Duration.ofMillis(20));
        tweets.addAll(batch.tweets());
        return batch;
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            poll();
        }
    }
}
