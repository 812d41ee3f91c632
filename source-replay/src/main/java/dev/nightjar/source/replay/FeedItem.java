/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One record of a feed.
 *
 * <p>Immutable.
 */
sealed interface FeedItem {
    /** How much of a bad record a dead letter keeps, in bytes: 256 KiB. */
    int MAX_ORIGINAL_BYTES = 256 * 1024;

    record Tweet(dev.nightjar.Tweet tweet) implements FeedItem {}

    record Dead(DeadLetter letter) implements FeedItem {}

    record Deleted(String id) implements FeedItem {}

    record Skipped(String reason) implements FeedItem {}

    /** What a record of a file holds, one by one; at least one. */
    static List<FeedItem> all(SourceBatch batch) {
        List<FeedItem> items = new ArrayList<>(batch.tweets().size());
        batch.tweets().forEach(tweet -> items.add(new Tweet(tweet)));
        batch.deadLetters()
                .forEach(letter -> items.add(dead(
                        letter.code(),
                        letter.message(),
                        letter.origin(),
                        letter.original(),
                        letter.original().length)));
        batch.deletedIds().forEach(id -> items.add(new Deleted(id)));
        batch.skipped()
                .forEach((reason, count) -> items.addAll(Collections.nCopies(count.intValue(), new Skipped(reason))));
        if (items.isEmpty()) {
            items.add(new Skipped("empty"));
        }
        return items;
    }

    static FeedItem dead(DataException fault, String origin, byte[] original) {
        return dead(fault.code(), fault.getMessage(), origin, original, original.length);
    }

    /**
     * A dead letter with at most {@link #MAX_ORIGINAL_BYTES} of its record.
     *
     * @param length how long the record is, of which {@code original} may be the beginning
     */
    static FeedItem dead(String code, String message, String origin, byte[] original, long length) {
        boolean whole = length <= MAX_ORIGINAL_BYTES && length == original.length;
        byte[] kept = whole ? original : Arrays.copyOf(original, Math.min(original.length, MAX_ORIGINAL_BYTES));
        String note = whole ? "" : "; the first " + kept.length + " bytes of " + length + " are kept";
        return new Dead(new DeadLetter(DeadLetter.Stage.SOURCE, code, message + note, origin, kept));
    }
}
