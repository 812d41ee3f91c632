/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

/** Reading back, from a real influxd, which answers InfluxQL itself. */
class InfluxTweetsIT extends StoredTweetsContract {
    @Override
    InfluxServer server() {
        return Influxd.server(0);
    }
}
