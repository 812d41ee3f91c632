/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.Lease;
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
    private final Duration closeLimit;
    private volatile boolean closing;
    private volatile boolean over;
    private boolean used;
    private boolean interrupted;
    private @Nullable Thread runner;

    /** A run that did not begin yet; closing it waits so long for what is in hand. */
    SingleRun(Duration closeLimit) {
        this.closeLimit = closeLimit;
    }

    /** Runs the body, or nothing if it was closed before. It is closed when the JVM shuts down. */
    void run(Runnable body) {
        synchronized (lock) {
            if (used) {
                throw new IllegalStateException("It has run already; build another one to run again");
            }
            used = true;
            runner = Thread.currentThread();
        }
        Runnable ended = Lease.beforeShutdown(this::close);
        try {
            if (!closing) {
                body.run();
            }
        } finally {
            ended.run();
            synchronized (lock) {
                runner = null;
                over = true;
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

    /** Whether the body has ended. */
    boolean isOver() {
        return over;
    }

    /** Waits a while, or until it is closed. */
    void pause(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        synchronized (lock) {
            try {
                for (long left = time.toMillis();
                        left > 0 && !closing;
                        left = (deadline - System.nanoTime()) / 1_000_000) {
                    lock.wait(left);
                }
            } catch (InterruptedException e) {
                throw KafkaErrors.typed("wait", e);
            }
        }
    }

    /** Waits until the body has returned; interrupts it if that takes longer than the limit. */
    void close() {
        long deadline = System.nanoTime() + closeLimit.toNanos();
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
            try {
                while (runner != null && runner != Thread.currentThread()) {
                    long millis = (deadline - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        LOG.warn("Not done {} after it was closed: interrupting it", closeLimit);
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
