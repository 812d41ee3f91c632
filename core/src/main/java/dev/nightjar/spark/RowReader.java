/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.delivery.Incoming;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Reads the records that the rows of a frame represent. */
interface RowReader<T> extends Serializable {
    Incoming<T> read(Row row);

    /** How many bytes the row's record has, as far as is known. */
    int bytes(Row row);
}
