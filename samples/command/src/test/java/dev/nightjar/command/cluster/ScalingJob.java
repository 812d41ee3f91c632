/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.cluster;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.replace;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.spark.SparkTweets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How many records a second an application reads from a topic and classifies, with nothing behind it that stores them:
 * by the clock, and by the processor time of its tasks. Arguments: Kafka's servers and the file for the figures.
 */
public final class ScalingJob {
    private final SparkSession spark;
    private final String servers;
    private final AtomicLong cpuNanos = new AtomicLong();

    private ScalingJob(SparkSession spark, String servers) {
        this.spark = spark;
        this.servers = servers;
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onTaskEnd(SparkListenerTaskEnd task) {
                cpuNanos.addAndGet(task.taskMetrics().executorCpuTime());
            }
        });
    }

    public static void main(String... arguments) throws Exception {
        try (SparkSession spark = SparkSession.builder().getOrCreate()) {
            ScalingJob job = new ScalingJob(spark, arguments[0]);
            Files.writeString(
                    Path.of(arguments[1]),
                    job.rates(LrModels.sentiment(), 1_000) + " | " + job.rates(OnnxModels.emotion(), 10));
        }
    }

    private String rates(ClassifierFactory model, int copies) throws Exception {
        classify(model, copies / 2);
        cpuNanos.set(0);
        long began = System.nanoTime();
        long records = classify(model, copies);
        double seconds = (System.nanoTime() - began) / 1e9;
        spark.sparkContext().listenerBus().waitUntilEmpty();
        return String.format(Locale.ROOT, "%,.0f | %,.0f", records / seconds, records / (cpuNanos.get() / 1e9));
    }

    /** Classifies each record of the topic some times, each time with another text. */
    private long classify(ClassifierFactory model, int copies) {
        Dataset<Row> records = spark.read()
                .format("kafka")
                .option("kafka.bootstrap.servers", servers)
                .option("subscribe", "tweets")
                .load();
        Column value = replace(col("value").cast("string"), lit(" #"), concat(lit(" "), col("copy"), lit(" #")));
        Dataset<Row> many = records.crossJoin(spark.range(copies).toDF("copy"))
                .withColumn("value", value.cast("binary"))
                .drop("copy");
        SparkTweets.classify(SparkTweets.fromKafka(many), "mood", model)
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        return records.count() * copies;
    }
}
