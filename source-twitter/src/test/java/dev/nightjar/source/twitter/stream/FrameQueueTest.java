/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    private final FrameQueue queue = new FrameQueue(1000);

    @Test
    void aPageOfASearchIsTakenAloneSoThatNoBatchIsLargerThanTheLargest() throws Exception {
        for (int i = 0; i < 499; i++) {
            queue.offer(frame(), Duration.ZERO);
        }
        queue.add(page(100));
        queue.offer(frame(), Duration.ZERO);
        assertThat(queue.size()).isEqualTo(600);
        assertThat(records(queue.poll(Duration.ZERO, 500))).isEqualTo(499);
        assertThat(records(queue.poll(Duration.ZERO, 500))).isEqualTo(100);
        assertThat(records(queue.poll(Duration.ZERO, 500))).isEqualTo(1);
        assertThat(queue.size()).isZero();
    }

    @Test
    void aPageThatNobodyHasTakenLeavesNoRoomForAnother() throws Exception {
        assertThat(queue.hasRoomForPage()).isTrue();
        queue.add(page(0));
        assertThat(queue.hasRoomForPage()).isFalse();
        assertThat(queue.isRelaxed()).isTrue();
        queue.poll(Duration.ZERO, 500);
        assertThat(queue.hasRoomForPage()).isTrue();
    }

    private static int records(List<Queued> items) {
        return items.stream()
                .mapToInt(item -> item instanceof Queued.Found found
                        ? found.batch().tweets().size()
                        : 1)
                .sum();
    }

    private static Queued.Frame frame() {
        return new Queued.Frame(new byte[1], true, AT);
    }

    private static Queued page(int count) {
        List<Tweet> tweets = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            tweets.add(Tweet.builder(Integer.toString(i), "owl", AT).build());
        }
        return new Queued.Found(SourceBatch.of(tweets));
    }
}
