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
 * <p>A factory must be equal to every other factory that would open the same thing ({@code equals} and {@code hashCode}
 * by value, so never a lambda): equal factories share one live object per JVM, see {@link ClassifierFactory#shared()}
 * and {@link SinkFactory#shared()}. Its {@code toString} must not show a secret. Every adapter's configuration is such a
 * factory.
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
     * @throws ConfigException if the set-up must be changed first: a file is missing or damaged, a credential is refused
     * @throws RetriableException if the same call may work later: the server does not answer
     */
    T open();
}
