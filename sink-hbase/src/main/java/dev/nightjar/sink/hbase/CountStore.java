/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.WindowedCount;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Table;
import org.jspecify.annotations.Nullable;

/**
 * Counts, and the row that points to the newest window of each metric. It is written in one put, once the counts that it
 * points to are acknowledged.
 *
 * <p>Safe for use by multiple threads.
 */
final class CountStore extends HBaseStore<WindowedCount> {
    CountStore(Cluster cluster, TableName table, CountRows rows, @Nullable Duration timeToLive) {
        super(cluster, table, rows, timeToLive);
    }

    @Override
    public List<Rejection> write(List<Entry<Put>> request) {
        List<Rejection> rejections = super.write(request);
        List<Integer> refused = rejections.stream().map(Rejection::index).toList();
        List<Put> stored = request.stream()
                .filter(entry -> !refused.contains(entry.index()))
                .map(Entry::value)
                .toList();
        if (!stored.isEmpty()) {
            Put latest = CountRows.latest(stored);
            call("put the row 'latest'", connection -> {
                try (Table row = connection.getTable(table())) {
                    row.put(latest);
                }
                return true;
            });
        }
        return rejections;
    }
}
