/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.SourceBatch;
import dev.nightjar.json.TopicJson;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes dead letters again, each as the record that it was, with its key and headers, if its topic still has that. A
 * header counts how often; then a tombstone says in the topic of the dead letters that this one is done.
 */
final class Republisher implements AutoCloseable {
    /** How an outcome begins that leaves the dead letter where it is. */
    static final String KEPT = "kept";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final @Nullable String to;
    private final int mostTimes;
    private final boolean dryRun;

    /**
     * A publisher.
     *
     * @param to the topic for all of them; null for the one that each was read from
     */
    Republisher(KafkaConfig kafka, @Nullable String to, int mostTimes, boolean dryRun) {
        this.to = to;
        this.mostTimes = mostTimes;
        this.dryRun = dryRun;
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("acks", "all");
        properties.put("max.request.size", Integer.MAX_VALUE); // the topic has a limit of its own
        properties.put("auto.offset.reset", "none");
        properties.put("max.poll.records", 1);
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Publishes one again; returns what was done. */
    String republish(ConsumerRecord<byte[], byte[]> kept, DeadLetter letter) {
        String from = topic(kept);
        String topic = to == null ? from : to;
        if (topic == null) {
            return KEPT + ", since it is from no topic and no --to is given";
        }
        if (text(kept, KafkaHeaders.ERROR_LENGTH) != null) {
            return KEPT + ", since its bytes were too large and are cut";
        }
        ConsumerRecord<byte[], byte[]> original = from == null ? null : original(kept, from, letter);
        String before = original == null ? null : text(original, KafkaHeaders.RETRIES);
        int times = before == null ? 0 : Integer.parseInt(before);
        if (times >= mostTimes) {
            return KEPT + ", since it was published again " + times + " times";
        }
        if (!dryRun) {
            byte[] key = original == null ? tweetId(letter) : original.key();
            ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(topic, key, letter.original());
            if (original != null) {
                original.headers().forEach(again.headers()::add);
            }
            again.headers().remove(KafkaHeaders.RETRIES);
            again.headers()
                    .add(KafkaHeaders.RETRIES, Integer.toString(times + 1).getBytes(UTF_8));
            send(again);
            send(new ProducerRecord<>(kept.topic(), kept.partition(), kept.key(), null));
        }
        return (dryRun ? "would be published to " : "published to ") + topic;
    }

    /** The record that a dead letter was, null if its topic has it no more. */
    private @Nullable ConsumerRecord<byte[], byte[]> original(
            ConsumerRecord<byte[], byte[]> kept, String topic, DeadLetter letter) {
        try {
            TopicPartition partition =
                    new TopicPartition(topic, Integer.parseInt(text(kept, KafkaHeaders.ERROR_PARTITION, "")));
            long offset = Long.parseLong(text(kept, KafkaHeaders.ERROR_OFFSET, ""));
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
            long beginning =
                    consumer.beginningOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
            if (offset < beginning || offset >= end) {
                return null;
            }
            consumer.seek(partition, offset);
            List<ConsumerRecord<byte[], byte[]>> read = consumer.poll(PATIENCE).records(partition);
            // A topic that was made anew has another record there.
            return read.isEmpty() || !Arrays.equals(read.get(0).value(), letter.original()) ? null : read.get(0);
        } catch (KafkaException e) {
            throw new RetriableException("Could not read the topic '" + topic + "': " + e.getMessage(), e);
        }
    }

    private static byte @Nullable [] tweetId(DeadLetter letter) {
        try {
            SourceBatch read = TopicJson.read(letter.original(), header -> null, letter.origin());
            return read.tweets().size() == 1 ? read.tweets().get(0).id().getBytes(UTF_8) : null;
        } catch (DataException e) {
            return null;
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        String what = "Could not publish to the topic '" + record.topic() + "'";
        try {
            producer.send(record).get();
        } catch (ExecutionException | KafkaException e) {
            throw new RetriableException(what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RetriableException(what + ": interrupted", e);
        }
    }

    /** The topic that a dead letter was read from; null if it is from elsewhere. */
    static @Nullable String topic(ConsumerRecord<byte[], byte[]> kept) {
        return text(kept, KafkaHeaders.ERROR_TOPIC);
    }

    /** What a record's key says; records without one are all alike. */
    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), UTF_8);
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String header) {
        Header found = record.headers().lastHeader(header);
        return found == null ? null : new String(found.value(), UTF_8);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String header, String otherwise) {
        String found = text(record, header);
        return found == null ? otherwise : found;
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
