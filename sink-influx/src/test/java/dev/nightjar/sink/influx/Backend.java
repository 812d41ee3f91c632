/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import java.io.IOException;
import java.util.List;

/** What stores the points that the {@link InfluxServer} is given. */
interface Backend {
    /** Writes lines of line protocol. */
    Reply write(String bucket, byte[] lines) throws IOException;

    /** Deletes the points of a measurement with this tag and time, in nanoseconds. */
    Reply delete(String bucket, String measurement, String tag, String value, long time) throws IOException;

    /** All points of a measurement. */
    List<Row> read(String bucket, String measurement) throws IOException;

    /** Answers a question in InfluxQL as JSON. */
    Reply query(String bucket, String query) throws IOException;

    /** Makes a bucket that drops points older than so many hours, 0 for none. */
    void create(String bucket, int retentionHours) throws IOException;

    record Reply(int status, String body) {}
}
