/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.DataException;
import dev.nightjar.WindowedCount;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.hbase.CellUtil;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * Windowed counts as rows, all cells text. The key is the metric, a zero byte, the window's beginning counted down, its
 * end, and what is counted. No metric contains a zero byte, so no two counts share a key, and each metric begins with
 * its newest window. There are few enough of them that no salt is needed.
 */
record CountRows() implements RowModel<WindowedCount> {
    static final String FAMILY = "c";

    static final byte[] FAMILY_BYTES = Bytes.toBytes(FAMILY);

    /** The row of pointers: no count has this key, since it has no zero byte. */
    static final byte[] LATEST = Bytes.toBytes("latest");

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

    /**
     * A pointer to the newest window among puts of this model, a cell for each metric. The cell's timestamp is the window's
     * beginning, and HBase shows the greatest: whoever writes late, or again, does not turn the pointer back.
     */
    static Put latest(List<Put> counts) {
        Map<String, Put> newest = new TreeMap<>();
        for (Put count : counts) {
            newest.merge(
                    text(count, METRIC),
                    count,
                    (one, other) -> one.getTimestamp() >= other.getTimestamp() ? one : other);
        }
        Put latest = new Put(LATEST);
        newest.forEach((metric, count) -> latest.addColumn(
                FAMILY_BYTES,
                Bytes.toBytes(metric),
                count.getTimestamp(),
                Bytes.toBytes(text(count, WINDOW_START) + '/' + text(count, WINDOW_END))));
        return latest;
    }

    /** With what the keys of all counts of a metric in a window begin, given as a pointer names it. */
    static byte[] window(String metric, String pointer) {
        String[] times = pointer.split("/", -1);
        return prefix(metric, millis(Instant.parse(times[0])), millis(Instant.parse(times[1])));
    }

    /** A row as it was written. */
    static WindowedCount read(Result row) {
        return new WindowedCount(
                text(row, METRIC),
                text(row, KEY),
                Instant.parse(text(row, WINDOW_START)),
                Instant.parse(text(row, WINDOW_END)),
                Long.parseLong(text(row, COUNT)));
    }

    private static byte[] rowKey(WindowedCount row, long start) {
        return Bytes.add(prefix(row.metric(), start, millis(row.windowEnd())), Bytes.toBytes(row.key()));
    }

    private static byte[] prefix(String metric, long start, long end) {
        byte[] name = Bytes.toBytes(metric);
        return ByteBuffer.allocate(name.length + 1 + 2 * Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(Long.MAX_VALUE - start)
                .putLong(end)
                .array();
    }

    private static String text(Put put, byte[] column) {
        return Bytes.toString(CellUtil.cloneValue(put.get(FAMILY_BYTES, column).get(0)));
    }

    private static String text(Result row, byte[] column) {
        return Bytes.toString(row.getValue(FAMILY_BYTES, column));
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
