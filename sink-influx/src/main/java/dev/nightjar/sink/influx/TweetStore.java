/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.influxdb.client.InfluxDBClient;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.TweetId;
import dev.nightjar.store.ErasableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Tweets, which can be erased too: an id holds the time of its point.
 *
 * <p>Safe for use by multiple threads.
 */
final class TweetStore extends InfluxStore<ClassifiedTweet> implements ErasableStore<ClassifiedTweet, String> {
    private final TweetPoint point;

    TweetStore(InfluxSinkConfig config, TweetPoint point, InfluxDBClient client) {
        super(config, PointModel.tweets(point), client);
        this.point = point;
    }

    /** One request a point, since each has a time of its own. */
    @Override
    public List<Rejection> erase(List<String> keys) {
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            PointKey key = TweetId.isOne(keys.get(i)) ? point.key(keys.get(i)) : null;
            if (key == null) {
                rejections.add(new Rejection(
                        i, keys.get(i), "no-such-key", "The time of its point cannot be told from the key alone"));
            } else if (!delete(key)) {
                return IntStream.range(0, keys.size())
                        .mapToObj(j ->
                                new Rejection(j, keys.get(j), "cannot-erase", "This InfluxDB cannot delete points"))
                        .toList();
            }
        }
        return rejections;
    }
}
