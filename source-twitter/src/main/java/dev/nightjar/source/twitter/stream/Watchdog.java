/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection that is silent for too long: closing it from outside is the only way to end a read of the JDK's
 * client.
 *
 * <p>Safe for use by multiple threads; the one that reads says when it does.
 */
final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final StreamMeter meter;
    private final Duration limit;
    private volatile StreamLink.@Nullable Body connection;
    /** Whether bytes are waited for, and neither room in the queue nor the next attempt. */
    private volatile boolean awake;

    private volatile boolean stalled;

    Watchdog(StreamMeter meter, Duration limit) {
        this.meter = meter;
        this.limit = limit;
    }

    /** There is a new connection to watch. */
    void guard(StreamLink.Body next) {
        connection = next;
        stalled = false;
        meter.byteCame();
    }

    /** The connection is read from now on. */
    void wake() {
        awake = true;
    }

    /** Nobody reads the connection for now. */
    void rest() {
        awake = false;
    }

    /** Whether it has ended the connection. */
    boolean hasBitten() {
        return stalled;
    }

    /** To be called again and again, by another thread. */
    void look() {
        Duration silence = meter.silence();
        if (awake && silence.compareTo(limit) > 0) {
            LOG.warn("No byte from the X API for {} ms; connecting again", silence.toMillis());
            stalled = true;
            disconnect();
        }
    }

    /** Ends the connection, if there is one. */
    void disconnect() {
        StreamLink.Body body = connection;
        if (body != null) {
            body.close();
        }
    }
}
