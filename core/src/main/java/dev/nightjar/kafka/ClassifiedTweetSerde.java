/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.json.JsonForm;

/**
 * Carries {@linkplain ClassifiedTweet classified tweets} through Kafka as {@linkplain ClassifiedTweetJson JSON}, with
 * the headers {@link KafkaHeaders#CONTENT_TYPE} and {@link KafkaHeaders#SCHEMA_VERSION}. Serde, serializer and
 * deserializer in one, so that each can be named in a client's properties; null stays null.
 *
 * <p>Immutable. Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class ClassifiedTweetSerde extends JsonSerde<ClassifiedTweet> {
    /** A serde; Kafka calls this when it is named in properties. */
    public ClassifiedTweetSerde() {
        super(JsonForm.CLASSIFIED_TWEET, ClassifiedTweetJson::toBytes, ClassifiedTweetJson::fromBytes);
    }
}
