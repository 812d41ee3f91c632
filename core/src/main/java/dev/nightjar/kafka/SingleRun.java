/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.options.Option;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that runs once, in the thread that calls it, until it is done or another thread closes it. */
final class SingleRun {
    /** How long closing waits by default for the batch in hand. */
    static final Duration DEFAULT_CLOSE_LIMIT = Duration.ofSeconds(10);

    static final Option<Duration> CLOSE_LIMIT = Option.duration("close-limit", Duration.ZERO);

    private static final Logger LOG = LoggerFactory.getLogger(SingleRun.class);

    private final Object lock = new Object();
    private volatile boolean closing;
    private boolean used;
    private boolean interrupted;
    private @Nullable Thread runner;

    /** Runs the body, or nothing if it was closed before. */
    void run(Runnable body) {
        synchronized (lock) {
            if (used) {
                throw new IllegalStateException("It has run already; build another one to run again");
            }
            used = true;
            runner = Thread.currentThread();
        }
        try {
            if (!closing) {
                body.run();
            }
        } finally {
            synchronized (lock) {
                runner = null;
                if (interrupted) {
                    // It was meant for the body, not for what this thread does next.
                    Thread.interrupted();
                }
                lock.notifyAll();
            }
        }
    }

    /** Whether the body should finish its current work and return. */
    boolean isClosing() {
        return closing;
    }

    /** Waits until the body has returned; interrupts it if that takes longer than the patience. */
    void close(Duration patience) {
        closing = true;
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            try {
                while (runner != null && runner != Thread.currentThread()) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        LOG.warn("Not done {} after it was closed: interrupting it", patience);
                        interrupted = true;
                        runner.interrupt();
                        return;
                    }
                    lock.wait(millis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Closes a client that an interrupted thread cannot close; the thread stays interrupted. */
    static void closeUndisturbed(Runnable close) {
        boolean interruptedBefore = Thread.interrupted();
        try {
            close.run();
        } finally {
            if (interruptedBefore) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
