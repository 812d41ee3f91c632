/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.DataException;
import dev.nightjar.json.TweetJson;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import java.util.ArrayList;
import java.util.List;

/** Reads the records of a line. */
interface Decoder {
    /**
     * Reads the records of one line that is not blank; at least one.
     *
     * @throws DataException if the line is bad as a whole
     */
    List<FeedItem> decode(byte[] line, String origin);

    /** A document of the X API. */
    static List<FeedItem> x(byte[] line, String origin) {
        XPayload payload = XJson.read(line, origin);
        if (payload.isError()) {
            throw new DataException("x-error", "The line is an error of the X API, not data");
        }
        List<FeedItem> items = new ArrayList<>(payload.tweets().size());
        payload.tweets().forEach(tweet -> items.add(new FeedItem.Tweet(tweet)));
        payload.deadLetters()
                .forEach(letter -> items.add(FeedItem.dead(
                        letter.code(),
                        letter.message(),
                        letter.origin(),
                        letter.original(),
                        letter.original().length)));
        payload.deletedIds().forEach(id -> items.add(new FeedItem.Deleted(id)));
        payload.skipped().forEach((reason, count) -> {
            for (long i = 0; i < count; i++) {
                items.add(new FeedItem.Skipped(reason));
            }
        });
        return items;
    }

    /** A tweet in canonical JSON. */
    static List<FeedItem> nightjar(byte[] line, String origin) {
        return List.of(new FeedItem.Tweet(TweetJson.fromBytes(line)));
    }
}
