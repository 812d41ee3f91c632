/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.json.JsonForm;

/**
 * The names of the headers that Nightjar writes on Kafka records; every value is UTF-8 text.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class KafkaHeaders {
    /** What the value is: {@code application/vnd.nightjar.tweet+json}. */
    public static final String CONTENT_TYPE = JsonForm.CONTENT_TYPE_HEADER;

    /** The version of the value's form, a whole number; a reader refuses one that it does not know. */
    public static final String SCHEMA_VERSION = JsonForm.VERSION_HEADER;

    /** Where a dead letter failed: {@code source}, {@code decode}, {@code classify} or {@code sink}. */
    public static final String ERROR_STAGE = "nightjar.err.stage";

    /** A dead letter's {@linkplain dev.nightjar.DeadLetter#code() code}. */
    public static final String ERROR_CODE = "nightjar.err.code";

    /** What is wrong with a dead letter, in at most 4 KiB. */
    public static final String ERROR_MESSAGE = "nightjar.err.message";

    /** The topic that a dead letter was read from; absent when it came from elsewhere. */
    public static final String ERROR_TOPIC = "nightjar.err.topic";

    /** The partition that a dead letter was read from; absent when it came from elsewhere. */
    public static final String ERROR_PARTITION = "nightjar.err.partition";

    /** The offset that a dead letter was read from; absent when it came from elsewhere. */
    public static final String ERROR_OFFSET = "nightjar.err.offset";

    /** How many bytes a dead letter has; only on one whose bytes the topic could not take whole. */
    public static final String ERROR_LENGTH = "nightjar.err.length";

    /** The version of Nightjar that wrote a dead letter, where its jar says so. */
    public static final String ERROR_VERSION = "nightjar.err.version";

    /** How often a record was published again after it had been a dead letter; absent on one that never was. */
    public static final String RETRIES = "nightjar.retries";

    private KafkaHeaders() {}
}
