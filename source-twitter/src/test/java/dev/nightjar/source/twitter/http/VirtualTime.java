/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A time in which waiting takes none. */
public final class VirtualTime implements PassingTime {
    private volatile Instant now;

    public VirtualTime(Instant start) {
        this.now = start;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public boolean await(CountDownLatch end, Duration wait) {
        now = now.plus(wait);
        return end.getCount() == 0;
    }

    public void plus(Duration time) {
        now = now.plus(time);
    }
}
