/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * A store can never take some records of a batch: each is named, and all the others <em>are</em> stored. The caller
 * makes dead letters of the named ones and goes on.
 *
 * @since 0.1.0
 */
public final class RejectedRecordsException extends NightjarException {
    private static final long serialVersionUID = 1L;

    private static final Comparator<Rejection> BY_INDEX = Comparator.comparingInt(Rejection::index);

    private final Rejection[] rejections;

    /**
     * An error that names the rejected records.
     *
     * @param rejections the records, in any order; not empty
     */
    public RejectedRecordsException(List<Rejection> rejections) {
        super(message(rejections), null);
        this.rejections = rejections.stream().sorted(BY_INDEX).toArray(Rejection[]::new);
    }

    /** The rejected records, by their index in the batch. */
    public List<Rejection> rejections() {
        return List.of(rejections);
    }

    private static String message(List<Rejection> rejections) {
        Rejection first = rejections.stream()
                .min(BY_INDEX)
                .orElseThrow(() -> new IllegalArgumentException("A rejection error needs a rejected record"));
        return "The store rejected " + rejections.size() + " of the batch's records; the first is record "
                + first.index() + " (" + first.key() + "): " + first.message();
    }

    /**
     * A record that a store can never take.
     *
     * @param index its index in the batch
     * @param key its key: the tweet's id, or the count's metric, key and window
     * @param code a short kebab-case reason, the same for every record with this fault
     * @param message why the store refuses it, without the record's content
     * @since 0.1.0
     */
    public record Rejection(int index, String key, String code, String message) implements Serializable {}
}
