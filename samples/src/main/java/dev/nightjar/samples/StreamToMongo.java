/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.classifier.onnx.OnnxModels;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaPipeline;
import dev.nightjar.sink.mongo.MongoSinkConfig;

/**
 * Classifies the tweets of the topic {@code tweets} as they come and stores them in MongoDB, until it is ended. Started
 * again in any way it goes on where it was, and each tweet is in the collection once. Arguments: Kafka's servers,
 * MongoDB's URI.
 */
final class StreamToMongo {
    private StreamToMongo() {}

    public static void main(String[] args) {
        String servers = args[0];
        String mongoUri = args[1];
        KafkaConfig kafka = KafkaConfig.of(servers);
        try (KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "tweets", "emotion-v1")
                .classifier("emotion", OnnxModels.emotion())
                .sink("mongo", MongoSinkConfig.builder(mongoUri).build())
                .deadLetters(KafkaDeadLetters.of(kafka, "tweets.dead-letters"))
                .build()) {
            pipeline.run();
        }
    }
}
