/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.NightjarException;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaTable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes a ledger of gaps to a topic every second, and once more at the end, which alone must succeed. */
final class GapsTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GapsTopic.class);

    private final KafkaTable table;
    private final Supplier<Map<String, @Nullable String>> ledger;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "nightjar-gaps");

    private GapsTopic(KafkaTable table, Supplier<Map<String, @Nullable String>> ledger) {
        this.table = table;
        this.ledger = ledger;
    }

    /** Begins to publish. */
    static GapsTopic of(KafkaConfig kafka, String topic, Supplier<Map<String, @Nullable String>> ledger) {
        GapsTopic gaps = new GapsTopic(KafkaTable.open(kafka, topic), ledger);
        gaps.thread.setDaemon(true);
        gaps.thread.start();
        return gaps;
    }

    private void run() {
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                try {
                    table.put(ledger.get());
                } catch (NightjarException e) {
                    LOG.warn("The ledger of gaps is not published for the moment: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try (table) {
            table.put(ledger.get());
        }
    }
}
