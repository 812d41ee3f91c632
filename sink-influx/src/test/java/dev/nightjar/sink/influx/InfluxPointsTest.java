/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

/** What becomes of points, in a store in memory. */
class InfluxPointsTest extends InfluxPointsContract {
    @Override
    InfluxServer server(int retentionHours) {
        return new InfluxServer(new LineProtocolStore(), InfluxServer.BUCKET, retentionHours);
    }
}
