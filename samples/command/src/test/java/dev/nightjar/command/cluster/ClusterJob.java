/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.cluster;

import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.classifier.onnx.ModelBundle;
import dev.nightjar.classifier.onnx.OnnxClassifierConfig;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.spark.SparkTweets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * An application as a user submits it: the tweets that a topic has, classified, into MongoDB. Arguments: Kafka's servers,
 * MongoDB's URI, a folder for the checkpoint and for notes, where the model is, and what
 * the session adds to {@code spark.jars}.
 */
public final class ClusterJob {
    /** In the folder: a line with the process's number for each time that the model was opened. */
    static final String OPENED = "opened.txt";

    /** In the folder: the number of each driver. */
    static final String DRIVERS = "drivers.txt";

    /** What begins the name of a folder that Spark ships. */
    static final String SHIPPED = "shipped:";

    private ClusterJob() {}

    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        note(folder.resolve(DRIVERS));
        SparkSession.Builder builder = SparkSession.builder();
        if (arguments.length > 4) {
            builder.config("spark.jars", arguments[4]);
        }
        try (SparkSession spark = builder.getOrCreate()) {
            Dataset<Row> tweets = SparkTweets.fromKafka(spark.readStream()
                    .format("kafka")
                    .option("kafka.bootstrap.servers", arguments[0])
                    .option("subscribe", "tweets")
                    .option("startingOffsets", "earliest")
                    .option("maxOffsetsPerTrigger", 75)
                    .load());
            Dataset<Row> kept = SparkTweets.where(tweets, TweetFilter.parse("lang:en"));
            SparkTweets.classify(kept, "emotion", new Noted(arguments[3], folder.toString()))
                    .writeStream()
                    .format("nightjar-mongo")
                    .option("uri", arguments[1])
                    .option("checkpointLocation", folder.resolve("checkpoint").toString())
                    .trigger(Trigger.AvailableNow())
                    .start()
                    .awaitTermination();
        }
    }

    private static void note(Path file) {
        try {
            Files.writeString(
                    file, ProcessHandle.current().pid() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a model and notes where. */
    private record Noted(String model, String folder) implements ClassifierFactory {
        @Override
        public Classifier open() {
            note(Path.of(folder, OPENED));
            ModelBundle bundle = model.startsWith(SHIPPED)
                    ? ModelBundle.directory(Path.of(SparkFiles.get(model.substring(SHIPPED.length()))))
                    : ModelBundle.parse(model);
            return OnnxClassifierConfig.builder(bundle).build().open();
        }
    }
}
