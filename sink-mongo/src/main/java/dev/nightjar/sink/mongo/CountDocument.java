/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import dev.nightjar.WindowedCount;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A windowed count as a document: the keys of its canonical JSON, and an {@code _id} made of all but the count. */
final class CountDocument {
    private CountDocument() {}

    /** Metric, window and key. Neither a metric nor a time has a slash in it, so no two counts share an id. */
    static String id(WindowedCount count) {
        return count.metric() + '/' + count.windowStart() + '/' + count.windowEnd() + '/' + count.key();
    }

    static BsonDocument of(WindowedCount count) {
        return new BsonDocument("_id", new BsonString(id(count)))
                .append("metric", new BsonString(count.metric()))
                .append("key", new BsonString(count.key()))
                .append("window_start", new BsonDateTime(count.windowStart().toEpochMilli()))
                .append("window_end", new BsonDateTime(count.windowEnd().toEpochMilli()))
                .append("count", new BsonInt64(count.count()));
    }
}
