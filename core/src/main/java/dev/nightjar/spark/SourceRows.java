/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.TweetSource;
import dev.nightjar.TweetSourceFactory;
import java.io.Closeable;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * An open source whose records come as rows.
 *
 * <p>Confined to one thread.
 */
final class SourceRows implements Closeable {
    /** How long a poll waits before it is looked whether the query still wants it. */
    static final Duration WAIT = Duration.ofMillis(200);

    private final String topic;
    private final TweetSource source;
    private long records;

    SourceRows(String topic, TweetSourceFactory source, SourcePlace place) {
        this.topic = topic;
        this.source = source.open(place.position());
        this.records = place.records();
    }

    /** The next rows, none if there are none by then. */
    List<InternalRow> poll(Duration wait) throws InterruptedIOException {
        try {
            return TopicDecoder.rows(source.poll(wait), (key, value) -> record(key, value.get()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while reading " + topic);
        }
    }

    boolean isExhausted() {
        return source.isExhausted();
    }

    /** The place behind the last row. */
    SourcePlace place() {
        return new SourcePlace(records, source.position());
    }

    @Override
    public void close() {
        source.close();
    }

    private InternalRow record(@Nullable String key, byte @Nullable [] value) {
        byte[] id = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        return new GenericInternalRow(
                new @Nullable Object[] {UTF8String.fromString(topic), 0, records++, null, value, id});
    }
}
