/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.DataException;
import dev.nightjar.WindowedCount;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * Windowed counts as rows, all cells text. The key is the metric, a zero byte, the window's beginning counted down, its
 * end, and what is counted. No metric contains a zero byte, so no two counts share a key, and each metric begins with
 * its newest window. There are few enough of them that no salt is needed.
 */
record CountRows() implements RowModel<WindowedCount> {
    static final String FAMILY = "c";

    private static final byte[] FAMILY_BYTES = Bytes.toBytes(FAMILY);
    private static final byte[] METRIC = Bytes.toBytes("metric");
    private static final byte[] KEY = Bytes.toBytes("key");
    private static final byte[] WINDOW_START = Bytes.toBytes("window_start");
    private static final byte[] WINDOW_END = Bytes.toBytes("window_end");
    private static final byte[] COUNT = Bytes.toBytes("count");

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public int saltBuckets() {
        return 1;
    }

    @Override
    public String key(WindowedCount row) {
        return row.metric() + '/' + row.key() + '/' + row.windowStart() + '/' + row.windowEnd();
    }

    /** The cells' timestamp is the window's beginning, which is part of the key. HBase takes none from before 1970. */
    @Override
    public Put put(WindowedCount row) {
        long start = millis(row.windowStart());
        Put put = new Put(rowKey(row, start), start);
        add(put, METRIC, row.metric());
        add(put, KEY, row.key());
        add(put, WINDOW_START, row.windowStart().toString());
        add(put, WINDOW_END, row.windowEnd().toString());
        add(put, COUNT, Long.toString(row.count()));
        return put;
    }

    private static byte[] rowKey(WindowedCount row, long start) {
        byte[] metric = Bytes.toBytes(row.metric());
        byte[] key = Bytes.toBytes(row.key());
        return ByteBuffer.allocate(metric.length + 1 + 2 * Long.BYTES + key.length)
                .put(metric)
                .put((byte) 0)
                .putLong(Long.MAX_VALUE - start)
                .putLong(millis(row.windowEnd()))
                .put(key)
                .array();
    }

    private static long millis(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE - 1))) {
            throw new DataException("bad-time", "HBase has no timestamp for the time " + time);
        }
        return time.toEpochMilli();
    }

    private static void add(Put put, byte[] column, String value) {
        put.addColumn(FAMILY_BYTES, column, Bytes.toBytes(value));
    }
}
