/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.Tweet;
import dev.nightjar.json.JsonForm;
import dev.nightjar.json.TweetJson;

/**
 * Carries {@linkplain Tweet tweets} through Kafka as {@linkplain TweetJson JSON}, with the headers
 * {@link KafkaHeaders#CONTENT_TYPE} and {@link KafkaHeaders#SCHEMA_VERSION}. Serde, serializer and deserializer in one,
 * so that each can be named in a client's properties; null stays null.
 *
 * <p>Immutable. Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class TweetSerde extends JsonSerde<Tweet> {
    /** A serde; Kafka calls this when it is named in properties. */
    public TweetSerde() {
        super(JsonForm.TWEET, TweetJson::toBytes, TweetJson::fromBytes);
    }
}
