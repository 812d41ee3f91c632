/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.nightjar.Classification;
import dev.nightjar.DeadLetter;
import dev.nightjar.WireName;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** A dead letter as a struct of {@link TweetSchemas#deadLetter()}. */
final class DeadLetterColumn {
    static final int SIZE = TweetSchemas.deadLetter().size();

    private DeadLetterColumn() {}

    static InternalRow internal(DeadLetter letter) {
        return new GenericInternalRow(new Object[] {
            UTF8String.fromString(WireName.of(letter.stage())),
            UTF8String.fromString(letter.code()),
            UTF8String.fromString(letter.message()),
            UTF8String.fromString(letter.origin()),
            letter.original()
        });
    }

    /** The column, with a letter of each row on whose text a classifier's model failed. */
    static Column withFaults(String classifier) {
        Column answer = col(classifier);
        Column record = col(TweetSchemas.KAFKA);
        Column fault = struct(
                lit(WireName.of(DeadLetter.Stage.CLASSIFY)).as("stage"),
                lit("model-fault").as("code"),
                format_string("The classifier '" + classifier + "' (%s) has no answer", answer.getField("model"))
                        .as("message"),
                format_string(
                                "%s-%d-%d",
                                record.getField("topic"), record.getField("partition"), record.getField("offset"))
                        .as("origin"),
                coalesce(record.getField("value"), lit(new byte[0])).as("original"));
        return when(answer.getField("rejected").equalTo(WireName.of(Classification.Reason.MODEL_FAULT)), fault)
                .otherwise(col(TweetSchemas.DEAD_LETTER));
    }

    static DeadLetter deadLetter(InternalRow row) {
        return new DeadLetter(
                WireName.parseKebab(DeadLetter.Stage.class, row.getString(0)),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getBinary(4));
    }
}
