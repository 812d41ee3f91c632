/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.util.List;

/**
 * Opens a {@link Classifier}; see {@link Factory} for what an implementation must promise.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public interface ClassifierFactory extends Factory<Classifier> {
    /**
     * The one live classifier that this JVM keeps for every factory equal to this one: opened at the first call, closed
     * when the JVM shuts down. Closing what is returned does nothing, so that no user can close it under another.
     *
     * @throws ConfigException as {@link #open()}; a failed opening is tried again at the next call
     * @throws RetriableException as {@link #open()}
     */
    default Classifier shared() {
        Classifier live = SharedInstances.get(this);
        return new Classifier() {
            @Override
            public LabelSet labels() {
                return live.labels();
            }

            @Override
            public String model() {
                return live.model();
            }

            @Override
            public List<Classification> classifyAll(List<String> texts) {
                return live.classifyAll(texts);
            }

            @Override
            public void close() {}
        };
    }
}
