/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.json.ClassifiedTweetJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.util.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Tweets as rows: the whole record as JSON in one cell, and the values that people search by as text in further cells.
 * The key is a salt and the id counted down, so that each bucket begins with its newest tweet.
 */
record TweetRows(int saltBuckets) implements RowModel<ClassifiedTweet> {
    static final String FAMILY = "t";
    static final byte[] JSON = Bytes.toBytes("json");

    static final byte[] FAMILY_BYTES = Bytes.toBytes(FAMILY);
    private static final byte[] TEXT = Bytes.toBytes("text");
    private static final byte[] CREATED_AT = Bytes.toBytes("created_at");
    private static final byte[] LANG = Bytes.toBytes("lang");
    private static final byte[] AUTHOR_ID = Bytes.toBytes("author_id");
    private static final byte[] USERNAME = Bytes.toBytes("username");
    static final byte[] LABELS = Bytes.toBytes("labels");
    private static final byte[] MODELS = Bytes.toBytes("models");

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String key(ClassifiedTweet row) {
        return row.tweet().id();
    }

    @Override
    public Put put(ClassifiedTweet row) {
        Tweet tweet = row.tweet();
        Author author = tweet.author();
        Put put = new Put(rowKey(tweet.id(), saltBuckets), timestamp(tweet.id()));
        put.addColumn(FAMILY_BYTES, JSON, ClassifiedTweetJson.toBytes(row));
        add(put, TEXT, tweet.text());
        add(put, CREATED_AT, tweet.createdAt().toString());
        add(put, LANG, tweet.lang());
        add(put, AUTHOR_ID, author == null ? null : author.id());
        add(put, USERNAME, author == null ? null : author.username());
        add(
                put,
                LABELS,
                perClassifier(
                        row, answer -> answer.top().map(ScoredLabel::label).orElse("")));
        add(put, MODELS, perClassifier(row, Classification::model));
        return put;
    }

    /** All cells of the row: none has a greater timestamp. */
    Delete delete(String key) {
        return new Delete(rowKey(key, saltBuckets), timestamp(key));
    }

    static byte[] rowKey(String id, int saltBuckets) {
        long number = TweetId.of(id).number();
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put(salt(id, saltBuckets))
                .putLong(Long.MAX_VALUE - number)
                .array();
    }

    /** CRC-32 (every language has it) of the decimal id, since the low bits of most snowflake ids are all zero. */
    private static byte salt(String id, int saltBuckets) {
        CRC32 crc = new CRC32();
        crc.update(id.getBytes(StandardCharsets.US_ASCII));
        return (byte) (crc.getValue() % saltBuckets);
    }

    /**
     * When the id was given out. {@code created_at} would not do: a source may correct it, and of two cells HBase shows
     * the one with the greater timestamp, not the one written last. An id from before snowflakes gets the time at which
     * snowflakes began.
     */
    static long timestamp(String id) {
        return TweetId.of(id).timestamp();
    }

    /** {@code ;emotion=joy;sentiment=negative;}, so that {@code ;emotion=joy;} can be looked for as a substring. */
    private static String perClassifier(ClassifiedTweet row, Function<Classification, String> answer) {
        StringBuilder all = new StringBuilder();
        row.classifications()
                .forEach((name, classification) ->
                        all.append(';').append(name).append('=').append(answer.apply(classification)));
        return all.isEmpty() ? "" : all.append(';').toString();
    }

    /** The best label of each classifier, empty where it has none. */
    static Map<String, String> labels(Result row) {
        Map<String, String> labels = new TreeMap<>();
        for (String answer : Bytes.toString(row.getValue(FAMILY_BYTES, LABELS)).split(";", -1)) {
            int equals = answer.indexOf('=');
            if (equals > 0) {
                labels.put(answer.substring(0, equals), answer.substring(equals + 1));
            }
        }
        return labels;
    }

    private static void add(Put put, byte[] column, @Nullable String value) {
        put.addColumn(FAMILY_BYTES, column, Bytes.toBytes(value == null ? "" : value));
    }
}
