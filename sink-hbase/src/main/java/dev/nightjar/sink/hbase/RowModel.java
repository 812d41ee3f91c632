/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import org.apache.hadoop.hbase.client.Put;

/**
 * How a record becomes a row. Every cell of a row is written every time, empty where the record has no value, and its
 * timestamp follows from the row's key alone. So a put replaces everything from earlier puts, and nothing is ever
 * deleted.
 *
 * <p>Safe for use by multiple threads.
 */
interface RowModel<T> {
    /** The one column family. */
    String family();

    /** How many values the first byte of a row key has, which are the table's regions; 1 for keys without a salt. */
    int saltBuckets();

    /** What names the record in an error. */
    String key(T row);

    /**
     * The record's row.
     *
     * @throws dev.nightjar.DataException if no row could hold the record
     */
    Put put(T row);
}
