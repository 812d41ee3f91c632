/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Opens a {@link Sink}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @param <T> the type of the records that the sink stores
 * @since 0.1.0
 */
public interface SinkFactory<T> extends Factory<Sink<T>> {
    /**
     * The one live sink that this JVM keeps for every factory equal to this one: opened at the first call, closed when
     * the JVM shuts down. Closing what is returned does nothing, so that no user can close it under another. It is an
     * {@link ErasableSink} if the live one is.
     *
     * @throws ConfigException as {@link #open()}; a failed opening is tried again at the next call
     * @throws RetriableException as {@link #open()}
     */
    default Sink<T> shared() {
        Sink<T> live = SharedInstances.get(this);
        if (live instanceof ErasableSink<T> erasable) {
            return new ErasableSink<>() {
                @Override
                public void write(List<T> batch) {
                    erasable.write(batch);
                }

                @Override
                public void erase(List<String> keys) {
                    erasable.erase(keys);
                }

                @Override
                public void close() {}
            };
        }
        return new Sink<>() {
            @Override
            public void write(List<T> batch) {
                live.write(batch);
            }

            @Override
            public void close() {}
        };
    }
}
