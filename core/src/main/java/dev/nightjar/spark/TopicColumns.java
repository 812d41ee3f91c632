/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.delivery.Incoming.Deleted;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame has the columns that {@link SparkTweets#fromKafka} adds to a tweet's.
 *
 * @param id the place of the tweet's id, negative if the frame has lost it
 */
record TopicColumns(int id, int kafka, int deadLetter, int skipped) implements Serializable {
    /** How many bytes of records are held at a time, whatever the size of a batch: 8 MiB. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final int RECORD_SIZE =
            ((StructType) TweetSchemas.topic().apply(TweetSchemas.KAFKA).dataType()).size();

    /**
     * Finds the columns.
     *
     * @return null for a frame that is not from a topic: it has no column {@code dead_letter}
     * @throws IllegalArgumentException if the frame has lost {@code kafka} or {@code skipped}, or one has another type
     */
    static @Nullable TopicColumns in(StructType frame) {
        return TweetSchemas.place(frame, TweetSchemas.DEAD_LETTER) < 0
                ? null
                : new TopicColumns(
                        TweetSchemas.place(frame, TweetSchemas.ID),
                        place(frame, TweetSchemas.KAFKA),
                        place(frame, TweetSchemas.DEAD_LETTER),
                        place(frame, TweetSchemas.SKIPPED));
    }

    @Nullable
    DeadLetter deadLetter(InternalRow row) {
        return row.isNullAt(deadLetter)
                ? null
                : DeadLetterColumn.deadLetter(row.getStruct(deadLetter, DeadLetterColumn.SIZE));
    }

    /** Why the row's record was passed over. */
    @Nullable
    String skipped(InternalRow row) {
        return row.isNullAt(skipped) ? null : row.getString(skipped);
    }

    /** A dead letter of the row's record. */
    DeadLetter deadLetter(InternalRow row, Stage stage, String code, String message) {
        InternalRow record = record(row);
        byte[] value = record.getBinary(4);
        return new DeadLetter(stage, code, message, TopicDecoder.origin(record), value == null ? new byte[0] : value);
    }

    /** The deletion that the row stands for: of the tweet that a notice of X names, or of the record's key. */
    <T> Deleted<T> deleted(InternalRow row) {
        return id < 0 || row.isNullAt(id) ? Deleted.ofKey(record(row).getBinary(5)) : new Deleted<>(row.getString(id));
    }

    /** When the row's record came into the topic, in milliseconds since 1970; negative if that is not known. */
    long time(InternalRow row) {
        InternalRow record = record(row);
        return record.isNullAt(3) ? -1 : Math.floorDiv(record.getLong(3), 1_000);
    }

    /** How many bytes the row's record has. */
    int bytes(InternalRow row) {
        byte[] value = record(row).getBinary(4);
        return value == null ? 0 : value.length;
    }

    private InternalRow record(InternalRow row) {
        return row.getStruct(kafka, RECORD_SIZE);
    }

    private static int place(StructType frame, String name) {
        DataType type = TweetSchemas.topic().apply(name).dataType();
        return TweetSchemas.require(frame, name, type);
    }
}
