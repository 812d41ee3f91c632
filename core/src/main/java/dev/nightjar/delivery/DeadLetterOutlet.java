/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.ConfigException;
import dev.nightjar.DeadLetter;
import dev.nightjar.FatalException;
import dev.nightjar.Lease;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where dead letters go, if anywhere. Without a place the first one ends the delivery: none is ever dropped.
 *
 * <p>Confined to one thread.
 *
 * @since 0.1.0
 */
public final class DeadLetterOutlet implements AutoCloseable {
    private final @Nullable Lease<Sink<DeadLetter>> sink;

    /** An outlet into a sink; null if there is none. */
    public DeadLetterOutlet(@Nullable SinkFactory<DeadLetter> sink) {
        this.sink = sink == null ? null : sink.lease();
    }

    /**
     * Opens the sink, if there is one.
     *
     * @throws FatalException as {@link SinkFactory#open()}
     * @throws dev.nightjar.RetriableException as {@link SinkFactory#open()}
     */
    public void open() {
        if (sink != null) {
            sink.get();
        }
    }

    /**
     * Fails if there are dead letters and no place for them.
     *
     * @throws ConfigException which names the first one
     */
    public void requirePlaceFor(List<DeadLetter> letters) {
        if (sink == null && !letters.isEmpty()) {
            DeadLetter first = letters.get(0);
            throw new ConfigException("The record " + first.origin() + " is a dead letter (" + Ledger.reason(first)
                    + ") and there is no place for it; give it one with deadLetters or the option 'dead-letter-topic'");
        }
    }

    /**
     * Writes dead letters; does not write none.
     *
     * @throws FatalException as {@link #requirePlaceFor} and {@link Sink#write}
     * @throws dev.nightjar.RetriableException as {@link Sink#write}, when the retry has reached its limit
     */
    public void write(List<DeadLetter> letters, Retry retry) {
        requirePlaceFor(letters);
        if (sink != null && !letters.isEmpty()) {
            retry.run(
                    "write " + letters.size() + " dead letters",
                    () -> sink.get().write(letters));
        }
    }

    /** Gives the sink back. */
    @Override
    public void close() {
        if (sink != null) {
            sink.close();
        }
    }
}
