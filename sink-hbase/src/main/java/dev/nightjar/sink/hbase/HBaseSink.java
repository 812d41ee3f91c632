/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.Sink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.util.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows, some megabytes at a time, and looks at what HBase says of each.
 *
 * <p>Safe for use by multiple threads.
 */
final class HBaseSink<T> implements Sink<T> {
    /** How much one request carries, in bytes of the client's heap; a greater row goes alone. */
    private static final long REQUEST_BYTES = 4 * 1024 * 1024;

    /** What a server adds to a cell's size before it compares it with its limit. */
    private static final int CELL_OVERHEAD = Integer.BYTES;

    private static final long DEFAULT_MAX_CELL_SIZE = 10 * 1024 * 1024;

    private final Cluster cluster;
    private final TableName table;
    private final RowModel<T> model;
    private final @Nullable Duration timeToLive;
    private final long maxCellSize;
    private final Clock clock = Clock.systemUTC();

    /** Held for reading by every write, for writing by close. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    HBaseSink(Cluster cluster, TableName table, RowModel<T> model, @Nullable Duration timeToLive) {
        this.cluster = cluster;
        this.table = table;
        this.model = model;
        this.timeToLive = timeToLive;
        this.maxCellSize = cluster.configuration().getLong(ClientProperties.MAX_CELL_SIZE, DEFAULT_MAX_CELL_SIZE);
    }

    @Override
    public void write(List<T> batch) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The sink is closed");
            }
            List<Rejection> rejections = new ArrayList<>();
            List<Row> pending = rows(batch, rejections);
            while (!pending.isEmpty()) {
                SortedMap<byte[], Row> refused = new TreeMap<>(Bytes.BYTES_COMPARATOR);
                for (List<Row> request : requests(lastOfEachKey(pending))) {
                    send(request, refused, rejections);
                }
                pending = shadowed(pending, refused);
            }
            if (!rejections.isEmpty()) {
                throw new RejectedRecordsException(rejections);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                cluster.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private List<Row> rows(List<T> batch, List<Rejection> rejections) {
        List<Row> rows = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            T element = Objects.requireNonNull(batch.get(i), "a record of the batch");
            String key = model.key(element);
            try {
                Put put = model.put(element);
                checkAge(put);
                checkSize(put, maxCellSize);
                rows.add(new Row(i, key, put));
            } catch (DataException e) {
                rejections.add(new Rejection(i, key, e.code(), e.getMessage()));
            }
        }
        return rows;
    }

    /** HBase would acknowledge the row and never show it. */
    private void checkAge(Put put) {
        if (timeToLive != null && put.getTimestamp() < clock.millis() - timeToLive.toMillis()) {
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

    /** Two puts of one row in one request have no order. */
    private static Collection<Row> lastOfEachKey(List<Row> rows) {
        SortedMap<byte[], Row> last = new TreeMap<>(Bytes.BYTES_COMPARATOR);
        for (Row row : rows) {
            last.put(row.put.getRow(), row);
        }
        return last.values();
    }

    private static List<List<Row>> requests(Collection<Row> rows) {
        List<List<Row>> requests = new ArrayList<>();
        List<Row> request = new ArrayList<>();
        long bytes = 0;
        for (Row row : rows) {
            long size = row.put.heapSize();
            if (!request.isEmpty() && bytes + size > REQUEST_BYTES) {
                requests.add(request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(row);
            bytes += size;
        }
        requests.add(request);
        return requests;
    }

    /** Puts rows until each is stored or refused for good. */
    private void send(List<Row> request, SortedMap<byte[], Row> refused, List<Rejection> rejections) {
        String what = "put " + request.size() + " rows into the table " + table;
        List<Row> open = new ArrayList<>(request);
        cluster.call(what, connection -> {
            List<Throwable> faults = new ArrayList<>();
            Object[] results = put(connection, open, faults);
            List<Row> unsettled = new ArrayList<>();
            for (int i = 0; i < results.length; i++) {
                Row row = open.get(i);
                if (results[i] instanceof Throwable fault) {
                    Rejection rejection = rejection(row, fault);
                    if (rejection == null) {
                        unsettled.add(row);
                        faults.add(0, fault);
                    } else {
                        refused.put(row.put.getRow(), row);
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
    }

    /** What HBase says of each row: a result, an exception, or null if nobody knows. */
    private Object[] put(Connection connection, List<Row> rows, List<Throwable> faults) throws IOException {
        @Nullable Object[] results = new Object[rows.size()];
        try (Table puts = connection.getTable(table)) {
            puts.batch(rows.stream().map(Row::put).toList(), results);
        } catch (InterruptedException e) {
            throw new InterruptedIOException("Interrupted");
        } catch (IOException e) {
            faults.add(e);
        }
        return results;
    }

    private static @Nullable Rejection rejection(Row row, Throwable fault) {
        if (Failures.isSanityCheck(fault)) {
            return new Rejection(
                    row.index, row.key, "failed-sanity-check", "HBase refuses the row: " + Failures.describe(fault));
        }
        Long limit = Failures.cellLimit(fault);
        if (limit != null) {
            try {
                checkSize(row.put, limit);
            } catch (DataException e) {
                return new Rejection(row.index, row.key, e.code(), e.getMessage());
            }
        }
        return null;
    }

    /** The records before a refused one of the same key, of which the last is to be stored in its place. */
    private static List<Row> shadowed(List<Row> rows, SortedMap<byte[], Row> refused) {
        return rows.stream()
                .filter(row -> {
                    Row rejected = refused.get(row.put.getRow());
                    return rejected != null && row.index < rejected.index;
                })
                .toList();
    }

    /** A record of a batch as the row that is to stand under its key. */
    private record Row(int index, String key, Put put) {}
}
