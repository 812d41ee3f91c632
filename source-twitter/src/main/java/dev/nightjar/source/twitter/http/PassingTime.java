/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time, and waiting for it to pass; tests have one in which hours pass at once. */
public interface PassingTime {
    /** The time of this machine. */
    PassingTime SYSTEM = new PassingTime() {};

    /** What time it is. */
    default Instant now() {
        return Instant.now();
    }

    /** The same as a clock, of UTC. */
    default Clock clock() {
        InstantSource instants = this::now;
        return instants.withZone(ZoneOffset.UTC);
    }

    /** Waits, but not beyond the end; returns whether the end has come. */
    default boolean await(CountDownLatch end, Duration wait) throws InterruptedException {
        return end.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
