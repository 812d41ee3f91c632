/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import org.junit.jupiter.api.AfterEach;

/** The contract of a sink of tweets, against a real influxd. */
class InfluxSinkIT implements InfluxTweetContract {
    private final InfluxServer server = Influxd.server(0);

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    public InfluxServer server() {
        return server;
    }
}
