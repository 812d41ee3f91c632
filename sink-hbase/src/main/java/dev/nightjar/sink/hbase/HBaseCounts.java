/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.WindowedCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * The windowed counts that {@link HBaseSinkConfig#counts()} stores, read back: for a page or a report.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class HBaseCounts implements AutoCloseable {
    private final TableReader table;

    HBaseCounts(TableReader table) {
        this.table = table;
    }

    /**
     * The counts of a metric's newest window, which may still grow: the greatest first, of equal ones those first in the
     * alphabet.
     *
     * @param metric as {@link WindowedCount#metric()}
     * @param most how many, such as the 100 most frequent words
     * @return empty if no count of the metric was stored
     * @throws dev.nightjar.RetriableException if HBase does not answer by the deadline
     */
    public List<WindowedCount> newest(String metric, int most) {
        byte[] column = Bytes.toBytes(metric);
        Result latest =
                table.call(open -> open.get(new Get(CountRows.LATEST).addColumn(CountRows.FAMILY_BYTES, column)));
        if (latest.isEmpty()) {
            return List.of();
        }
        String pointer = Bytes.toString(latest.getValue(CountRows.FAMILY_BYTES, column));
        List<WindowedCount> counts = new ArrayList<>();
        table.forEach(
                new Scan().setStartStopRowForPrefixScan(CountRows.window(metric, pointer)),
                row -> counts.add(CountRows.read(row)));
        counts.sort(Comparator.comparingLong(WindowedCount::count).reversed().thenComparing(WindowedCount::key));
        return List.copyOf(counts.subList(0, Math.min(most, counts.size())));
    }

    @Override
    public void close() {
        table.close();
    }
}
