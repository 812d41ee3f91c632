/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

/** Reading back, from the store in memory. */
class InfluxTweetsTest extends StoredTweetsContract {
    @Override
    InfluxServer server() {
        return InfluxServer.inMemory();
    }
}
