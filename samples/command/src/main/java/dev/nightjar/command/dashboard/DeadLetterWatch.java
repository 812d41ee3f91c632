/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.DeadLetter;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.TopicReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a topic of dead letters as it grows: how many there are by reason, and the newest of each. */
public final class DeadLetterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterWatch.class);
    private static final int MOST = 100;

    private final Map<String, Long> counts = new ConcurrentHashMap<>();
    private final Map<String, DeadLetter> newest = new ConcurrentHashMap<>();
    private final TopicReader reader;
    private final Thread thread = new Thread(this::read, "nightjar-dead-letters");
    private volatile boolean closed;

    private DeadLetterWatch(TopicReader reader) {
        this.reader = reader;
        thread.setDaemon(true);
    }

    /** Begins with the oldest of a topic, which must be there. */
    public static DeadLetterWatch of(KafkaConfig kafka, String topic) {
        DeadLetterWatch watch = new DeadLetterWatch(TopicReader.fromBeginning(kafka, topic));
        watch.thread.start();
        return watch;
    }

    /** How many there are, by {@linkplain Ledger#reason reason}. */
    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /** The newest by reason, for the first {@value #MOST} reasons. */
    public Map<String, DeadLetter> newest() {
        return Map.copyOf(newest);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (reader) {
            while (!closed) {
                reader.poll(Long.MAX_VALUE).forEach(this::count);
            }
        } catch (RuntimeException e) {
            LOG.warn("The page shows no more dead letters: {}", e.getMessage());
        }
    }

    private void count(ConsumerRecord<byte[], byte[]> entry) {
        if (entry.value() == null) {
            return; // it was published again
        }
        DeadLetter letter = KafkaDeadLetters.decode(entry);
        String reason = Ledger.reason(letter);
        counts.merge(reason, 1L, Long::sum);
        if (newest.size() < MOST || newest.containsKey(reason)) {
            newest.put(reason, letter);
        }
    }
}
