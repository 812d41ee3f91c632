/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Erasures;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What the rows of a frame stand for: each is skipped, a dead letter or a record for the sinks. */
interface RecordReader<T> extends Serializable {
    /** Why the row is passed over; null if it is not. */
    @Nullable
    String skipped(Row row);

    /** Notes the deletion that a skipped row is; false if it is none. */
    boolean isDeletion(Row row, Erasures erasures);

    /** Notes that a record is written after the deletions so far. */
    void written(T record, Erasures erasures);

    /** The dead letter that the row is; null if it is none. */
    @Nullable
    DeadLetter deadLetter(Row row);

    /**
     * The record in a row that is neither.
     *
     * @throws dev.nightjar.DataException if there is none in it
     */
    T record(Row row);

    /** How many bytes the row's record has, as far as is known. */
    int bytes(Row row);

    /** A dead letter of a row that could not be stored. */
    DeadLetter deadLetter(Row row, Stage stage, String code, String message);
}
