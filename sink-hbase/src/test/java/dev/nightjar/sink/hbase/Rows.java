/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.util.Bytes;

/** Reads tables as any user of HBase would. */
final class Rows {
    private Rows() {}

    static TableName name(String table) {
        return TableName.valueOf("nightjar", table);
    }

    /** All rows in the order of their keys, every version of every cell. */
    static List<Result> all(MiniCluster cluster, String table) {
        return scan(cluster, table, new Scan().readAllVersions());
    }

    static List<Result> scan(MiniCluster cluster, String table, Scan scan) {
        List<Result> rows = new ArrayList<>();
        try (Table open = cluster.connection().getTable(name(table));
                ResultScanner scanner = open.getScanner(scan.setCaching(1_000))) {
            scanner.forEach(rows::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    static String text(Result row, String family, String column) {
        return Bytes.toString(row.getValue(Bytes.toBytes(family), Bytes.toBytes(column)));
    }
}
