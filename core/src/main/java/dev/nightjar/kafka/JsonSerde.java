/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.DataException;
import dev.nightjar.json.JsonForm;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** A record type as JSON, with headers that say which type and which version of its form. */
abstract sealed class JsonSerde<T> implements Serde<T>, Serializer<T>, Deserializer<T>
        permits TweetSerde, ClassifiedTweetSerde {
    private final JsonForm form;
    private final Function<T, byte[]> writer;
    private final Function<byte[], T> reader;

    JsonSerde(JsonForm form, Function<T, byte[]> writer, Function<byte[], T> reader) {
        this.form = form;
        this.writer = writer;
        this.reader = reader;
    }

    /** Says in a record's headers what its value is. */
    final void describe(Headers headers) {
        put(headers, KafkaHeaders.CONTENT_TYPE, form.contentType());
        put(headers, KafkaHeaders.SCHEMA_VERSION, form.version());
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads a value; headers that are absent are taken to agree.
     *
     * @throws DataException if the headers name another type or version, or the bytes are not of this type
     */
    final T decode(Headers headers, byte[] data) {
        form.check(name -> {
            Header header = headers.lastHeader(name);
            return header == null ? null : header.value();
        });
        return reader.apply(data);
    }

    /**
     * The record as JSON; null for null.
     *
     * @throws SerializationException if it has no JSON form: it is too large, or its time is out of range
     */
    @Override
    public final byte @Nullable [] serialize(String topic, @Nullable T data) {
        if (data == null) {
            return null;
        }
        try {
            return writer.apply(data);
        } catch (DataException e) {
            throw new SerializationException(
                    "Cannot write a record for the topic '" + topic + "': " + e.getMessage(), e);
        }
    }

    /**
     * The record as JSON, described in the headers; null for null.
     *
     * @throws SerializationException as {@link #serialize(String, Object)}
     */
    @Override
    public final byte @Nullable [] serialize(String topic, Headers headers, @Nullable T data) {
        byte[] bytes = serialize(topic, data);
        if (bytes != null) {
            describe(headers);
        }
        return bytes;
    }

    /**
     * The record; null for null.
     *
     * @throws SerializationException if the bytes are none; it names the topic and shows nothing of the bytes
     */
    @Override
    public final @Nullable T deserialize(String topic, byte @Nullable [] data) {
        return deserialize(topic, new RecordHeaders(), data);
    }

    /**
     * The record; null for null.
     *
     * @throws SerializationException if the headers name another type or version, or the bytes are not of this type
     */
    @Override
    public final @Nullable T deserialize(String topic, Headers headers, byte @Nullable [] data) {
        if (data == null) {
            return null;
        }
        try {
            return decode(headers, data);
        } catch (DataException e) {
            throw new SerializationException("Cannot read a record of the topic '" + topic + "': " + e.getMessage(), e);
        }
    }

    /** This object. */
    @Override
    public final Serializer<T> serializer() {
        return this;
    }

    /** This object. */
    @Override
    public final Deserializer<T> deserializer() {
        return this;
    }

    /** Does nothing: there is nothing to configure. */
    @Override
    public final void configure(Map<String, ?> configs, boolean isKey) {}

    /** Does nothing: there is nothing to free. */
    @Override
    public final void close() {}
}
