/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.DeadLetter;
import dev.nightjar.SinkFactory;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Delivery} is made of. A {@link DeliveryBuilder} collects it, and it travels to where records are
 * delivered.
 *
 * <p>Immutable.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public final class DeliverySettings<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final LinkedHashMap<String, SinkFactory<T>> sinks;
    final @Nullable SinkFactory<DeadLetter> deadLetters;
    final Tolerance.Limit deadLetterLimit;
    private final int batchSize;
    private final Duration retryLimit;

    DeliverySettings(
            Map<String, SinkFactory<T>> sinks,
            @Nullable SinkFactory<DeadLetter> deadLetters,
            Tolerance.Limit deadLetterLimit,
            int batchSize,
            Duration retryLimit) {
        this.sinks = new LinkedHashMap<>(sinks);
        this.deadLetters = deadLetters;
        this.deadLetterLimit = deadLetterLimit;
        this.batchSize = batchSize;
        this.retryLimit = retryLimit;
    }

    /** The sinks by name, in the order of adding. */
    public Map<String, SinkFactory<T>> sinks() {
        return Collections.unmodifiableMap(sinks);
    }

    /** The same for one sink alone. */
    public DeliverySettings<T> with(String name, SinkFactory<T> sink) {
        return new DeliverySettings<>(Map.of(name, sink), deadLetters, deadLetterLimit, batchSize, retryLimit);
    }

    /** Metrics of a delivery by these settings that has not begun. */
    public DeliveryMetrics metrics(String name) {
        return new DeliveryMetrics(name, sinks.keySet());
    }

    /** How many records to deliver at once. */
    public int batchSize() {
        return batchSize;
    }

    /** How long what fails in a batch is repeated, in all. */
    public Duration retryLimit() {
        return retryLimit;
    }
}
