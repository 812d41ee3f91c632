/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * A record that can never be processed, with the bytes it came in and the reason. Only a fault of the record itself
 * makes one; a server that is out of reach never does.
 *
 * <p>Immutable. Neither the message nor {@link #toString()} shows the record's content.
 *
 * @since 0.1.0
 */
public final class DeadLetter implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The longest message, in characters; a longer one is cut. */
    public static final int MAX_MESSAGE_LENGTH = 4096;

    private final Stage stage;
    private final String code;
    private final String message;
    private final String origin;
    private final byte[] original;

    /**
     * A dead letter.
     *
     * @param stage where the record failed
     * @param code a short kebab-case reason, the same for every record with this fault: {@code bad-id}
     * @param message what is wrong, without the record's content; cut at {@value #MAX_MESSAGE_LENGTH} characters
     * @param origin where the record came from: {@code tweets.jsonl:17} or {@code topic-partition-offset}
     * @param original the record's bytes as they came
     */
    public DeadLetter(Stage stage, String code, String message, String origin, byte[] original) {
        this.stage = Objects.requireNonNull(stage, "stage");
        this.code = Objects.requireNonNull(code, "code");
        this.message = WellFormed.repair(message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH)));
        this.origin = Objects.requireNonNull(origin, "origin");
        this.original = original.clone();
    }

    /** A dead letter for a malformed record. */
    public static DeadLetter of(Stage stage, DataException fault, String origin, byte[] original) {
        return new DeadLetter(stage, fault.code(), fault.getMessage(), origin, original);
    }

    /** The origin of a dead letter that was a record of a topic: {@code topic-partition-offset}. */
    public static String origin(String topic, int partition, long offset) {
        return topic + '-' + partition + '-' + offset;
    }

    /** Where the record failed. */
    public Stage stage() {
        return stage;
    }

    /** A short kebab-case reason, the same for every record with this fault. */
    public String code() {
        return code;
    }

    /** What is wrong, without the record's content. */
    public String message() {
        return message;
    }

    /** Where the record came from. */
    public String origin() {
        return origin;
    }

    /** A copy of the record's bytes as they came. */
    public byte[] original() {
        return original.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeadLetter that
                && stage == that.stage
                && code.equals(that.code)
                && message.equals(that.message)
                && origin.equals(that.origin)
                && Arrays.equals(original, that.original);
    }

    @Override
    public int hashCode() {
        return Objects.hash(stage, code, message, origin, Arrays.hashCode(original));
    }

    @Override
    public String toString() {
        return "DeadLetter[" + stage + ' ' + code + " at " + origin + ", " + original.length + " bytes]";
    }

    /**
     * Where in a pipeline a record failed.
     *
     * @since 0.1.0
     */
    public enum Stage {
        /** While it was read from its source. */
        SOURCE,
        /** While it was decoded from a topic. */
        DECODE,
        /** While it was classified. */
        CLASSIFY,
        /** While it was stored. */
        SINK
    }
}
