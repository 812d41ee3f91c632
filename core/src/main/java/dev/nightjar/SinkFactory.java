/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

/**
 * Opens a {@link Sink}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records that the sink stores
 * @since 0.1.0
 */
public interface SinkFactory<T> extends Factory<Sink<T>> {}
