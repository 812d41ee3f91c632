/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Shows that something done again and again keeps no thread and no file or socket open. Resources taken once per JVM,
 * such as a driver's timer thread or a test server's pool, are allowed; resources taken every time are not.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class LeakCheck {
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 6;
    private static final int MEASUREMENTS = 3;

    private LeakCheck() {}

    /**
     * Runs an action twice to warm up, then measures six runs, up to three times. It fails if every measurement shows
     * six or more new threads or files: a pool stops growing, a leak does not.
     *
     * @param patience how long threads may take to end and connections to close, over all measurements
     * @param round opens, uses and closes what is checked
     */
    public static void assertNothingLeaks(Duration patience, Round round) throws Exception {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.run();
        }
        Set<Thread> threads = Set.of();
        long files = 0;
        for (int measurement = 0; measurement < MEASUREMENTS; measurement++) {
            Set<Thread> threadsBefore = threads();
            long filesBefore = openFiles();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            long deadline = System.nanoTime() + patience.dividedBy(MEASUREMENTS).toNanos();
            do {
                Wait.briefly();
                threads = threads();
                threads.removeAll(threadsBefore);
                files = openFiles() - filesBefore;
            } while (System.nanoTime() < deadline && (threads.size() >= ROUNDS || files >= ROUNDS));
            if (threads.size() < ROUNDS && files < ROUNDS) {
                return;
            }
        }
        assertThat(threads.stream().map(Thread::getName).sorted())
                .as("threads left behind by opening and closing %d times", ROUNDS)
                .hasSizeLessThan(ROUNDS);
        assertThat(files)
                .as("open files and sockets left behind by opening and closing %d times", ROUNDS)
                .isLessThan(ROUNDS);
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    /** How many files and sockets this JVM has open; 0 where the platform does not say. */
    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    /**
     * What is done again and again.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Round {
        /** Opens, uses and closes what is checked. */
        void run() throws Exception;
    }
}
