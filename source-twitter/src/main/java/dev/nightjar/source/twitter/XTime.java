/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time, and waiting for it to pass; tests have one in which hours pass at once. */
interface XTime {
    /** The time of this machine. */
    XTime SYSTEM = new XTime() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public boolean await(CountDownLatch end, Duration wait) throws InterruptedException {
            return end.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    Instant now();

    /** Waits, but not beyond the end; returns whether the end has come. */
    boolean await(CountDownLatch end, Duration wait) throws InterruptedException;
}
