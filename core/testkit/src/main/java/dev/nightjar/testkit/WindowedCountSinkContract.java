/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import dev.nightjar.Sink;
import dev.nightjar.WindowedCount;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every sink of {@linkplain WindowedCount counts} promises: {@link SinkContract}, and one row per metric, key and
 * window. Used as {@link ClassifiedTweetSinkContract} is.
 *
 * @since 0.1.0
 */
public interface WindowedCountSinkContract extends SinkContract<WindowedCount> {
    @Override
    default WindowedCount record(int number) {
        return Tweets.count(number);
    }

    @Override
    default WindowedCount revised(WindowedCount record) {
        return new WindowedCount(
                record.metric(), record.key(), record.windowStart(), record.windowEnd(), record.count() + 1_000_000);
    }

    /** Counts that differ in one part of their identity alone are different rows. */
    @Test
    default void metricKeyAndWindowAreTheIdentity() {
        Instant start = Tweets.START;
        Instant end = start.plusSeconds(60);
        List<WindowedCount> batch = List.of(
                new WindowedCount("emotion", "joy", start, end, 1),
                new WindowedCount("emotion2", "joy", start, end, 2),
                new WindowedCount("emotion", "Joy", start, end, 3),
                new WindowedCount("emotion", "joy ", start, end, 4),
                new WindowedCount("emotion", "joy", start.plusMillis(1), end, 5),
                new WindowedCount("emotion", "joy", start, end.plusMillis(1), 6));
        try (Sink<WindowedCount> sink = factory().open()) {
            sink.write(batch);
            sink.write(batch);
        }
        assertStored(batch);
    }

    /** Every key comes back as it went in, though it may be any text. */
    @Test
    default void everyKeyComesBackAsItWentIn() {
        List<String> keys = Tweets.storableTexts().stream()
                .filter(text -> !text.isBlank() && text.length() <= WindowedCount.MAX_KEY_LENGTH)
                .toList();
        List<WindowedCount> batch = IntStream.range(0, keys.size())
                .mapToObj(i -> new WindowedCount("word", keys.get(i), Tweets.START, Tweets.START.plusSeconds(60), i))
                .toList();
        try (Sink<WindowedCount> sink = factory().open()) {
            sink.write(batch);
        }
        assertStored(batch);
    }

    /** Counts of 0, above 2^53 and the greatest of all are exact. */
    @Test
    default void everyCountIsExact() {
        long[] counts = {0, 1, 9_007_199_254_740_993L, Long.MAX_VALUE};
        List<WindowedCount> batch = IntStream.range(0, counts.length)
                .mapToObj(i ->
                        new WindowedCount("language", "l" + i, Tweets.START, Tweets.START.plusSeconds(3600), counts[i]))
                .toList();
        try (Sink<WindowedCount> sink = factory().open()) {
            sink.write(batch);
        }
        assertStored(batch);
    }
}
