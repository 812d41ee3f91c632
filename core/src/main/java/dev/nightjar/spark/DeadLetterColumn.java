/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import java.util.Locale;
import org.apache.spark.sql.Row;

/** A dead letter as a struct of {@link TweetSchemas#deadLetter()}. */
final class DeadLetterColumn {
    private DeadLetterColumn() {}

    static Row row(DeadLetter letter) {
        return Values.row(
                TweetSchemas.deadLetter(),
                letter.stage().name().toLowerCase(Locale.ROOT),
                letter.code(),
                letter.message(),
                letter.origin(),
                letter.original());
    }

    static DeadLetter deadLetter(Row row) {
        return new DeadLetter(
                DeadLetter.Stage.valueOf(row.getString(0).toUpperCase(Locale.ROOT)),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.<byte[]>getAs(4));
    }
}
