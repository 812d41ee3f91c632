/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/**
 * What every Kafka {@link Serde} of Nightjar's records promises. Needs kafka-clients.
 *
 * @param <T> the type of the records
 * @since 0.1.0
 */
public interface SerdeContract<T> {
    /** The topic that the tests name. */
    String TOPIC = "testkit-topic";

    /** A new serde. */
    Serde<T> serde();

    /** Records of many kinds; at least one. */
    List<T> records();

    /** Bytes that are no record. */
    default List<byte[]> malformed() {
        List<byte[]> malformed = new ArrayList<>();
        for (String text :
                List.of("", " ", "\n", "canary", "{\"canary\":", "[\"canary\"]", "true", "{\"canary\":1}{}")) {
            malformed.add(text.getBytes(StandardCharsets.UTF_8));
        }
        malformed.add(new byte[] {(byte) 0xff, 'c', 'a', 'n', 'a', 'r', 'y'});
        malformed.add("{\"canary\":1}".getBytes(StandardCharsets.UTF_16));
        return malformed;
    }

    /** Kafka can make one from the class's name alone. */
    @Test
    default void itHasAPublicConstructorWithoutArguments() throws Exception {
        Class<?> type = serde().getClass();
        assertThat(java.lang.reflect.Modifier.isPublic(type.getModifiers())).isTrue();
        assertThat(type.getConstructor().newInstance()).isInstanceOf(Serde.class);
    }

    /** Null, a tombstone's value, stays null. */
    @Test
    default void nullStaysNull() {
        try (Serde<T> serde = serde()) {
            assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
            assertThat(serde.deserializer().deserialize(TOPIC, (byte[]) null)).isNull();
        }
    }

    /** A record comes back equal, with and without headers. */
    @Test
    default void aRecordComesBackEqual() {
        try (Serde<T> serde = serde()) {
            serde.configure(Map.of(), false);
            for (T record : records()) {
                byte[] bytes = serde.serializer().serialize(TOPIC, record);
                assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(record);
                RecordHeaders headers = new RecordHeaders();
                byte[] withHeaders = serde.serializer().serialize(TOPIC, headers, record);
                assertThat(serde.deserializer().deserialize(TOPIC, headers, withHeaders))
                        .isEqualTo(record);
            }
        }
    }

    /** Equal records give equal bytes. */
    @Test
    default void equalRecordsGiveEqualBytes() {
        try (Serde<T> serde = serde();
                Serde<T> other = serde()) {
            for (T record : records()) {
                assertThat(other.serializer().serialize(TOPIC, Copies.serialized(record)))
                        .isEqualTo(serde.serializer().serialize(TOPIC, record));
            }
        }
    }

    /** Bytes that are not a record fail with the topic's name and without the bytes. */
    @Test
    default void malformedBytesFailWithoutShowingThem() {
        try (Serde<T> serde = serde()) {
            for (byte[] bytes : malformed()) {
                Throwable failure = catchThrowable(() -> serde.deserializer().deserialize(TOPIC, bytes));
                assertThat(failure)
                        .as("the error for the bytes %s", Arrays.toString(bytes))
                        .isInstanceOf(SerializationException.class)
                        .hasMessageContaining(TOPIC);
                for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                    assertThat(String.valueOf(cause.getMessage())).doesNotContain("canary");
                }
            }
        }
    }

    /** A record that is cut short anywhere fails, or is a record all the same; it never fails in another way. */
    @Test
    default void aRecordThatIsCutShortFails() {
        try (Serde<T> serde = serde()) {
            byte[] bytes = serde.serializer().serialize(TOPIC, records().get(0));
            for (int length = 1; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThat(catchThrowable(() -> serde.deserializer().deserialize(TOPIC, cut)))
                        .as("the error for a record cut at %d of %d bytes", length, bytes.length)
                        .isInstanceOf(SerializationException.class);
            }
        }
    }

    /** Closing twice is closing once. */
    @Test
    default void closingAgainDoesNothing() {
        Serde<T> serde = serde();
        serde.serializer().serialize(TOPIC, records().get(0));
        serde.close();
        assertThatCode(serde::close).doesNotThrowAnyException();
    }
}
