/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.SourceBatch;
import dev.nightjar.command.shared.Printable;
import dev.nightjar.command.shared.TweetTable;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.json.ClassifiedTweetJson;
import dev.nightjar.json.JsonForm;
import dev.nightjar.json.JsonWriter;
import dev.nightjar.json.TopicJson;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.kafka.KafkaHeaders;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Prints the records of a topic as what they are, a line each.
 *
 * @param classifiers asked about each tweet, by the name of their answers
 * @param filter which tweets to print, null for all; what is no tweet is printed anyway
 */
record TopicPrinter(
        Map<String, Classifier> classifiers, @Nullable TweetFilter filter, boolean json, PrintWriter out) {
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_LINE = 1 << 30;

    void print(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        List<Shown> shown = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            for (Shown one : read(record)) {
                if (filter == null
                        || one.tweet() == null
                        || filter.matches(one.tweet().tweet())) {
                    shown.add(one);
                }
            }
        }
        List<String> texts = shown.stream()
                .filter(one -> one.tweet() != null)
                .map(one -> one.tweet().tweet().text())
                .toList();
        Map<String, List<Classification>> answers = new TreeMap<>();
        classifiers.forEach((name, classifier) -> answers.put(name, classifier.classifyAll(texts)));
        int tweets = 0;
        for (Shown one : shown) {
            if (one.tweet() == null) {
                out.println(json ? json(one) : '[' + one.kind() + ' ' + one.record() + "] " + one.text());
                continue;
            }
            Map<String, Classification> all = new TreeMap<>(one.tweet().classifications());
            for (Map.Entry<String, List<Classification>> answer : answers.entrySet()) {
                all.put(answer.getKey(), answer.getValue().get(tweets));
            }
            ClassifiedTweet tweet = ClassifiedTweet.of(one.tweet().tweet(), all);
            out.println(json ? ClassifiedTweetJson.toJson(tweet) : TweetTable.line(tweet));
            tweets++;
        }
        out.flush();
    }

    private List<Shown> read(ConsumerRecord<byte[], byte[]> record) {
        String place = DeadLetter.origin(record.topic(), record.partition(), record.offset());
        byte[] value = record.value();
        if (value == null) {
            return List.of(new Shown(null, place, "deletion", record.key() == null ? "" : text(record.key())));
        }
        try {
            if (header(record, KafkaHeaders.ERROR_STAGE) == null) {
                return List.of(new Shown(tweet(record), place, "tweet", ""));
            }
            DeadLetter letter = KafkaDeadLetters.decode(record);
            String reason = Ledger.reason(letter) + " at " + letter.origin() + ": " + letter.message();
            return List.of(new Shown(null, place, "dead-letter", Printable.of(reason) + "; it was " + text(value)));
        } catch (DataException e) {
            List<Shown> tweets = ofOthers(record, place);
            return tweets.isEmpty() ? List.of(new Shown(null, place, "record", text(value))) : tweets;
        }
    }

    /** The tweets of a record that another program wrote, such as a page of X; none if something in it is no tweet. */
    private static List<Shown> ofOthers(ConsumerRecord<byte[], byte[]> record, String place) {
        try {
            SourceBatch read = TopicJson.read(record.value(), name -> header(record, name), place);
            return read.deadLetters().isEmpty()
                    ? read.tweets().stream()
                            .map(tweet -> new Shown(ClassifiedTweet.of(tweet, Map.of()), place, "tweet", ""))
                            .toList()
                    : List.of();
        } catch (DataException e) {
            return List.of();
        }
    }

    /** The tweet that a record is, or says it is; one that is not classified is read as one without classifications. */
    private static ClassifiedTweet tweet(ConsumerRecord<byte[], byte[]> record) {
        byte[] type = header(record, KafkaHeaders.CONTENT_TYPE);
        boolean plain = type != null && new String(type, UTF_8).equals(JsonForm.TWEET.contentType());
        (plain ? JsonForm.TWEET : JsonForm.CLASSIFIED_TWEET).check(name -> header(record, name));
        return ClassifiedTweetJson.fromBytes(record.value());
    }

    private static byte @Nullable [] header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    /** A text as it is in JSON, for a person what a line has room for; what is no text by its size. */
    private String text(byte[] bytes) {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return size(bytes);
        }
        if (text.indexOf(0) >= 0) {
            return size(bytes);
        }
        if (json) {
            return text;
        }
        String line = Printable.of(text);
        return line.codePointCount(0, line.length()) <= LONGEST_TEXT
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_TEXT)) + "\u2026, " + size(bytes);
    }

    private static String size(byte[] bytes) {
        return String.format(Locale.ROOT, "%,d bytes", bytes.length);
    }

    private static String json(Shown shown) {
        return new String(
                JsonWriter.object(LONGEST_LINE, members -> {
                    members.writeStringField("record", shown.record());
                    members.writeStringField("kind", shown.kind());
                    members.writeStringField("text", shown.text());
                }),
                UTF_8);
    }

    /**
     * A record to be shown.
     *
     * @param tweet null if it is none
     * @param record where it stands
     * @param kind what it is
     * @param text what is shown of anything but a tweet
     */
    private record Shown(@Nullable ClassifiedTweet tweet, String record, String kind, String text) {}
}
