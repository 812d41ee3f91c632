/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An idempotent producer that is done with a batch when all replicas have it. Safe for use by multiple threads. */
final class AckedProducer implements AutoCloseable {
    /** The code of a record that {@link #send} finds too large. */
    static final String TOO_LARGE = "record-too-large";

    /** Nothing is left to send after a batch; only a failed one leaves records behind, which will be sent again. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;

    AckedProducer(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Makes a producer; it connects when it sends. */
    static AckedProducer open(KafkaConfig kafka, Map<String, Object> overrides) {
        Map<String, Object> properties = new HashMap<>(kafka.producer());
        properties.putAll(overrides);
        try {
            return new AckedProducer(
                    new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
        } catch (KafkaException e) {
            throw KafkaErrors.typed("open a Kafka producer", e);
        }
    }

    /**
     * Sends records and waits until each is acknowledged or found to be too large.
     *
     * @return the indexes of the records that are too large for the producer or the topic
     * @throws dev.nightjar.RetriableException if any was not acknowledged; the others may be in the topic
     */
    List<Integer> send(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        List<Integer> tooLarge = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            Future<RecordMetadata> future = start(record);
            sent.add(future);
            if (future.isDone()) {
                // Mostly a failure: if no server can be found, each further record would wait as long as this one.
                isTooLarge(future, record);
            }
        }
        for (int i = 0; i < sent.size(); i++) {
            if (isTooLarge(sent.get(i), records.get(i))) {
                tooLarge.add(i);
            }
        }
        return tooLarge;
    }

    private Future<RecordMetadata> start(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record);
        } catch (KafkaException e) {
            throw KafkaErrors.typed(what(record), e);
        }
    }

    private static boolean isTooLarge(Future<RecordMetadata> sent, ProducerRecord<byte[], byte[]> record) {
        try {
            sent.get();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                return true;
            }
            throw KafkaErrors.typed(what(record), e);
        } catch (InterruptedException e) {
            throw KafkaErrors.typed(what(record), e);
        }
    }

    /** What is wrong with a record of a tweet that {@link #send} finds too large. */
    static String tooLarge(ProducerRecord<byte[], byte[]> record) {
        return "Tweet " + new String(record.key(), UTF_8) + " is a record of " + record.value().length
                + " bytes, more than the topic '" + record.topic()
                + "' or the property 'max.request.size' allows";
    }

    private static String what(ProducerRecord<byte[], byte[]> record) {
        return "write to the topic '" + record.topic() + "'";
    }

    @Override
    public void close() {
        SingleRun.closeUndisturbed(() -> producer.close(CLOSE_LIMIT));
    }
}
