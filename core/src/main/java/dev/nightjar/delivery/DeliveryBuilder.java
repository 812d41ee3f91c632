/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SinkFactory;
import dev.nightjar.options.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects what every front door needs for its {@link Delivery}.
 *
 * <p>Confined to one thread.
 *
 * @param <T> the type of the records
 * @param <B> the type of the front door's builder
 * @since 0.1.0
 */
public abstract class DeliveryBuilder<T, B extends DeliveryBuilder<T, B>> {
    /** How many records are delivered at once by default. */
    public static final int DEFAULT_BATCH_SIZE = 500;

    /** How many dead letters of the last {@value #DEFAULT_DEAD_LETTER_WINDOW} records are too many by default. */
    public static final int DEFAULT_DEAD_LETTER_LIMIT = 200;

    /** Of how many last records so many are too many by default. */
    public static final int DEFAULT_DEAD_LETTER_WINDOW = 1000;

    private static final Option<Integer> BATCH_SIZE = Option.integer("batch-size", 1, Integer.MAX_VALUE);
    private static final Option<Integer> DEAD_LETTER_LIMIT = Option.integer("dead-letter-limit", 1, Integer.MAX_VALUE);
    private static final Option<Integer> DEAD_LETTER_WINDOW =
            Option.integer("dead-letter-window", 1, Integer.MAX_VALUE);

    private final List<String> faults = new ArrayList<>();
    private final Map<String, SinkFactory<T>> sinks = new LinkedHashMap<>();
    private @Nullable SinkFactory<DeadLetter> deadLetters;
    private int mostDeadLetters = DEFAULT_DEAD_LETTER_LIMIT;
    private int deadLetterWindow = DEFAULT_DEAD_LETTER_WINDOW;
    private int batchSize = DEFAULT_BATCH_SIZE;
    private Duration retryLimit = Retry.DEFAULT_LIMIT;

    /** A builder of a front door. */
    protected DeliveryBuilder() {}

    @SuppressWarnings("unchecked") // B is its type
    private B self() {
        return (B) this;
    }

    /**
     * Adds a sink; at least one is needed. Each record goes to all of them, one after the other in the order of adding.
     *
     * @param name what messages call it: {@code mongo}
     */
    public B sink(String name, SinkFactory<T> factory) {
        Objects.requireNonNull(name, "name");
        if (sinks.put(name, Objects.requireNonNull(factory, "factory")) != null) {
            faults.add("There are two sinks of the name '" + name + "'");
        }
        return self();
    }

    /**
     * Where dead letters go, such as {@code dev.nightjar.kafka.KafkaDeadLetters}. Without it the first one ends the
     * delivery with a {@link ConfigException} and its batch is not done: none is ever dropped.
     */
    public B deadLetters(SinkFactory<DeadLetter> value) {
        deadLetters = Objects.requireNonNull(value, "deadLetters");
        return self();
    }

    /**
     * Ends the delivery with a {@link dev.nightjar.FatalException} when so many of the last records are dead letters
     * that the topic or the set-up must be wrong rather than the records. The dead letters of the batch that reaches
     * the limit are not written. Default {@value #DEFAULT_DEAD_LETTER_LIMIT} of {@value #DEFAULT_DEAD_LETTER_WINDOW}.
     *
     * @param most how many dead letters are too many; more than {@code window} for no limit
     * @param window of how many last records
     */
    public B deadLetterLimit(int most, int window) {
        mostDeadLetters = most;
        deadLetterWindow = window;
        return self();
    }

    /** How many records are delivered at once, default {@value #DEFAULT_BATCH_SIZE}. */
    public B batchSize(int records) {
        batchSize = records;
        return self();
    }

    /** How long what fails in a batch is repeated, in all; zero for one attempt. Default 45 seconds. */
    public B retryLimit(Duration limit) {
        retryLimit = Objects.requireNonNull(limit, "limit");
        return self();
    }

    /** Adds the faults of what this front door alone asks for. */
    protected void check(List<String> found) {}

    /**
     * The settings.
     *
     * @throws ConfigException if there is no sink, two sinks have the same name, or a number is out of range; it names
     *     every fault
     */
    protected final DeliverySettings<T> settings() {
        List<String> all = new ArrayList<>(faults);
        if (sinks.isEmpty()) {
            all.add("There is no sink: add one with sink(...)");
        }
        BATCH_SIZE.check(batchSize, all);
        DEAD_LETTER_LIMIT.check(mostDeadLetters, all);
        DEAD_LETTER_WINDOW.check(deadLetterWindow, all);
        Retry.LIMIT.check(retryLimit, all);
        check(all);
        if (!all.isEmpty()) {
            throw new ConfigException(all);
        }
        return new DeliverySettings<>(
                sinks, deadLetters, new Tolerance.Limit(mostDeadLetters, deadLetterWindow), batchSize, retryLimit);
    }
}
