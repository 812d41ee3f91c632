/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.TweetId;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.store.StoredTweets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.hbase.client.Get;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.Scan;
import org.jspecify.annotations.Nullable;

/**
 * The tweets of a table. HBase counts by reading: a count of all tweets is used again for ten times as long as it took.
 *
 * <p>Safe for use by multiple threads.
 */
final class HBaseTweets implements StoredTweets {
    private static final int REQUEST_IDS = 1_000;
    private static final int COUNT_LASTS = 10;
    private static final int SHARE_MORE = 16;

    private final TableReader table;
    private final int saltBuckets;
    private final Object lock = new Object();
    private @Nullable Count counted;

    HBaseTweets(TableReader table, int saltBuckets) {
        this.table = table;
        this.saltBuckets = saltBuckets;
    }

    /**
     * What a scan counted.
     *
     * @param until when, by {@link System#nanoTime()}, it is counted anew
     */
    private record Count(long tweets, Map<String, Map<String, Long>> labels, long until) {}

    @Override
    public Set<String> ids(Set<String> among) {
        List<String> all = new ArrayList<>(among);
        Set<String> found = new HashSet<>();
        for (int from = 0; from < all.size(); from += REQUEST_IDS) {
            List<String> some = all.subList(from, Math.min(from + REQUEST_IDS, all.size()));
            List<Get> gets = some.stream()
                    .map(id -> new Get(TweetRows.rowKey(id, saltBuckets)))
                    .toList();
            boolean[] exist = table.call(open -> open.exists(gets));
            for (int i = 0; i < exist.length; i++) {
                if (exist[i]) {
                    found.add(some.get(i));
                }
            }
        }
        return found;
    }

    @Override
    public long count() {
        return counted().tweets();
    }

    @Override
    public Map<String, Map<String, Long>> labelCounts() {
        return counted().labels();
    }

    @Override
    public List<ClassifiedTweet> newest(int limit) {
        // The salts are even, so that twice its share of each is enough, mostly.
        return newest(limit, Math.min(limit, 2 * limit / saltBuckets + SHARE_MORE));
    }

    private List<ClassifiedTweet> newest(int limit, int share) {
        List<ClassifiedTweet> newest = new ArrayList<>();
        long unread = 0; // all tweets with a greater id have been read
        for (int salt = 0; salt < saltBuckets; salt++) {
            Scan bucket = json().setStartStopRowForPrefixScan(new byte[] {(byte) salt});
            List<Result> rows = table.first(bucket, share);
            rows.forEach(row -> newest.add(tweet(row)));
            if (rows.size() == share) {
                unread = Math.max(unread, number(newest.get(newest.size() - 1)));
            }
        }
        newest.sort(Comparator.comparingLong(HBaseTweets::number).reversed());
        List<ClassifiedTweet> asked = List.copyOf(newest.subList(0, Math.min(limit, newest.size())));
        boolean all = unread == 0 || (asked.size() == limit && number(asked.get(limit - 1)) >= unread);
        return all ? asked : newest(limit, limit);
    }

    private static long number(ClassifiedTweet tweet) {
        return TweetId.of(tweet.tweet().id()).number();
    }

    @Override
    public void forEach(Consumer<ClassifiedTweet> action) {
        table.forEach(json(), row -> action.accept(tweet(row)));
    }

    @Override
    public void close() {
        table.close();
    }

    private Count counted() {
        synchronized (lock) {
            if (counted == null || System.nanoTime() - counted.until() > 0) {
                counted = countAll();
            }
            return counted;
        }
    }

    private Count countAll() {
        long begin = System.nanoTime();
        long[] tweets = new long[1];
        Map<String, Map<String, Long>> labels = new TreeMap<>();
        table.forEach(new Scan().addColumn(TweetRows.FAMILY_BYTES, TweetRows.LABELS), row -> {
            tweets[0]++;
            TweetRows.labels(row)
                    .forEach((classifier, label) -> labels.computeIfAbsent(classifier, name -> new TreeMap<>())
                            .merge(label.isEmpty() ? NO_LABEL : label, 1L, Long::sum));
        });
        long end = System.nanoTime();
        return new Count(tweets[0], labels, end + COUNT_LASTS * (end - begin));
    }

    private static Scan json() {
        return new Scan().addColumn(TweetRows.FAMILY_BYTES, TweetRows.JSON);
    }

    private static ClassifiedTweet tweet(Result row) {
        return ClassifiedTweetJson.fromBytes(row.getValue(TweetRows.FAMILY_BYTES, TweetRows.JSON));
    }
}
