/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

/** What becomes of points, in a real influxd. */
class InfluxPointsIT extends InfluxPointsContract {
    @Override
    InfluxServer server(int retentionHours) {
        return Influxd.server(retentionHours);
    }
}
