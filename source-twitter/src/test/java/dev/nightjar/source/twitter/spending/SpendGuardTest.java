/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.spending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.source.twitter.spending.SpendGuard.Grant;
import dev.nightjar.source.twitter.spending.SpendLimits.Spent;
import dev.nightjar.source.twitter.spending.SpendLimits.WhenReached;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpendGuardTest {
    @TempDir
    private Path folder;

    private final SetClock clock = new SetClock(Instant.parse("2026-11-29T22:00:00Z"));

    @Test
    void noMoreThanTheLimitOfTheRunIsGranted() {
        SpendGuard guard = SpendGuard.open(SpendLimits.builder().perRun(25).build(), clock);
        assertThat(guard.reserve(10).posts()).isEqualTo(10);
        assertThat(guard.reserve(20).posts()).isEqualTo(15);
        assertThat(guard.reserve(1).posts()).isZero();
        assertThat(guard.pause()).isNull();
        assertThat(guard.spent()).isEqualTo(new Spent(25, 0, 0));
    }

    @Test
    void aNewRunBeginsWhereACrashLeftTheDayAndTheMonth() {
        SpendLimits limits = limits(100, 150, WhenReached.STOP);
        SpendGuard.open(limits, clock).reserve(60); // and no more is heard of it
        SpendGuard second = SpendGuard.open(limits, clock);
        assertThat(second.spent()).isEqualTo(new Spent(0, 60, 60));
        assertThat(second.reserve(60).posts()).isEqualTo(40);
        assertThat(SpendGuard.open(limits, clock).reserve(1).posts()).isZero();
        clock.to("2026-11-30T00:00:00Z");
        assertThat(SpendGuard.open(limits, clock).reserve(100).posts())
                .as("what the month leaves of the new day")
                .isEqualTo(50);
        clock.to("2026-12-01T00:00:00Z");
        assertThat(SpendGuard.open(limits, clock).reserve(1000).posts()).isEqualTo(100);
    }

    @Test
    void whatWasNotReadIsGivenBackToTheDayItWasTakenFrom() {
        SpendGuard guard = SpendGuard.open(limits(100, 150, WhenReached.STOP), clock);
        Grant grant = guard.reserve(100);
        guard.release(grant, 30);
        assertThat(guard.spent()).isEqualTo(new Spent(70, 70, 70));
        Grant late = guard.reserve(30);
        clock.to("2026-11-30T00:00:01Z");
        guard.reserve(10);
        guard.release(late, 30);
        assertThat(guard.spent()).as("the new day keeps its 10").isEqualTo(new Spent(80, 10, 80));
    }

    @Test
    void anInterruptedThreadGivesBackToo() {
        SpendGuard guard = SpendGuard.open(limits(100_000, 150_000, WhenReached.STOP), clock);
        Grant grant = guard.reserve(1_000);
        Thread.currentThread().interrupt(); // as closing a stream does
        try {
            guard.release(grant, 997);
        } finally {
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
        assertThat(guard.spent()).isEqualTo(new Spent(3, 3, 3));
    }

    @Test
    void aClockThatIsSetBackBeginsNoDayAgain() {
        SpendGuard guard = SpendGuard.open(limits(100, 150, WhenReached.STOP), clock);
        guard.reserve(100);
        clock.to("2026-10-28T12:00:00Z");
        assertThat(guard.reserve(1).posts()).isZero();
        assertThat(guard.spent()).isEqualTo(new Spent(100, 100, 100));
        clock.to("2026-11-29T23:00:00Z");
        assertThat(guard.reserve(1).posts()).isZero();
    }

    @Test
    void aPauseLastsUntilThePeriodEnds() {
        SpendGuard guard = SpendGuard.open(limits(100, 150, WhenReached.PAUSE), clock);
        guard.reserve(100);
        assertThat(guard.pause()).isEqualTo(Duration.ofHours(2));
        clock.to("2026-11-30T06:00:00Z");
        assertThat(guard.reserve(100).posts()).isEqualTo(50);
        assertThat(guard.pause()).as("until December").isEqualTo(Duration.ofHours(18));
    }

    @Test
    void aDamagedFileIsNotABeginningAtZero() throws Exception {
        Path file = folder.resolve("spend");
        SpendLimits limits = limits(100, 150, WhenReached.STOP);
        SpendGuard.open(limits, clock).reserve(100);
        for (String damaged : List.of("", "nightjar-spend 1\n", Files.readString(file) + "x", "2026-13-99 5")) {
            Files.writeString(file, damaged);
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> SpendGuard.open(limits, clock))
                    .withMessageContaining("is damaged")
                    .withMessageContaining(file.toString());
        }
    }

    @Test
    void guardsOfOneFileCountTogether() throws Exception {
        SpendLimits limits = limits(10_000, 2_000, WhenReached.STOP);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Long>> sums = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sums.add(threads.submit(() -> {
                    SpendGuard guard = SpendGuard.open(limits, clock);
                    long sum = 0;
                    for (Grant grant = guard.reserve(7); grant.posts() > 0; grant = guard.reserve(7)) {
                        sum += grant.posts();
                    }
                    return sum;
                }));
            }
            long sum = 0;
            for (Future<Long> each : sums) {
                sum += each.get();
            }
            assertThat(sum).isEqualTo(2_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noRandomLifeReadsMoreThanTheLimits() {
        Random random = new Random(20261121);
        SpendLimits limits = limits(500, 2_000, WhenReached.STOP);
        SpendGuard guard = SpendGuard.open(limits, clock);
        SpendLease lease = new SpendLease(guard);
        String day = "";
        String month = "";
        long readToday = 0;
        long readThisMonth = 0;
        for (int i = 0; i < 4_000; i++) {
            switch (random.nextInt(40)) {
                case 0 -> guard = SpendGuard.open(limits, clock); // a crash: the lease is lost
                case 1 -> lease.close();
                case 2 -> clock.plus(Duration.ofMinutes(random.nextInt(600)));
                default -> {}
            }
            if (random.nextInt(40) == 0) {
                lease = new SpendLease(guard);
            }
            String today = clock.instant().toString().substring(0, 10);
            readToday = today.equals(day) ? readToday : 0;
            readThisMonth = today.startsWith(month) && !month.isEmpty() ? readThisMonth : 0;
            day = today;
            month = today.substring(0, 7);
            if (lease.take()) {
                readToday++;
                readThisMonth++;
            }
            assertThat(readToday).isLessThanOrEqualTo(500);
            assertThat(readThisMonth).isLessThanOrEqualTo(2_000);
        }
    }

    @Test
    void aLeaseUsesABlockOnItsOwnDayOnly() {
        SpendLimits limits = limits(1_000, 100_000, WhenReached.STOP);
        SpendGuard guard = SpendGuard.open(limits, clock);
        try (SpendLease lease = new SpendLease(guard)) {
            assertThat(lease.take()).isTrue();
            assertThat(guard.spent()).as("a block of 10").isEqualTo(new Spent(10, 10, 10));
            clock.to("2026-11-30T00:00:00Z");
            assertThat(lease.take()).isTrue();
            assertThat(guard.spent()).isEqualTo(new Spent(11, 10, 11));
        }
        assertThat(guard.spent()).isEqualTo(new Spent(2, 1, 2));
    }

    @Test
    void everyFaultOfTheLimitsIsNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> SpendLimits.builder().perRun(0).perDay(-1).build())
                .satisfies(e -> assertThat(e.faults())
                        .containsExactly(
                                "The option 'posts-per-run' is 0, not at least 1",
                                "The option 'posts-per-day' is -1, not at least 1"));
        for (SpendLimits.Builder limits :
                List.of(SpendLimits.builder().perDay(1), SpendLimits.builder().perMonth(1))) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(limits::build)
                    .satisfies(e -> assertThat(e.faults())
                            .singleElement()
                            .satisfies(fault -> assertThat(fault).contains("needs a file")));
        }
    }

    private SpendLimits limits(long perDay, long perMonth, WhenReached whenReached) {
        return SpendLimits.builder()
                .perDay(perDay)
                .perMonth(perMonth)
                .whenReached(whenReached)
                .file(folder.resolve("spend"))
                .build();
    }

    /** A clock that stands where it is set. */
    static final class SetClock extends Clock {
        private Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        void to(String time) {
            now = Instant.parse(time);
        }

        void plus(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
