/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;

/**
 * Reads a table, page by page, so that each request ends by the deadline and is repeated alone.
 *
 * <p>Safe for use by multiple threads.
 */
record TableReader(Cluster cluster, TableName table) implements AutoCloseable {
    private static final int PAGE = 2_000;

    /** What is done with the table. */
    interface Call<R> {
        R with(Table table) throws java.io.IOException;
    }

    /** Asks the table. */
    <R> R call(Call<R> call) {
        return cluster.call("read the HBase table " + table, connection -> {
            try (Table open = connection.getTable(table)) {
                return call.with(open);
            }
        });
    }

    /** The first rows of a scan. */
    List<Result> first(Scan scan, int most) {
        return call(open -> {
            List<Result> rows = new ArrayList<>();
            try (ResultScanner scanner = open.getScanner(new Scan(scan).setLimit(most))) {
                scanner.forEach(rows::add);
            }
            return rows;
        });
    }

    /** Gives the rows of a scan, in the order of their keys. */
    void forEach(Scan scan, Consumer<Result> action) {
        Scan rest = scan;
        List<Result> page;
        do {
            page = first(rest, PAGE);
            page.forEach(action);
            if (!page.isEmpty()) {
                rest.withStartRow(page.get(page.size() - 1).getRow(), false);
            }
        } while (page.size() == PAGE);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
