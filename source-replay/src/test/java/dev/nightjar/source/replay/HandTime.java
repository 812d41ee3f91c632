/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Passes only when somebody sleeps. */
final class HandTime implements PollTime {
    private long now = Long.MAX_VALUE - 5; // a clock of nanoseconds may run over

    @Override
    public long now() {
        return now;
    }

    @Override
    public void sleep(long nanos) {
        assertThat(nanos).isPositive();
        now += nanos;
    }

    @Override
    public void wake() {}

    void pass(Duration duration) {
        now += duration.toNanos();
    }

    double seconds() {
        return (now - (Long.MAX_VALUE - 5)) / 1e9;
    }
}
