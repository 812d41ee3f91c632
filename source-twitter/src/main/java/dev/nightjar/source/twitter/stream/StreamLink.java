/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.stream.StreamConnection.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/** What a stream is connected by: HTTP, or a test's own world. */
interface StreamLink {
    /**
     * Connects.
     *
     * @param backfillMinutes how many minutes X is to deliver again first, 0 for none
     * @throws RefusedException if X answers anything but the stream
     * @throws IOException if X does not answer
     */
    Body connect(int backfillMinutes) throws IOException, InterruptedException, RefusedException;

    /** Takes another token in place of the one that X refused with status 401; whether there is one. */
    default boolean renew() throws InterruptedException {
        return false;
    }

    /** Takes the words of the other vocabulary if X has refused a request for these; whether to ask again. */
    default boolean reword(Refusal refusal) {
        return false;
    }

    /**
     * Ends the application's connections to the stream that X still counts.
     *
     * @return how many there were
     * @throws IOException if X does not answer or refuses
     */
    int killStale() throws IOException, InterruptedException;

    /** An open connection. */
    interface Body extends AutoCloseable {
        InputStream stream();

        /** Ends the connection; a read that waits in another thread returns. */
        @Override
        void close();
    }
}
