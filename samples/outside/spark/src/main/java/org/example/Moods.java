/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example;

import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.spark.SparkTweets;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** Counts the lines of a text file by mood. */
public final class Moods {
    private Moods() {}

    /**
     * Counts and ends.
     *
     * @param arguments the file, and the folder that gets the counts
     */
    public static void main(String... arguments) throws IOException {
        try (SparkSession spark = SparkSession.builder().appName("moods").getOrCreate()) {
            SparkTweets.registerUdf(spark, "sentiment", LrModels.sentiment());
            spark.read().text(arguments[0]).createOrReplaceTempView("lines");
            spark.sql("SELECT sentiment(value).label AS mood, count(*) AS lines FROM lines GROUP BY 1 ORDER BY 1")
                    .coalesce(1)
                    .write()
                    .json(arguments[1]);
        }
    }
}
