/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;

/**
 * Something small, immutable and serializable from which one live object can be opened: what travels to a Spark
 * executor, where the live object itself cannot.
 *
 * <p>A factory must be equal to every factory that would open the same thing ({@code equals} and {@code hashCode} by
 * value, so it is never a lambda): equal factories share one live object per JVM, see {@link #lease()} and
 * {@link #shared()}. Its {@code toString} must not show a secret. Every adapter's configuration is such a factory.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the live object
 * @since 0.1.0
 */
public interface Factory<T extends AutoCloseable> extends Serializable {
    /**
     * Connects, verifies and returns a new live object, which the caller closes. A failed call has released all that it
     * took.
     *
     * @throws FatalException if calling again does not help; a {@link ConfigException} where the set-up must change:
     *     a file is missing or damaged, a credential is refused
     * @throws RetriableException if the same call may work later: the server does not answer
     */
    T open();

    /**
     * A use of the one live object that this JVM keeps for every factory equal to this one; nothing is opened before it
     * is asked for.
     */
    default Lease<T> lease() {
        return new Lease<>(this);
    }

    /**
     * The one live object that this JVM keeps for every factory equal to this one, kept until the JVM shuts down. The
     * returned object has the public interfaces of the live object; closing it does nothing, so no user can close it
     * under another.
     *
     * @throws FatalException as {@link #open()}; a failed opening is tried again at the next call
     * @throws RetriableException as {@link #open()}
     */
    default T shared() {
        return SharedInstances.view(lease().get());
    }
}
