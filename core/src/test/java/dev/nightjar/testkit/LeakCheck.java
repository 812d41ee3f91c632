/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Shows that something done again and again keeps no thread and no file or socket open. What is taken once per JVM, such as
 * a driver's timer thread, is allowed; what is taken every time is not.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class LeakCheck {
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 6;

    private LeakCheck() {}

    /**
     * Does something twice to warm up and six times more; fails if threads or open files have grown by six or more and
     * stay so.
     *
     * @param patience how long threads may take to end and connections to close
     * @param round opens, uses and closes what is checked
     */
    public static void assertNothingLeaks(Duration patience, Round round) throws Exception {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            round.run();
        }
        int threads = threads();
        long files = openFiles();
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline && (threads() - threads >= ROUNDS || openFiles() - files >= ROUNDS)) {
            Wait.briefly();
        }
        assertThat(threads() - threads)
                .as("threads left behind by opening and closing %d times, now %s", ROUNDS, threadNames())
                .isLessThan(ROUNDS);
        assertThat(openFiles() - files)
                .as("open files and sockets left behind by opening and closing %d times", ROUNDS)
                .isLessThan(ROUNDS);
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .count();
    }

    private static String threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .sorted()
                .toList()
                .toString();
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
