/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Time as a poll sees it: a test has one of its own. */
interface PollTime {
    /** Nanoseconds since any moment. */
    long now();

    /** Sleeps for at most so long; not at all once {@link #wake()} was called. */
    void sleep(long nanos) throws InterruptedException;

    /** Ends all sleep, for ever. */
    void wake();

    /** The time of the machine. */
    static PollTime system() {
        CountDownLatch woken = new CountDownLatch(1);
        return new PollTime() {
            @Override
            public long now() {
                return System.nanoTime();
            }

            @Override
            @SuppressWarnings("ReturnValueIgnored") // woken or not, the caller looks for itself
            public void sleep(long nanos) throws InterruptedException {
                woken.await(nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public void wake() {
                woken.countDown();
            }
        };
    }
}
