/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Trains on the public sentiment data in Spark and asks for the figure that the documentation states. The data may not
 * be redistributed, so it runs where {@code nightjar.data} names the directory that {@code LrTrainingIT} reads.
 */
@EnabledIfSystemProperty(named = "nightjar.data", matches = ".+")
class SparkLrTrainingIT {
    @Test
    void sentimentComesCloseToTheLocalTrainers() throws IOException {
        List<LabelledText> training = texts("train");
        List<LabelledText> validation = texts("validation");
        long start = System.nanoTime();
        LrModel model = SparkLrTrainer.builder("sentiment")
                .classWeightPower(1.5)
                .build()
                .train(LocalSpark.frame(training).repartition(4), validation);
        double seconds = (System.nanoTime() - start) / 1e9;
        Files.writeString(
                Path.of("target", "training-spark.txt"),
                model + "\n" + model.metrics() + "\ntemperature " + model.temperature() + "\nseconds " + seconds
                        + '\n');

        assertThat(model.metrics().get("validation.macro-recall")).isGreaterThanOrEqualTo(0.68);
    }

    private static List<LabelledText> texts(String split) {
        return LabelledText.readTsv(
                Path.of(System.getProperty("nightjar.data"), "tweeteval-sentiment", split + ".tsv.gz"));
    }
}
