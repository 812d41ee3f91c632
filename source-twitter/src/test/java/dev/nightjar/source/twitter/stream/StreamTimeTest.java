/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamTimeTest {
    @Test
    void whatFailsOnceIsDoneAgain() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        StreamTime.system().every("nightjar-test", Duration.ofMillis(1), end, new StreamTime.Task() {
            @Override
            public void run() {
                switch (runs.incrementAndGet()) {
                    case 1 -> throw new IllegalStateException("planted");
                    case 2 -> throw new StackOverflowError("planted");
                    case 3 -> end.countDown();
                    default -> throw new AssertionError("done after the end");
                }
            }

            @Override
            public void end() {
                ended.countDown();
            }
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(3);
    }
}
