/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.delivery.Incoming;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/** Reads the records that the rows of a frame represent. */
interface RowReader<T> extends Serializable {
    /** The record of a row that nobody changes. */
    Incoming<T> read(InternalRow row);

    /** How many bytes the row's record has, as far as is known. */
    int bytes(InternalRow row);
}
