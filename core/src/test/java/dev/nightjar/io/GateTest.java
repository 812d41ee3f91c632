/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
    private final Gate gate = new Gate();
    private final AtomicInteger released = new AtomicInteger();

    @Test
    void closingWaitsForACallThatRunsAndReleasesOnce() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Integer> call = CompletableFuture.supplyAsync(() -> gate.call("sink", () -> {
            called.countDown();
            try {
                assertThat(end.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return released.get();
        }));
        called.await();
        Thread closing = new Thread(() -> gate.close(released::incrementAndGet));
        closing.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> closing.getState() == Thread.State.WAITING);
        end.countDown();
        closing.join();
        assertThat(call.get()).as("released while it was called").isZero();
        gate.close(released::incrementAndGet);
        assertThat(released).hasValue(1);
    }

    @Test
    void whoCallsAfterItWasClosedIsTold() {
        gate.checkOpen("source");
        gate.close();
        assertThat(gate.isClosed()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> gate.checkOpen("source"))
                .withMessage("The source is closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> gate.run("classifier a", released::incrementAndGet))
                .withMessage("The classifier a is closed");
        assertThat(released).hasValue(0);
    }
}
