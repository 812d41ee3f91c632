/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import org.jspecify.annotations.Nullable;

/**
 * A use of the one live object that this JVM keeps for all equal factories. The object is opened when its first user
 * asks for it and closed with the last lease; a lease that is never closed keeps it open until the JVM shuts down.
 *
 * <p>Confined to one thread.
 *
 * @param <T> the type of the live object
 * @since 0.1.0
 */
public final class Lease<T extends AutoCloseable> implements AutoCloseable {
    private final Factory<T> factory;
    private @Nullable T live;

    Lease(Factory<T> factory) {
        this.factory = factory;
    }

    /**
     * The live object, opened if it has no user yet; it must not be closed, since others may use it.
     *
     * @throws FatalException as {@link Factory#open()}; a failed opening is tried again at the next call
     * @throws RetriableException as {@link Factory#open()}
     */
    public T get() {
        T object = live;
        if (object == null) {
            object = SharedInstances.take(factory);
            live = object;
        }
        return object;
    }

    /**
     * Runs an action when the JVM shuts down, before it closes what is on lease: the end of a run that needs that.
     *
     * @param drain returns when the run has ended
     * @return takes the action back, when the run has ended otherwise
     */
    public static Runnable beforeShutdown(Runnable drain) {
        return SharedInstances.beforeClosing(drain);
    }

    /** Returns the object if it was taken; closes it if it has no other user. Closing again does nothing. */
    @Override
    public void close() {
        if (live != null) {
            live = null;
            SharedInstances.giveBack(factory);
        }
    }
}
