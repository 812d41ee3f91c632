/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Opens an {@link Embedder}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface EmbedderFactory extends Factory<Embedder> {
    /**
     * The one live embedder that this JVM keeps for every factory equal to this one: opened at the first call, closed when
     * the JVM shuts down. Closing what is returned does nothing, so that no user can close it under another.
     *
     * @throws ConfigException as {@link #open()}; a failed opening is tried again at the next call
     * @throws RetriableException as {@link #open()}
     */
    default Embedder shared() {
        Embedder live = SharedInstances.get(this);
        return new Embedder() {
            @Override
            public int dimension() {
                return live.dimension();
            }

            @Override
            public String model() {
                return live.model();
            }

            @Override
            public float[][] embedAll(List<String> texts) {
                return live.embedAll(texts);
            }

            @Override
            public void close() {}
        };
    }
}
