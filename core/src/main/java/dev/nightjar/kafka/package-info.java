/**
 * Tweets on Kafka, without Spark: {@link dev.nightjar.kafka.KafkaConfig} says how to reach a cluster,
 * {@link dev.nightjar.kafka.KafkaTopics} looks after its topics and {@link dev.nightjar.kafka.TweetSerde} carries tweets in
 * them. Add {@code org.apache.kafka:kafka-clients} to use this package.
 */
@NullMarked
package dev.nightjar.kafka;

import org.jspecify.annotations.NullMarked;
