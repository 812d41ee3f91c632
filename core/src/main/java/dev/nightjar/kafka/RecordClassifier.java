/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.delivery.Incoming.Original;
import dev.nightjar.delivery.Incoming.Skipped;
import dev.nightjar.delivery.NamedClassifier;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.json.JsonForm;
import dev.nightjar.json.TopicJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Decodes and classifies the records of a topic. */
record RecordClassifier(
        List<NamedClassifier> classifiers, @Nullable TweetFilter filter, DeliveryMetrics metrics) {
    private static final ClassifiedTweetSerde CLASSIFIED_SERDE = new ClassifiedTweetSerde();
    private static final byte[] CLASSIFIED =
            JsonForm.CLASSIFIED_TWEET.contentType().getBytes(US_ASCII);

    List<Incoming<ClassifiedTweet>> read(List<ConsumerRecord<byte[], byte[]>> records) {
        List<Incoming<ClassifiedTweet>> read = new ArrayList<>(records.size());
        records.forEach(record -> decode(record, read));
        classifiers.forEach(classifier -> classify(read, classifier));
        return read;
    }

    /** A record may hold several tweets, as a page of X does. */
    private void decode(ConsumerRecord<byte[], byte[]> record, List<Incoming<ClassifiedTweet>> read) {
        if (record.value() == null) {
            read.add(Deleted.ofKey(record.key()));
            return;
        }
        Original original = (stage, code, message) ->
                new DeadLetter(stage, code, message, KafkaDeadLetters.origin(record), record.value());
        try {
            if (Arrays.equals(header(record, KafkaHeaders.CONTENT_TYPE), CLASSIFIED)) {
                read.add(arrived(
                        CLASSIFIED_SERDE.decode(record.headers(), record.value()), record.timestamp(), original));
                return;
            }
            SourceBatch content =
                    TopicJson.read(record.value(), name -> header(record, name), KafkaDeadLetters.origin(record));
            for (Tweet tweet : content.tweets()) {
                read.add(arrived(ClassifiedTweet.of(tweet, Map.of()), record.timestamp(), original));
            }
            content.deadLetters().forEach(letter -> read.add(new Dead<>(letter)));
            content.deletedIds().forEach(id -> read.add(new Deleted<>(id)));
            content.skipped().forEach((reason, count) -> {
                for (long i = 0; i < count; i++) {
                    read.add(new Skipped<>(reason));
                }
            });
        } catch (DataException e) {
            read.add(new Dead<>(original.deadLetter(Stage.DECODE, e.code(), e.getMessage())));
        }
    }

    private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    private Incoming<ClassifiedTweet> arrived(ClassifiedTweet tweet, long time, Original original) {
        Optional<String> reason = filter == null ? Optional.empty() : filter.reason(tweet.tweet());
        return reason.isPresent()
                ? new Skipped<>(reason.get())
                : new Arrived<>(tweet, tweet.tweet().id(), time, original);
    }

    private void classify(List<Incoming<ClassifiedTweet>> read, NamedClassifier classifier) {
        List<String> texts = new ArrayList<>(read.size());
        List<@Nullable String> languages = new ArrayList<>(read.size());
        for (Incoming<ClassifiedTweet> one : read) {
            if (one instanceof Arrived<ClassifiedTweet> arrived) {
                texts.add(arrived.value().tweet().text());
                languages.add(arrived.value().tweet().lang());
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        Iterator<Classification> answers =
                classifier.classifyAll(texts, languages).iterator();
        metrics.asked(classifier.name(), texts.size(), System.nanoTime() - start);
        read.replaceAll(one -> one.then(arrived -> answered(arrived, classifier, answers.next())));
    }

    private static Incoming<ClassifiedTweet> answered(
            Arrived<ClassifiedTweet> arrived, NamedClassifier classifier, Classification answer) {
        DeadLetter fault = classifier.fault(answer, arrived.original());
        if (fault != null) {
            return new Dead<>(fault);
        }
        SortedMap<String, Classification> all = new TreeMap<>(arrived.value().classifications());
        all.put(classifier.name(), answer);
        return new Arrived<>(
                new ClassifiedTweet(arrived.value().tweet(), all), arrived.id(), arrived.time(), arrived.original());
    }
}
