/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.NightjarException;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended.
 *
 * @param reason of the gap that begins
 * @param message for the status and the log
 * @param error what went wrong: it may pass if it is a {@link dev.nightjar.RetriableException}, otherwise the stream
 *     ends; null if only the connection is gone
 */
record Ending(Reason reason, String message, @Nullable NightjarException error) {
    static Ending of(Reason reason, String message) {
        return new Ending(reason, message, null);
    }

    static Ending by(NightjarException error) {
        return new Ending(Reason.DROPPED, String.valueOf(error.getMessage()), error);
    }
}
