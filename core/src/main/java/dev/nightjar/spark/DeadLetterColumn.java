/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.DeadLetter;
import dev.nightjar.WireName;
import org.apache.spark.sql.Row;

/** A dead letter as a struct of {@link TweetSchemas#deadLetter()}. */
final class DeadLetterColumn {
    private DeadLetterColumn() {}

    static Row row(DeadLetter letter) {
        return Values.row(
                TweetSchemas.deadLetter(),
                WireName.of(letter.stage()),
                letter.code(),
                letter.message(),
                letter.origin(),
                letter.original());
    }

    static DeadLetter deadLetter(Row row) {
        return new DeadLetter(
                WireName.parseKebab(DeadLetter.Stage.class, row.getString(0)),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.<byte[]>getAs(4));
    }
}
