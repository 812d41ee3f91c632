/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.Tweet;
import dev.nightjar.json.TweetJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.TweetSerde;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes the tweets among the dead letters again, and prints why the rest failed. Argument: Kafka's servers. */
final class DeadLettersAgain {
    private DeadLettersAgain() {}

    public static void main(String[] args) throws Exception {
        Map<String, Object> kafka = new HashMap<>(KafkaConfig.of(args[0]).clientProperties());
        Map<String, Object> group = new HashMap<>(kafka);
        group.putAll(Map.of("group.id", "again", "auto.offset.reset", "earliest", "enable.auto.commit", false));
        List<TopicPartition> topic = List.of(new TopicPartition("tweets.dead-letters", 0));
        try (KafkaConsumer<byte[], byte[]> letters =
                        new KafkaConsumer<>(group, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<String, Tweet> tweets =
                        new KafkaProducer<>(kafka, new StringSerializer(), new TweetSerde().serializer())) {
            letters.assign(topic);
            long end = letters.endOffsets(topic).values().iterator().next(); // what fails again is for the next time
            while (letters.position(topic.get(0)) < end) {
                for (ConsumerRecord<byte[], byte[]> letter : letters.poll(Duration.ofSeconds(1))) {
                    publish(KafkaDeadLetters.decode(letter), tweets);
                }
                letters.commitSync();
            }
        }
    }

    private static void publish(DeadLetter letter, KafkaProducer<String, Tweet> tweets) throws Exception {
        try {
            Tweet tweet = TweetJson.fromBytes(letter.original());
            tweets.send(new ProducerRecord<>("tweets", tweet.id(), tweet)).get();
            System.out.println("again: " + letter);
        } catch (DataException e) {
            System.out.println("no tweet, " + e.code() + ": " + letter);
        }
    }
}
