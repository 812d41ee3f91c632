/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Publishes texts that change to a compacted Kafka topic, which keeps the latest text of each key: the ledger of gaps
 * of a stream, say. A text is published at least once, and so comes to the same however often it is.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class KafkaTable implements AutoCloseable {
    private final AckedProducer producer;
    private final String topic;
    private final Map<String, @Nullable String> published = new HashMap<>();

    private KafkaTable(AckedProducer producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Opens a topic, which is made if it is missing: compacted, with one partition.
     *
     * @throws ConfigException if the cluster refuses the credentials or the topic
     * @throws RetriableException if the cluster does not answer
     */
    public static KafkaTable open(KafkaConfig kafka, String topic) {
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            if (!topics.exists(topic)) {
                topics.ensure(
                        topic, 1, -1, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            }
        }
        return new KafkaTable(AckedProducer.open(kafka, Map.of()), topic);
    }

    /**
     * Publishes, in order, those texts that differ from what this table has published. A null deletes its key; keys
     * that are not given stay as they are. When it returns, all replicas have them.
     *
     * @return how many were published
     * @throws RetriableException if any was not acknowledged; the next call publishes it again
     * @throws ConfigException if the cluster refuses them
     */
    public synchronized int put(Map<String, @Nullable String> texts) {
        Map<String, @Nullable String> changed = new LinkedHashMap<>(texts);
        changed.entrySet()
                .removeIf(entry -> published.containsKey(entry.getKey())
                        && Objects.equals(entry.getValue(), published.get(entry.getKey())));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(changed.size());
        changed.forEach((key, text) -> records.add(
                new ProducerRecord<>(topic, key.getBytes(UTF_8), text == null ? null : text.getBytes(UTF_8))));
        if (!producer.send(records).isEmpty()) {
            throw new ConfigException("A record is larger than the topic '" + topic + "' allows");
        }
        published.putAll(changed);
        return changed.size();
    }

    /**
     * Reads a topic's content: the latest text of each key, in the order of publication.
     *
     * @throws ConfigException if the topic does not exist, or the cluster refuses the credentials
     * @throws RetriableException if the cluster does not answer
     */
    public static Map<String, String> read(KafkaConfig kafka, String topic) {
        Map<String, String> latest = new LinkedHashMap<>();
        TopicReader.readAll(kafka, topic, record -> keep(record, latest));
        return latest;
    }

    private static void keep(ConsumerRecord<byte[], byte[]> record, Map<String, String> latest) {
        byte[] key = record.key();
        byte[] value = record.value();
        if (key != null) {
            latest.remove(new String(key, UTF_8)); // so that it goes to the end
            if (value != null) {
                latest.put(new String(key, UTF_8), new String(value, UTF_8));
            }
        }
    }

    /** Ends the connection. */
    @Override
    public void close() {
        producer.close();
    }
}
