/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.DeadLetter;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A new topic, written and read by Kafka's own clients with nothing of ours in between. */
record TopicProbe(KafkaConfig kafka, String name) {
    /** Makes the topic. */
    static TopicProbe create(KafkaConfig kafka, String name, int partitions) {
        return create(kafka, name, partitions, Map.of());
    }

    static TopicProbe create(KafkaConfig kafka, String name, int partitions, Map<String, String> configs) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            topics.ensure(name, partitions, 1, configs);
        }
        return new TopicProbe(kafka, name);
    }

    /** Sends each value, null for a tombstone, under its number as the key. */
    void send(List<byte[]> values) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] value : values) {
            records.add(
                    new ProducerRecord<>(name, Integer.toString(records.size()).getBytes(UTF_8), value));
        }
        sendRecords(records);
    }

    void sendTweets(List<Tweet> tweets) throws Exception {
        sendRecords(tweets.stream()
                .map(tweet -> new ProducerRecord<>(name, tweet.id().getBytes(UTF_8), TweetJson.toBytes(tweet)))
                .toList());
    }

    void sendRecords(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            var sent = records.stream().map(producer::send).toList();
            for (var one : sent) {
                one.get();
            }
        }
    }

    /** All that is in the topic, partition by partition. */
    List<ConsumerRecord<byte[], byte[]>> records() {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(info -> new TopicPartition(name, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                while (consumer.position(partition) < ends.get(partition)) {
                    consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                }
            }
        }
        return found;
    }

    List<String> keys() {
        return records().stream().map(record -> new String(record.key(), UTF_8)).toList();
    }

    List<DeadLetter> deadLetters() {
        return records().stream().map(KafkaDeadLetters::decode).toList();
    }

    /** How many records the group has not committed yet. */
    long lag(String group) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            return topics.lag(name, group).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }
}
