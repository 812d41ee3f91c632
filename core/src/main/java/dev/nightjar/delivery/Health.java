/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.WireName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery is, for a probe that starts it again or takes it out of a rotation.
 *
 * <p>Immutable.
 *
 * @param lastBatch when the last batch was finished; null if none was
 * @param trouble what it waits for, or has failed with
 * @since 0.1.0
 */
public record Health(
        State state, @Nullable Instant lastBatch, @Nullable RuntimeException trouble) {
    /**
     * What a delivery does.
     *
     * @since 0.1.0
     */
    public enum State {
        /** It connects, or has had nothing to do yet. */
        STARTING,
        /** It delivers, or would if something came. */
        RUNNING,
        /** It tries again what a store or a broker did not answer. */
        WAITING,
        /** It has ended with an error, or its last batch has. */
        FAILED,
        /** It has ended. */
        ENDED
    }

    /** Whether it need not be started again: waiting is no reason to, for a new one would wait as well. */
    public boolean isLive() {
        return state != State.FAILED;
    }

    /** Whether it takes records and stores them, as far as is known. */
    public boolean isReady() {
        return state == State.RUNNING;
    }

    /** One line: the state, and the trouble if there is any. */
    @Override
    public String toString() {
        return WireName.of(state) + (trouble == null ? "" : ": " + trouble.getMessage());
    }
}
