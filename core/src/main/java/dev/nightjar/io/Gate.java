/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The promise of everything that can be closed: calls may run concurrently, closing waits for running calls and happens
 * once, and later calls get an {@link IllegalStateException}.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class Gate {
    /** Held for reading by every call, for writing by close. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private volatile boolean closed;

    /**
     * Calls, unless it is closed; it is not closed before the call has returned.
     *
     * @param what what is called, for the message: {@code classifier}
     * @throws IllegalStateException if it is closed
     */
    public <T> T call(String what, Supplier<T> call) {
        lock.readLock().lock();
        try {
            checkOpen(what);
            return call.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * As {@link #call}, for what returns nothing.
     *
     * @throws IllegalStateException if it is closed
     */
    public void run(String what, Runnable call) {
        call(what, () -> {
            call.run();
            return true;
        });
    }

    /**
     * Checks whether it is closed, without keeping others from closing it.
     *
     * @param what what is called, for the message: {@code source}
     * @throws IllegalStateException if it is closed
     */
    public void checkOpen(String what) {
        if (closed) {
            throw new IllegalStateException("The " + what + " is closed");
        }
    }

    /** Closes at once, whatever runs. */
    public void close() {
        closed = true;
    }

    /**
     * Waits for the calls that run, and closes.
     *
     * @param release frees what the calls need; done the first time only
     */
    public void close(Runnable release) {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                release.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Whether it is closed. */
    public boolean isClosed() {
        return closed;
    }
}
