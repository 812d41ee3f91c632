/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DeadLetter;
import dev.nightjar.SinkFactory;
import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.samples.sqlite.SqliteSinkConfig;
import dev.nightjar.spark.BatchWriter;
import dev.nightjar.spark.SparkTweets;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Classifies the tweets of the topic {@code tweets} on a Spark cluster, as a job for {@code spark-submit}. Arguments:
 * Kafka's servers, the file of the store, the folder of the checkpoint.
 */
final class SparkJob {
    private SparkJob() {}

    public static void main(String[] args) throws Exception {
        String servers = args[0];
        SinkFactory<ClassifiedTweet> store =
                SqliteSinkConfig.builder(Path.of(args[1])).build();
        String checkpoint = args[2];
        SinkFactory<DeadLetter> deadLetters = KafkaDeadLetters.of(KafkaConfig.of(servers), "tweets.dead-letters");
        SparkSession spark = SparkSession.builder().appName("tweets").getOrCreate();
        Dataset<Row> tweets = SparkTweets.fromKafka(spark.readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", servers)
                .option("subscribe", "tweets")
                .option("startingOffsets", "earliest")
                .load());
        StreamingQuery query = SparkTweets.classify(tweets, "emotion", OnnxModels.emotion())
                .writeStream()
                .foreachBatch(BatchWriter.tweets()
                        .sink("store", store)
                        .deadLetters(deadLetters)
                        .build())
                .option("checkpointLocation", checkpoint)
                .start();
        query.awaitTermination();
    }
}
