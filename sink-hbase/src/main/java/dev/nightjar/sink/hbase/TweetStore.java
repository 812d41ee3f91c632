/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.store.ErasableStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Put;
import org.jspecify.annotations.Nullable;

/**
 * Tweets, which can be erased too: an id is all that the key of a row is made of.
 *
 * <p>Safe for use by multiple threads.
 */
final class TweetStore extends HBaseStore<ClassifiedTweet> implements ErasableStore<ClassifiedTweet, Put> {
    private final TweetRows rows;

    TweetStore(Cluster cluster, TableName table, TweetRows rows, @Nullable Duration timeToLive) {
        super(cluster, table, rows, timeToLive);
        this.rows = rows;
    }

    @Override
    public List<Rejection> erase(List<String> keys) {
        List<Delete> deletes = new ArrayList<>();
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            try {
                deletes.add(rows.delete(keys.get(i)));
            } catch (DataException e) {
                rejections.add(new Rejection(i, keys.get(i), "no-such-key", "The sink has no row by this key"));
            }
        }
        if (!deletes.isEmpty()) {
            delete(deletes);
        }
        return rejections;
    }
}
