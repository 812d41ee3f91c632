/**
 * Tweets on Kafka, without Spark: {@link dev.nightjar.kafka.TweetPublisher} fills a topic from any source, {@link
 * dev.nightjar.kafka.KafkaPipeline} classifies and stores its content, and {@link dev.nightjar.kafka.KafkaDeadLetters}
 * keeps the records that neither could use. Add {@code org.apache.kafka:kafka-clients} to use this package; every entry
 * type takes a {@link dev.nightjar.kafka.KafkaConfig}.
 */
@NullMarked
package dev.nightjar.kafka;

import org.jspecify.annotations.NullMarked;
