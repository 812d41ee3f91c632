/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import java.util.Map;

/**
 * {@link DeliveryMetrics} for JMX, which reads only getters.
 *
 * @since 0.1.0
 */
public interface DeliveryMXBean {
    /** What it does: {@code running}. */
    String getState();

    /** What it waits for or has failed with; empty if nothing. */
    String getTrouble();

    /** When the last batch was finished, as ISO 8601; empty if none was. */
    String getLastBatch();

    /** How many records were taken. */
    long getIn();

    /** How many were stored. */
    long getOut();

    /** How many became dead letters, by stage and code. */
    Map<String, Long> getDeadLetters();

    /** How many were passed over, by reason. */
    Map<String, Long> getSkipped();

    /** How many batches are finished. */
    long getBatches();

    /** How many records are in hand; -1 if it is not known. */
    long getInFlight();

    /** How many records wait; -1 if it is not known. */
    long getLag();

    /** How many records each sink has acknowledged. */
    Map<String, Long> getStoredBySink();

    /** How many records each sink has refused. */
    Map<String, Long> getRefusedBySink();

    /** How many attempts at each sink failed in a way that may pass. */
    Map<String, Long> getRetriedBySink();

    /** What half of the records did not exceed from topic to store, over the last minutes. */
    Map<String, Long> getLatencyMillisP50BySink();

    /** What 95 of 100 records did not exceed from topic to store, over the last minutes. */
    Map<String, Long> getLatencyMillisP95BySink();

    /** How often each classifier was asked. */
    Map<String, Long> getPassesByClassifier();

    /** How many texts each classifier was asked about. */
    Map<String, Long> getTextsByClassifier();

    /** How long that took. */
    Map<String, Long> getMillisByClassifier();
}
