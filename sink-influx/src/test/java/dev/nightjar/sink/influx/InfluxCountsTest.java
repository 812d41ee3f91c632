/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import org.junit.jupiter.api.AfterEach;

/** The contract of a sink of counts, against a store in memory. */
class InfluxCountsTest implements InfluxCountContract {
    private final InfluxServer server = InfluxServer.inMemory();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    public InfluxServer server() {
        return server;
    }
}
