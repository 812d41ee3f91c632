/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.http.PassingTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that a stream does by time or chance; a test's version lets days pass at once and can be repeated. */
interface StreamTime extends PassingTime {
    /** How long the end of a thread is waited for. */
    Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** That of this machine. */
    static StreamTime system() {
        return new SystemTime();
    }

    /** Nanoseconds of a clock that nobody sets. */
    long nanos();

    /** What jitter is made from. */
    RandomGenerator random();

    /**
     * Does something again and again until the end has come.
     *
     * @param name of what does it: a thread
     */
    void every(String name, Duration pause, CountDownLatch end, Task task);

    /** Interrupts a thread, unless it is this one, and waits for its end for a while. */
    static void end(@Nullable Thread thread) {
        if (thread != null && thread != Thread.currentThread()) {
            thread.interrupt();
            try {
                thread.join(CLOSE_LIMIT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is done again and again. */
    interface Task {
        void run() throws InterruptedException;

        /** Frees its resources; called at the end. */
        default void end() {}
    }

    /** The clock, a thread for each task. */
    final class SystemTime implements StreamTime {
        private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);

        private final RandomGenerator random = new Random();

        private SystemTime() {}

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        @Override
        public void every(String name, Duration pause, CountDownLatch end, Task task) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            while (!end.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                                runOnce(task);
                            }
                        } catch (InterruptedException e) {
                            LOG.debug("{} was interrupted", name, e);
                        } finally {
                            task.end();
                        }
                    },
                    name);
            thread.setDaemon(true);
            thread.start();
        }

        private static void runOnce(Task task) throws InterruptedException {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("{} failed, and goes on", Thread.currentThread().getName(), e);
            }
        }
    }
}
