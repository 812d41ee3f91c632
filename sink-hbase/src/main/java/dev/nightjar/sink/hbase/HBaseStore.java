/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.store.KeyedStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.RegionLocator;
import org.apache.hadoop.hbase.client.Table;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows and looks at what HBase says of each.
 *
 * <p>Safe for use by multiple threads.
 */
class HBaseStore<T> implements KeyedStore<T, Put> {
    /** What a server adds to a cell's size before comparing it with its limit. */
    private static final int CELL_OVERHEAD = Integer.BYTES;

    private static final long DEFAULT_MAX_CELL_SIZE = 10 * 1024 * 1024;

    private final Cluster cluster;
    private final TableName table;
    private final RowModel<T> model;
    private final @Nullable Duration timeToLive;
    private final long maxCellSize;

    HBaseStore(Cluster cluster, TableName table, RowModel<T> model, @Nullable Duration timeToLive) {
        this.cluster = cluster;
        this.table = table;
        this.model = model;
        this.timeToLive = timeToLive;
        this.maxCellSize = cluster.configuration().getLong(ClientProperties.MAX_CELL_SIZE, DEFAULT_MAX_CELL_SIZE);
    }

    @Override
    public String key(T row) {
        return model.key(row);
    }

    @Override
    public Put encode(T row) {
        Put put = model.put(row);
        checkAge(put);
        checkSize(put, maxCellSize);
        return put;
    }

    @Override
    public long bytes(Put put) {
        return put.heapSize();
    }

    /** Puts rows until each is stored or refused for good. */
    @Override
    public List<Rejection> write(List<Entry<Put>> request) {
        String what = "put " + request.size() + " rows into the table " + table;
        List<Entry<Put>> open = new ArrayList<>(request);
        List<Rejection> rejections = new ArrayList<>();
        call(what, connection -> {
            List<Throwable> faults = new ArrayList<>();
            Object[] results = put(connection, open, faults);
            List<Entry<Put>> unsettled = new ArrayList<>();
            for (int i = 0; i < results.length; i++) {
                Entry<Put> row = open.get(i);
                if (results[i] instanceof Throwable fault) {
                    Rejection rejection = rejection(row, fault);
                    if (rejection == null) {
                        unsettled.add(row);
                        faults.add(0, fault);
                    } else {
                        rejections.add(rejection);
                    }
                } else if (results[i] == null) {
                    unsettled.add(row);
                }
            }
            open.clear();
            open.addAll(unsettled);
            if (!open.isEmpty()) {
                throw Failures.of(what, faults.get(0));
            }
            return true;
        });
        return rejections;
    }

    /** Every row that is marked again is only marked again, so that a failed request is repeated whole. */
    final void delete(List<Delete> deletes) {
        call("delete " + deletes.size() + " rows of the table " + table, connection -> {
            @Nullable Object[] results = new Object[deletes.size()];
            try (Table rows = connection.getTable(table)) {
                rows.batch(deletes, results);
            } catch (InterruptedException e) {
                throw new InterruptedIOException("Interrupted");
            }
            return true;
        });
    }

    final TableName table() {
        return table;
    }

    /** Repeats a call until it works or the deadline has passed. */
    final <R> R call(String what, Cluster.Call<R> call) {
        return cluster.call(what, call);
    }

    @Override
    public void close() {
        cluster.close();
    }

    /** HBase would acknowledge the row and never show it. */
    private void checkAge(Put put) {
        if (timeToLive != null && put.getTimestamp() < System.currentTimeMillis() - timeToLive.toMillis()) {
            throw new DataException(
                    "older-than-ttl",
                    "The HBase table '" + table + "' drops what is older than " + timeToLive.toSeconds()
                            + " s, as this record is");
        }
    }

    private static void checkSize(Put put, long limit) {
        long size = greatestCell(put);
        if (limit > 0 && size > limit) {
            throw new DataException(
                    "cell-too-large",
                    "A cell of the row has " + size + " bytes, more than the " + limit + " that HBase is set to take");
        }
    }

    private static long greatestCell(Put put) {
        return put.getFamilyCellMap().values().stream()
                        .flatMap(Collection::stream)
                        .mapToLong(Cell::getSerializedSize)
                        .max()
                        .orElse(0)
                + CELL_OVERHEAD;
    }

    /** HBase's answer for each row: a result, an exception, or null if the outcome is unknown. */
    private Object[] put(Connection connection, List<Entry<Put>> rows, List<Throwable> faults) throws IOException {
        @Nullable Object[] results = new Object[rows.size()];
        try (Table puts = connection.getTable(table);
                RegionLocator regions = connection.getRegionLocator(table)) {
            // If this one cannot be found, the client would log a line for each of them.
            regions.getRegionLocation(rows.get(0).value().getRow());
            puts.batch(rows.stream().map(Entry::value).toList(), results);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("Interrupted");
        } catch (IOException e) {
            faults.add(e);
        }
        return results;
    }

    private static @Nullable Rejection rejection(Entry<Put> row, Throwable fault) {
        if (Failures.isSanityCheck(fault)) {
            return row.rejected("failed-sanity-check", "HBase refuses the row: " + Failures.describe(fault));
        }
        Long limit = Failures.cellLimit(fault);
        if (limit != null) {
            try {
                checkSize(row.value(), limit);
            } catch (DataException e) {
                return row.rejected(e.code(), e.getMessage());
            }
        }
        return null;
    }
}
