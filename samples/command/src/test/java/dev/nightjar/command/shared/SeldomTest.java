/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SeldomTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void whatTookLongIsNotAskedAgainUntilItHasRested() {
        Seldom<Integer> seldom = new Seldom<>(1_000_000, this::slow);
        assertThat(seldom.value()).isOne();
        assertThat(seldom.value()).isOne();
    }

    @Test
    void whatHasRestedIsAskedAgain() {
        Seldom<Integer> seldom = new Seldom<>(0, this::slow);
        assertThat(seldom.value()).isOne();
        assertThat(seldom.value()).isEqualTo(2);
    }

    private int slow() {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        return asked.incrementAndGet();
    }
}
