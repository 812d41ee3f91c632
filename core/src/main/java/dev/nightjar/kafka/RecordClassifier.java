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
import dev.nightjar.delivery.Incoming;
import dev.nightjar.delivery.Incoming.Arrived;
import dev.nightjar.delivery.Incoming.Dead;
import dev.nightjar.delivery.Incoming.Deleted;
import dev.nightjar.delivery.Incoming.Original;
import dev.nightjar.delivery.Incoming.Skipped;
import dev.nightjar.delivery.NamedClassifier;
import dev.nightjar.filter.TweetFilter;
import dev.nightjar.json.JsonForm;
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
final class RecordClassifier {
    private static final TweetSerde SERDE = new TweetSerde();
    private static final ClassifiedTweetSerde CLASSIFIED_SERDE = new ClassifiedTweetSerde();
    private static final byte[] CLASSIFIED =
            JsonForm.CLASSIFIED_TWEET.contentType().getBytes(US_ASCII);

    private final List<NamedClassifier> classifiers;
    private final @Nullable TweetFilter filter;

    RecordClassifier(List<NamedClassifier> classifiers, @Nullable TweetFilter filter) {
        this.classifiers = classifiers;
        this.filter = filter;
    }

    List<Incoming<ClassifiedTweet>> read(List<ConsumerRecord<byte[], byte[]>> records) {
        List<Incoming<ClassifiedTweet>> read = new ArrayList<>(records.size());
        records.forEach(record -> read.add(decode(record)));
        classifiers.forEach(classifier -> classify(read, classifier));
        return read;
    }

    private Incoming<ClassifiedTweet> decode(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Deleted.ofKey(record.key());
        }
        Original original = (stage, code, message) ->
                new DeadLetter(stage, code, message, KafkaDeadLetters.origin(record), record.value());
        try {
            ClassifiedTweet tweet = tweet(record);
            Optional<String> reason = filter == null ? Optional.empty() : filter.reason(tweet.tweet());
            if (reason.isPresent()) {
                return new Skipped<>(reason.get());
            }
            return new Arrived<>(tweet, tweet.tweet().id(), original);
        } catch (DataException e) {
            return new Dead<>(original.deadLetter(Stage.DECODE, e.code(), e.getMessage()));
        }
    }

    /** A tweet, or one that is classified already, if the headers say so: a topic that was filled by its sink. */
    private static ClassifiedTweet tweet(ConsumerRecord<byte[], byte[]> record) {
        Header type = record.headers().lastHeader(KafkaHeaders.CONTENT_TYPE);
        return type != null && Arrays.equals(type.value(), CLASSIFIED)
                ? CLASSIFIED_SERDE.decode(record.headers(), record.value())
                : ClassifiedTweet.of(SERDE.decode(record.headers(), record.value()), Map.of());
    }

    private static void classify(List<Incoming<ClassifiedTweet>> read, NamedClassifier classifier) {
        List<String> texts = new ArrayList<>(read.size());
        for (Incoming<ClassifiedTweet> one : read) {
            if (one instanceof Arrived<ClassifiedTweet> arrived) {
                texts.add(arrived.value().tweet().text());
            }
        }
        Iterator<Classification> answers = classifier.classifyAll(texts).iterator();
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
        return new Arrived<>(new ClassifiedTweet(arrived.value().tweet(), all), arrived.id(), arrived.original());
    }
}
