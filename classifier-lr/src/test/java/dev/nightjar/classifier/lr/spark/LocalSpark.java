/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import dev.nightjar.classifier.lr.LabelledText;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A real Spark in this JVM, one for all tests, with two slots. */
final class LocalSpark {
    private static final StructType LABELLED =
            new StructType().add("label", DataTypes.StringType).add("text", DataTypes.StringType);

    private LocalSpark() {}

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("nightjar-test")
                .config("spark.log.level", "OFF")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
    }

    static Dataset<Row> frame(List<LabelledText> texts) {
        return rows(texts.stream()
                .map(text -> RowFactory.create(text.label(), text.text()))
                .toList());
    }

    /** Rows of a label and a text. */
    static Dataset<Row> rows(List<Row> rows) {
        return session().createDataFrame(rows, LABELLED);
    }
}
