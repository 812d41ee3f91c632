/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.DeadLetter;
import dev.nightjar.TweetId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a record turned out to be when it was read.
 *
 * <p>Immutable, as far as the value is.
 *
 * @param <T> the type of the records that the sinks take
 * @since 0.1.0
 */
public sealed interface Incoming<T> {
    /** The same, with a record for the sinks read further; all other kinds stay as they are. */
    @SuppressWarnings("unchecked") // only a record holds a T
    default <R> Incoming<R> then(Function<Arrived<T>, Incoming<R>> step) {
        return this instanceof Arrived<T> arrived ? step.apply(arrived) : (Incoming<R>) this;
    }

    /**
     * A record for the sinks.
     *
     * @param value the record
     * @param id the id by which a deletion would name it; null if there is none
     * @param time when it came into its topic, in milliseconds since 1970; negative if that is not known
     * @param original makes a dead letter of it
     * @since 0.1.0
     */
    record Arrived<T>(T value, @Nullable String id, long time, Original original) implements Incoming<T> {}

    /**
     * A record that can never be stored.
     *
     * @since 0.1.0
     */
    record Dead<T>(DeadLetter letter) implements Incoming<T> {}

    /**
     * The deletion of a tweet, such as a record without a value.
     *
     * @param id the tweet's; null if the record names none
     * @since 0.1.0
     */
    record Deleted<T>(@Nullable String id) implements Incoming<T> {
        /** How a deletion that every sink has carried out is counted. */
        public static final String ERASED = "erased";

        /**
         * How any other deletion is counted: a sink cannot erase, the record names no tweet, or the tweet came again
         * after it.
         */
        public static final String TOMBSTONE = "tombstone";

        /** The deletion that a record with this key stands for. */
        public static <T> Deleted<T> ofKey(byte @Nullable [] key) {
            String id = key == null ? "" : new String(key, UTF_8);
            return new Deleted<>(TweetId.isOne(id) ? id : null);
        }
    }

    /**
     * A record that is passed over on purpose.
     *
     * @param reason a short kebab-case reason
     * @since 0.1.0
     */
    record Skipped<T>(String reason) implements Incoming<T> {}

    /**
     * The bytes that a record came in and where it came from, kept until it is known whether anybody needs them.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    interface Original {
        /** A dead letter of the record. */
        DeadLetter deadLetter(DeadLetter.Stage stage, String code, String message);
    }
}
